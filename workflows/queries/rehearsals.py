"""Rehearsals for their pages and for REST: how far they are, and what came of them in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from desk.dispatching.words import Names, names_for, reason_words
from desk.models import Ticket
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from flowtic.core.time_words import span
from workflows.automation.actions import words as action_words
from workflows.definition.format import Definition, parse
from workflows.models import Rehearsal, RehearsedTicket, Workflow
from workflows.words import error_words, name_of

SHOWN, MOST_PEOPLE, LISTED = 50, 40, 20
HEAVY = ("content", "result")


@dataclass(frozen=True)
class OtherTicket:
    """A ticket that takes another way; `person` and `why`: who would have got its first step."""

    ticket: Ticket
    real: str
    now: str
    person: str
    why: str


@dataclass(frozen=True)
class Group:
    """Tickets that part at the same place: `step`, where they really went, where they would go."""

    number: int
    step: str
    real: str
    now: str
    error: str
    total: int
    tickets: list[OtherTicket]

    @property
    def hidden(self) -> int:
        return max(self.total - len(self.tickets), 0)


@dataclass(frozen=True)
class PersonRow:
    name: str
    real: int
    now: int
    most_real: int
    most_now: int
    width_real: int
    width_now: int


@dataclass(frozen=True)
class StepRow:
    """How long a step took: number and middle, really and rehearsed."""

    name: str
    real_n: int
    real: str
    now_n: int
    now: str
    changed: bool


@dataclass(frozen=True)
class EndRow:
    name: str
    real: int
    now: int


def rehearsals_of(actor: Actor, **which: Any) -> list[Rehearsal]:
    """The last ones that the actor may see."""
    rows = Rehearsal.objects.visible_to(actor).filter(**which).defer(*HEAVY)
    return list(rows.select_related("started_by", "department").order_by("-pk")[:LISTED])


def rehearsal_numbered(actor: Actor, pk: int) -> Rehearsal:
    rows = Rehearsal.objects.visible_to(actor).select_related("workflow", "department", "started_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This rehearsal does not exist."))
    return found


class RehearsalPage:
    """One rehearsal. Tickets that the reader does not see (any more) are counted, not named."""

    def __init__(self, actor: Actor, row: Rehearsal) -> None:
        self.actor, self.row = actor, row
        self.result: dict[str, Any] = row.result or {}

    @property
    def is_done(self) -> bool:
        return self.row.state == Rehearsal.State.DONE

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.row.done / self.row.total)) if self.row.total else 0

    @property
    def total(self) -> int:
        return int(self.result.get("total", 0))

    @property
    def same(self) -> int:
        return int(self.result.get("same", 0))

    @property
    def other(self) -> int:
        return int(self.result.get("other", 0))

    @property
    def share(self) -> int:
        """Of all tickets those that take another way, in percent."""
        return round(100 * self.other / self.total) if self.total else 0

    @property
    def errors(self) -> int:
        return sum(one["n"] for one in self.result.get("groups", []) if one["now"] == "!")

    @cached_property
    def definition(self) -> Definition:
        return parse(self.row.content.get("document") or {})

    # ---- groups ------------------------------------------------------------------------

    @cached_property
    def groups(self) -> list[Group]:
        found = []
        for one in self.result.get("groups", []):
            tickets = self._tickets(one["group"])
            error = self._error(one["code"]) if one["now"] == "!" else ""
            found.append(
                Group(
                    number=one["group"],
                    step=self._step(one["step"]) if one["step"] else "",
                    real=self._target(one["real"]),
                    now=error or self._target(one["now"]),
                    error=error,
                    total=one["n"],
                    tickets=tickets,
                )
            )
        return found

    @property
    def _acts(self) -> bool:
        return self.row.kind == Rehearsal.Kind.AUTOMATION

    def _rule(self, text: str) -> dict[str, Any]:
        """The automation rule of that number, as it was rehearsed."""
        listed = self.row.content.get("rules") or []
        found: dict[str, Any] = listed[int(text)] if text.isdigit() and int(text) < len(listed) else {}
        return found

    def _tickets(self, group: int) -> list[OtherTicket]:
        seen = Ticket.objects.internal_to(self.actor)
        rows = RehearsedTicket.objects.filter(rehearsal=self.row, group=group, ticket__in=seen)
        listed = list(rows.select_related("ticket")[:SHOWN])
        names = self._reason_names
        actions = self._rule(str(group)).get("actions") or []
        return [
            OtherTicket(
                row.ticket,
                self._way(row.ways.get("real") or []),
                acts_words(row.ways["now"], actions) if self._acts else self._way(row.ways.get("now") or []),
                self._people.get(row.ways.get("person"), ""),
                reason_words(row.ways.get("reason") or {}, names),
            )
            for row in listed
        ]

    @cached_property
    def _reason_names(self) -> Names:
        reasons = [row.get("reason") for row in self.row.tickets.values_list("ways", flat=True)[: SHOWN * 20]]
        return names_for(reasons, self._people)

    def _step(self, key: str) -> str:
        return name_of(self.definition, key)

    def _target(self, text: str) -> str:
        if self.row.kind == Rehearsal.Kind.RULES:
            return self._workflows.get(text, text) or _("none at all")
        if self.row.kind == Rehearsal.Kind.POLICY:
            return text
        if self.row.kind == Rehearsal.Kind.AUTOMATION:
            return str(self._rule(text).get("name", "–"))
        ends = end_words()
        if not text:
            return _("stays there")
        return ends.get(text) or ", ".join(self._step(key) for key in text.split("+"))

    def _way(self, steps: list[str]) -> str:
        if self.row.kind == Rehearsal.Kind.RULES:
            return self._target(steps[0] if steps else "")
        if self.row.kind == Rehearsal.Kind.POLICY:
            pk = int(steps[0]) if steps and steps[0].isdigit() else 0
            return self._people.get(pk, "") or _("nobody")
        return " → ".join(self._step(key) for key in steps)

    def _error(self, text: str) -> str:
        code, _colon, message = text.partition(": ")
        return error_words(code, message)

    @cached_property
    def _workflows(self) -> dict[str, str]:
        return {row.key: row.name for row in Workflow.objects.defer("draft")}

    # ---- people, steps, ends -----------------------------------------------------------

    @cached_property
    def _people(self) -> dict[Any, str]:
        return dict(User.objects.values_list("pk", "name"))

    @cached_property
    def people(self) -> list[PersonRow]:
        rows = self.result.get("people", [])[:MOST_PEOPLE]
        most = max((max(row["real"], row["now"]) for row in rows), default=0) or 1
        return [
            PersonRow(
                self._people.get(row["id"], f"#{row['id']}"),
                *(row["real"], row["now"], row["most_real"], row["most_now"]),
                *(round(160 * row["real"] / most), round(160 * row["now"] / most)),
            )
            for row in rows
        ]

    @property
    def nobody(self) -> list[tuple[str, int]]:
        """Why work waits in a pool, and how much of it."""
        found = sorted(self.result.get("nobody", {}).items(), key=lambda one: (-one[1], one[0]))
        return [(reason_words({"code": code, "params": {}}) if code in PLAIN else code, n) for code, n in found]

    @property
    def steps(self) -> list[StepRow]:
        steps = self.result.get("steps", {})
        ordered = [key for key in self.definition.steps if key in steps]
        return [
            _step_row(self._step(key), steps[key]["real"], steps[key]["now"])
            for key in [*ordered, *(key for key in sorted(steps) if key not in ordered)]
        ]

    @property
    def length(self) -> StepRow | None:
        found = self.result.get("length")
        return _step_row(_("Whole workflow"), found["real"], found["now"]) if found else None

    @property
    def ends(self) -> list[EndRow]:
        found = self.result.get("ends") or {"real": {}, "now": {}}
        keys = sorted({*found["real"], *found["now"]}, key=lambda key: -found["now"].get(key, 0))
        return [EndRow(self._end(key), found["real"].get(key, 0), found["now"].get(key, 0)) for key in keys]

    def _end(self, key: str) -> str:
        if self.row.kind == Rehearsal.Kind.RULES:
            return self._target(key)
        return end_words().get(key, key)

    @property
    def subject(self) -> str:
        """What is rehearsed."""
        row = self.row
        if row.kind == Rehearsal.Kind.WORKFLOW:
            what = _("Version %(number)s") % {"number": row.number} if row.number else _("Draft")
            return f"{localised.text(self.definition.name) or row.workflow} · {what}"
        if row.kind == Rehearsal.Kind.RULES:
            return _("Which workflow a ticket gets")
        if self._acts:
            return _("Automation rules")
        return _("Assignment in %(department)s") % {"department": row.department}


def acts_words(ways: list[str], actions: list[dict[str, Any]]) -> str:
    """When a rule would have acted, and what it would have changed."""
    said = []
    for moment, _bar, numbers in (way.partition("|") for way in ways):
        at = date_format(timezone.localtime(datetime.fromisoformat(moment)), "SHORT_DATETIME_FORMAT")
        which = [actions[int(one)] for one in numbers.split(",") if one.isdigit() and int(one) < len(actions)]
        changed = "; ".join(action_words(spec) for spec in which) or _("nothing would change")
        said.append(f"{at}: {changed}")
    return " · ".join(said)


PLAIN = ("pull", "dispatcher", "all_full", "nobody_available", "person_unknown", "role_unknown")


def end_words() -> dict[str, str]:
    return {
        "resolved": _("Resolved"),
        "closed": _("Closed"),
        "rejected": _("Rejected"),
        "running": _("still under way"),
        "cancelled": _("Cancelled"),
        "error": _("stands still with an error"),
        "finished": _("Finished"),
    }


def _step_row(name: str, real: dict[str, Any], now: dict[str, Any]) -> StepRow:
    before, after = real["median"], now["median"]
    changed = real["n"] != now["n"] or (before or 0) != (after or 0)
    return StepRow(name, real["n"], _span(before), now["n"], _span(after), changed)


def _span(seconds: float | None) -> str:
    return "–" if seconds is None else span(timedelta(seconds=seconds))
