"""The dispatcher's board: work that nobody owns beside the people who could take it, and a fair plan for all of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property

from accounts.models import Absence, Department, Membership, PersonSkill, User
from desk.dispatching import is_skipped
from desk.dispatching.capacity import cap_of
from desk.dispatching.load import loads
from desk.dispatching.queue import ORDER
from desk.dispatching.words import reason_words
from desk.models import DispatchPolicy, Status, Ticket
from desk.row_marks import Mark, marks_for
from flowtic.core import clock
from flowtic.core.actor import Actor

SHOWN = 50  # tickets of the queue at once
PEOPLE = 60
HERE = timedelta(minutes=10)  # `last_active_at` is written at most once in five minutes
SOON = timedelta(days=14)  # an absence that is worth knowing


@dataclass
class Lane:
    """A person who could take work. `cap` None: no limit."""

    person: User
    load: int
    cap: int | None
    departments: frozenset[int]
    skills: Mapping[str, int] = field(default_factory=dict)  # by key: level
    skill_names: Sequence[str] = ()
    absence: Absence | None = None  # the next one, or the one that lasts
    away: bool = False
    here: bool = False

    @property
    def full(self) -> bool:
        return self.cap is not None and self.load >= self.cap

    @property
    def percent(self) -> int:
        """Of the limit, for the bar; in steps of five because widths are classes."""
        return min(100, round(20 * self.load / self.cap) * 5) if self.cap else 0

    @property
    def order(self) -> tuple[bool, bool, float, str]:
        """Who has most room comes first; who is away stands last."""
        return (self.away, self.full, self.load / self.cap if self.cap else self.load / 100, self.person.name)


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Share:
    """What the plan says for one ticket; without a person the reason says why."""

    ticket: Ticket
    lane: Lane | None
    reason: Mapping[str, Any]

    @property
    def words(self) -> str:
        return reason_words(self.reason)


def departments_of(actor: Actor) -> list[Department]:
    """The departments whose work the actor hands out."""
    rows = Department.objects.active()
    return list(rows if actor.works_in_every_department else rows.filter(pk__in=actor.lead_department_ids))


class Board:
    """One look at the board. `key`: of one department, '' for all that the actor hands out work of."""

    def __init__(self, actor: Actor, key: str = "", *, now: datetime | None = None) -> None:
        self.actor, self.now = actor, now or clock.now()
        self.departments = departments_of(actor)
        self.department = next((row for row in self.departments if row.key == key), None)

    @cached_property
    def _ids(self) -> list[int]:
        return [row.pk for row in ([self.department] if self.department else self.departments)]

    @cached_property
    def _free(self) -> list[Ticket]:
        rows = Ticket.objects.visible_to(self.actor).open().filter(assignee=None, department__in=self._ids)
        # What a workflow's robot or approver works at has no owner either, but waits for nobody here.
        rows = rows.filter(status__in=Status.objects.filter(category=Status.Category.PENDING_ASSIGNMENT))
        return list(rows.for_list().order_by(*ORDER)[: SHOWN + 1])

    @property
    def tickets(self) -> list[Ticket]:
        return self._free[:SHOWN]

    @property
    def has_more(self) -> bool:
        return len(self._free) > SHOWN

    @cached_property
    def rows(self) -> list[Row]:
        marks = marks_for(self.actor, [ticket.pk for ticket in self.tickets])
        return [Row(ticket, marks.get(ticket.pk, ())) for ticket in self.tickets]

    @cached_property
    def policies(self) -> dict[int, DispatchPolicy]:
        """By department, those in force."""
        rows = DispatchPolicy.objects.filter(department__in=self._ids, active=True)
        return {row.department_id: row for row in rows}

    @cached_property
    def lanes(self) -> list[Lane]:
        places: dict[int, set[int]] = {}
        for person, department in Membership.objects.filter(department__in=self._ids).values_list("user", "department"):
            places.setdefault(person, set()).add(department)
        people = list(User.objects.workers().filter(pk__in=places).order_by("name", "pk")[:PEOPLE])
        ids = [person.pk for person in people]
        counted, skills, absences = loads(ids), _skills(ids), _absences(ids, self.now)
        found = []
        for person in people:
            absence = absences.get(person.pk)
            found.append(
                Lane(
                    person=person,
                    load=counted[person.pk],
                    cap=cap_of(person, self._default_cap(places[person.pk])),
                    departments=frozenset(places[person.pk]),
                    skills={key: level for key, level, _name in skills.get(person.pk, ())},
                    skill_names=[name for _key, _level, name in skills.get(person.pk, ())],
                    absence=absence,
                    away=absence is not None and absence.starts_at <= self.now,
                    here=person.last_active_at is not None and self.now - person.last_active_at < HERE,
                )
            )
        return sorted(found, key=lambda lane: lane.order)

    def _default_cap(self, departments: Iterable[int]) -> int | None:
        """The smallest limit of the departments the person works in."""
        caps = [self.policies[pk].cap for pk in departments if pk in self.policies]
        return min((cap for cap in caps if cap is not None), default=None)

    @cached_property
    def led(self) -> list[Ticket]:
        """Tickets on the board that a workflow hands out; the plan leaves them alone."""
        return [ticket for ticket in self.tickets if is_skipped(ticket)]

    def plan(self, numbers: Collection[str] = ()) -> list[Share]:
        """Who would get what if all of it were handed out now, in the order of the queue; nothing is changed.

        The least loaded of the ticket's department who is there, has room and, where the department asks for one, the
        skill; never the requester. What a workflow hands out is left alone. `numbers`: only these tickets.
        """
        given = {lane.person.pk: lane.load for lane in self.lanes}
        wanted = [row for row in self.tickets if not numbers or row.number in numbers]
        chosen = [row for row in wanted if row not in self.led]
        found = []
        for ticket in chosen:
            lane, reason = self._best(ticket, given)
            if lane is not None:
                given[lane.person.pk] += 1
            found.append(Share(ticket, lane, reason))
        return found

    def _best(self, ticket: Ticket, given: Mapping[int, int]) -> tuple[Lane | None, dict[str, Any]]:
        policy = self.policies.get(ticket.department_id)
        skill = policy.skill if policy and policy.strategy == DispatchPolicy.Strategy.SKILL else ""
        able = [
            lane
            for lane in self.lanes
            if ticket.department_id in lane.departments and lane.person.pk != ticket.requester_id
        ]
        if skill and policy:
            able = [lane for lane in able if lane.skills.get(skill, 0) >= policy.level]
            if not able:
                return None, {"code": "nobody_has_skill", "params": {"skill": skill, "level": policy.level}}
        there = [lane for lane in able if not lane.away]
        free = [lane for lane in there if lane.cap is None or given[lane.person.pk] < lane.cap]
        if not free:
            return None, {"code": "all_full" if there else "nobody_available", "params": {}}
        best = min(free, key=lambda lane: (given[lane.person.pk], lane.person.name, lane.person.pk))
        params: dict[str, Any] = {"load": given[best.person.pk], "cap": best.cap}
        if skill and policy:
            return best, {"code": "skill", "params": {"skill": skill, "level": policy.level, **params}}
        return best, {"code": "least_loaded", "params": params}


def _skills(ids: Sequence[int]) -> dict[int, list[tuple[str, int, str]]]:
    found: dict[int, list[tuple[str, int, str]]] = {}
    for row in PersonSkill.objects.filter(user__in=ids, skill__active=True).select_related("skill").order_by("-level"):
        found.setdefault(row.user_id, []).append((row.skill.key, row.level, row.skill.name))
    return found


def _absences(ids: Sequence[int], now: datetime) -> dict[int, Absence]:
    """The absence of each that lasts or comes first within SOON."""
    rows = Absence.objects.not_over(now).filter(user__in=ids, starts_at__lt=now + SOON).order_by("-starts_at")
    return {row.user_id: row for row in rows}
