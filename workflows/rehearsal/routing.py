"""Changed rules and changed assignment, tried on the tickets of a period: who would have got what. Reads only."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Department, Membership
from desk.models import Ticket
from flowtic.core import conditions, formulas
from flowtic.core.actor import Actor
from workflows.commands.drive import facts_in
from workflows.commands.starting import form_values
from workflows.models import Instance, InstanceEvent, Workflow, WorkflowRule
from workflows.rehearsal.playing import MOST_KEPT, Other, people_rows, really_shared
from workflows.rehearsal.reading import BATCH, MOST, read_people
from workflows.rehearsal.staffing import Roster, Wish, share_out

RELATED = ("request_type", "form_version", "requester", "priority", "department", "status", "assignee")
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Rule:
    """A line of the list: the first active one that fits decides."""

    name: str
    active: bool
    condition: dict[str, Any]
    workflow: str | None


def rules_now() -> list[dict[str, Any]]:
    """The list as it is, as JSON."""
    rows = WorkflowRule.objects.select_related("workflow").defer("workflow__draft")
    return [
        {
            "id": row.pk,
            "name": row.name,
            "active": row.active,
            "condition": row.condition,
            "workflow": row.workflow.key if row.workflow else None,
        }
        for row in rows
    ]


class Period:
    """The tickets that came in a period, as far as the actor works them, with what rules may read of them."""

    def __init__(self, actor: Actor, since: datetime, until: datetime, department: Department | None = None) -> None:
        rows = Ticket.objects.internal_to(actor).filter(created_at__gte=since, created_at__lt=until)
        self._rows = rows.filter(department=department) if department else rows
        self.total = min(self._rows.count(), MOST)

    def batches(self) -> Iterator[list[Ticket]]:
        last, left = 0, self.total
        rows = self._rows.select_related(*RELATED).defer("description", "field_versions").prefetch_related("tags")
        while left > 0:
            found = list(rows.filter(pk__gt=last).order_by("pk")[: min(BATCH, left)])
            if not found:
                return
            last, left = found[-1].pk, left - len(found)
            yield found


class Started:
    """Which workflow tickets got when they came in, and what was known of them then."""

    def __init__(self, tickets: list[Ticket]) -> None:
        first = Instance.objects.filter(ticket__in=tickets, number=1)
        columns = ("ticket_id", "pk", "version__workflow__key")
        self._runs = {ticket: (run, key) for ticket, run, key in first.values_list(*columns)}
        logs = InstanceEvent.objects.filter(instance__in=[run for run, _key in self._runs.values()], seq=1)
        self._events = dict(logs.values_list("instance_id", "event"))
        people = {ticket.requester_id for ticket in tickets}
        works = Membership.objects.filter(user__in=people, department__active=True).order_by("-pk")
        # The first membership is the one that stays.
        self._places: dict[int, str] = dict(works.values_list("user", "department__key"))

    def place(self, ticket: Ticket) -> str:
        """The key of the department where the requester works."""
        return self._places.get(ticket.requester_id, "")

    def workflow(self, ticket: Ticket) -> str | None:
        found = self._runs.get(ticket.pk)
        return found[1] if found else None

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """What the rules saw; of a ticket without a workflow, what they would see today."""
        found = self._runs.get(ticket.pk)
        event = self._events.get(found[0]) if found else None
        facts = (event or {}).get("facts") or facts_in(ticket, self._places.get(ticket.requester_id, ""))
        tags = sorted(tag.name for tag in ticket.tags.all())
        return {**form_values(ticket), **facts, "ticket": {**facts["ticket"], "tags": tags}}


def choose(rules: list[Rule], values: Mapping[str, Any], live: Mapping[str, bool], now: datetime) -> str | None:
    """The workflow's key of the first rule that fits; `live`: whether a workflow can be started at all."""
    for rule in rules:
        if rule.active and _fits(rule, values, now):
            return rule.workflow if rule.workflow and live.get(rule.workflow) else None
    return None


def _fits(rule: Rule, values: Mapping[str, Any], now: datetime) -> bool:
    try:
        return conditions.holds(rule.condition, values, now=now)
    except formulas.FormulaError:
        return False


def rehearse_rules(period: Period, listed: list[dict[str, Any]], tell: Tell) -> tuple[dict[str, Any], list[Other]]:
    """Which tickets would start another workflow than they did."""
    rules = [Rule(one["name"], one["active"], one["condition"], one["workflow"]) for one in listed]
    live = {key: active and pk is not None for key, active, pk in Workflow.objects.values_list("key", "active", "live")}
    counts: dict[tuple[str, str], int] = {}
    numbers: dict[tuple[str, str], int] = {}
    ends: dict[str, Counter[str]] = {"real": Counter(), "now": Counter()}
    others: list[Other] = []
    total = 0
    for tickets in period.batches():
        started = Started(tickets)
        for ticket in tickets:
            total += 1
            real = started.workflow(ticket) or ""
            now = choose(rules, started.values(ticket), live, ticket.created_at) or ""
            ends["real"][real] += 1
            ends["now"][now] += 1
            if real != now:
                number = numbers.setdefault((real, now), len(numbers))
                counts[real, now] = counts.get((real, now), 0) + 1
                if len(others) < MOST_KEPT:
                    others.append(Other(ticket.pk, number, [real], [now], ""))
        tell(total)
    other = sum(counts.values())
    groups = [
        {"group": numbers[pair], "step": "", "real": pair[0], "now": pair[1], "code": "", "n": n}
        for pair, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]
    result = {"total": total, "same": total - other, "other": other, "groups": groups}
    return result | {"ends": {which: dict(found) for which, found in ends.items()}}, others


def rehearse_policy(
    period: Period, department: Department, policy: dict[str, Any], since: datetime, until: datetime, tell: Tell
) -> tuple[dict[str, Any], list[Other]]:
    """Who would have got the department's tickets that no workflow handed out."""
    owner = {**policy, "department": department.key}
    wishes: list[Wish] = []
    tickets: list[Ticket] = []
    seen = 0
    for batch in period.batches():
        started = Started(batch)
        free = [ticket for ticket in batch if started.workflow(ticket) is None]
        tickets += free
        for ticket in free:
            over = ticket.resolved_at or ticket.closed_at
            wishes.append(
                Wish(
                    owner=owner,
                    department=department.key,
                    field_value=None,
                    opened=ticket.created_at,
                    closed=over,
                    requester=ticket.requester_id,
                    taker=ticket.assignee_id,
                    avoids_requester=True,
                )
            )
        seen += len(batch)
        tell(seen)
    return _shared(wishes, tickets, since, until)


def _shared(
    wishes: list[Wish], tickets: list[Ticket], since: datetime, until: datetime
) -> tuple[dict[str, Any], list[Other]]:
    shares, given = share_out(wishes, Roster(read_people(since, until)))
    really = really_shared(wishes)
    others: list[Other] = []
    same = 0
    for ticket, found in zip(tickets, given, strict=True):
        if found.person == ticket.assignee_id:
            same += 1
        elif len(others) < MOST_KEPT:
            real = [str(ticket.assignee_id or "")]
            others.append(Other(ticket.pk, 0, real, [str(found.person or "")], "", found.person, found.reason))
    total = len(tickets)
    groups = [{"group": 0, "step": "", "real": "", "now": "", "code": "", "n": total - same}] if total > same else []
    result = {"total": total, "same": same, "other": total - same, "groups": groups}
    return result | {"people": people_rows(really, shares), "nobody": dict(shares.nobody)}, others
