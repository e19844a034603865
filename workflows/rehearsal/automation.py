"""Automation rules tried on what really happened to the tickets of a period. Reads only.

History tells old and new values, so a ticket can be put back to how it was before each event. Every rule is asked at
every event with the values of then. What would have followed from a rule's own changes is not: each act is judged
on what really happened.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from accounts.models import Department, User
from desk.formschema.cleaning import facts
from desk.models import Comment, Status, Ticket
from flowtic.core import clock, conditions, formulas
from flowtic.core.models import Event
from workflows import moments
from workflows.automation import triggers
from workflows.automation.facts import MOST_TEXT, Values, values_of
from workflows.models import AutomationRule
from workflows.rehearsal.playing import MOST_KEPT, Other
from workflows.rehearsal.routing import Period, Started

T = AutomationRule.Trigger
Tell = Callable[[int], None]
State = dict[str, Any]
KNOWN = ("status", "priority", "department", "assignee", "kind", "tags", "subject", "due_at", "request_type", "fields")
SHOWN_MOMENTS = 5
# Actions whose effect on a past state is known without doing them, and the column that tells.
SETS = ("status", "priority", "department")


class World:
    """What events name by number, read once for a batch: people, departments, statuses, messages."""

    def __init__(self, tickets: list[Ticket]) -> None:
        self.departments: dict[Any, str] = dict(Department.objects.values_list("pk", "key"))
        self.open: dict[str, bool] = {row.key: row.is_open for row in Status.objects.all()}
        ids = [ticket.pk for ticket in tickets]
        self.events: dict[int, list[Event]] = {pk: [] for pk in ids}
        for event in Event.objects.filter(ticket_id__in=ids).order_by("pk"):
            self.events[event.ticket_id or 0].append(event)
        self.comments = Comment.objects.filter(ticket__in=ids).in_bulk()
        named = {
            item[side]
            for events in self.events.values()
            for event in events
            for item in event.changes
            for side in ("old", "new")
            if item["field"] == "assignee"
        }
        self.people: dict[Any, str] = dict(User.objects.filter(pk__in=named - {None}).values_list("pk", "email"))

    def plain(self, name: str, value: Any) -> Any:
        """As conditions read it."""
        if name == "department":
            return self.departments.get(value, "")
        if name == "assignee":
            return self.people.get(value) or ""
        return value or ([] if name == "tags" else {} if name == "fields" else value or "")


class Past:
    """One ticket, event by event."""

    def __init__(self, ticket: Ticket, values: Values, world: World) -> None:
        self.ticket, self.values, self.world = ticket, values, world
        self.state: State = {name: values["ticket"].get(name) for name in KNOWN} | {"fields": ticket.fields}

    def moments(self) -> Iterator[tuple[Event, Values]]:
        """Every event with the values right after it; the oldest first."""
        told = self.world.events[self.ticket.pk]
        for event in reversed(told):
            self._apply(event, "old")
        for event in told:
            before = {name: self.state[name] for name in ("status", "priority", "department", "assignee")}
            self._apply(event, "new")
            yield event, self._values(event, before)

    def _apply(self, event: Event, side: str) -> None:
        for item in event.changes:
            if item["field"] in KNOWN:
                self.state[item["field"]] = self.world.plain(item["field"], item[side])

    def _values(self, event: Event, before: State) -> Values:
        state, ticket = self.state, self.ticket
        version = getattr(ticket, "form_version", None)
        schema = version.schema if version else ticket.request_type.schema if ticket.request_type else {}
        shown = {name: value for name, value in state.items() if name != "fields"}
        is_open = self.world.open.get(state["status"], True)
        found = {
            **facts(schema, state["fields"]),
            "ticket": {
                **self.values["ticket"],
                **shown,
                "is_open": is_open,
                "updated_at": event.created_at.isoformat(),
            },
            "requester": self.values["requester"],
            "before": before,
        }
        comment = self.world.comments.get(event.data.get("comment") or 0)
        if comment is not None:
            found["comment"] = {"text": comment.body[:MOST_TEXT], "internal": comment.is_internal}
        return found


class Trying:
    """The rules on one ticket: `acts` is (number of the rule, moment, numbers of the actions that change something)."""

    def __init__(self, rules: list[AutomationRule], since: datetime, until: datetime) -> None:
        self.rules, self.since, self.until = rules, since, until
        self.acts: list[tuple[int, datetime, list[int]]] = []
        self._stays: dict[int, tuple[datetime | None, Values]] = {}

    def play(self, past: Past) -> None:
        for event, values in past.moments():
            self._over(past.ticket, event.created_at)
            if self.since <= event.created_at < self.until:
                self._ask(past.ticket, event, values)
            self._stay(event.created_at, values)
        self._over(past.ticket, min(self.until, clock.now()))

    def _ask(self, ticket: Ticket, event: Event, values: Values) -> None:
        for number, rule in enumerate(self.rules):
            if rule.trigger != T.TIME and triggers.fits(rule, event, ticket) and fits(rule, values, event.created_at):
                self.acts.append((number, event.created_at, changing(rule, values)))
                if rule.stop:
                    return

    def _stay(self, moment: datetime, values: Values) -> None:
        """Rules about time: since when the ticket fits; None once it was acted on."""
        for number, rule in enumerate(self.rules):
            if rule.trigger != T.TIME:
                continue
            if not fits(rule, values, moment):
                self._stays.pop(number, None)
            elif number in self._stays:
                self._stays[number] = (self._stays[number][0], values)
            else:
                self._stays[number] = (moment, values)

    def _over(self, ticket: Ticket, moment: datetime) -> None:
        for number, (began, values) in list(self._stays.items()):
            options = self.rules[number].options
            spec = {"duration": options.get("for", ""), "clock": options.get("clock", "calendar")}
            due = moments.due_at(began, spec, ticket) if began else None
            if due is not None and due <= moment:
                self._stays[number] = (None, values)
                if self.since <= due < self.until:
                    self.acts.append((number, due, changing(self.rules[number], values)))


def fits(rule: AutomationRule, values: Values, moment: datetime) -> bool:
    try:
        return conditions.holds(rule.condition, values, now=moment)
    except formulas.FormulaError:
        return False


def changing(rule: AutomationRule, values: Values) -> list[int]:
    """Which of its actions would have changed something, as far as values tell; what works outside always does."""
    return [number for number, spec in enumerate(rule.actions) if not _is_so(spec, values["ticket"])]


def _is_so(spec: Mapping[str, Any], ticket: Mapping[str, Any]) -> bool:
    kind, value = spec.get("do"), spec.get("value")
    if kind in SETS:
        return bool(ticket.get(str(kind)) == value)
    if kind == "add_tags":
        return set(value or ()) <= set(ticket["tags"])
    if kind == "remove_tags":
        return not set(value or ()) & set(ticket["tags"])
    return kind == "assign" and spec.get("to") == "nobody" and not ticket["assignee"]


def rehearse_automation(
    period: Period, listed: list[dict[str, Any]], since: datetime, until: datetime, tell: Tell
) -> tuple[dict[str, Any], list[Other]]:
    """On which tickets each rule would have acted, and when."""
    rules = [AutomationRule(**{name: value for name, value in one.items() if name != "id"}) for one in listed]
    counts, acts_of = [0] * len(rules), [0] * len(rules)
    others: list[Other] = []
    total = touched = 0
    for tickets in period.batches():
        world, places = World(tickets), Started(tickets)
        for ticket in tickets:
            total += 1
            trying = Trying(rules, since, until)
            trying.play(Past(ticket, values_of(ticket, place=places.place(ticket)), world))
            touched += bool(trying.acts)
            for number in sorted({one[0] for one in trying.acts}):
                found = [(moment, which) for rule, moment, which in trying.acts if rule == number]
                counts[number] += 1
                acts_of[number] += len(found)
                if len(others) < MOST_KEPT:
                    ways = [f"{moment.isoformat()}|{','.join(map(str, which))}" for moment, which in found]
                    others.append(Other(ticket.pk, number, [], ways[:SHOWN_MOMENTS], ""))
        tell(total)
    groups = [
        {
            "group": number,
            "step": "",
            "real": "",
            "now": str(number),
            "code": "",
            "n": counts[number],
            "acts": acts_of[number],
        }
        for number in range(len(rules))
        if counts[number]
    ]
    return {"total": total, "same": total - touched, "other": touched, "groups": groups}, others
