"""What rehearsals need from the database: past runs, what is usual, who works here, calendars. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.db.models.query import QuerySet

from accounts import events
from accounts.calendars import working_calendar
from accounts.models import Absence, Department, Membership, PersonSkill, User
from flowtic.core.actor import Actor
from flowtic.core.business_time import BusinessCalendar
from flowtic.core.models import Event as Told
from workflows import moments
from workflows.commands.drive import definition_of
from workflows.definition.format import Definition
from workflows.engine.state import Event
from workflows.models import EffectRun, Instance, InstanceEvent, Workflow, WorkItem
from workflows.rehearsal.staffing import Member
from workflows.rehearsal.typical import Typical, learn

BATCH, MOST = 200, 20_000
LEARNT = 5000  # completed steps that tell what is usual


@dataclass(slots=True)
class Case:
    """A past run: its ticket, and its log with the version that each event was given to."""

    instance: int
    ticket: int
    requester: int
    version: int
    log: list[tuple[int, Event]]

    def events(self) -> Iterator[tuple[Definition, Event]]:
        for version, event in self.log:
            yield definition_of(version), event


class Cases:
    """The runs of a workflow that began in the period, as far as the actor sees their tickets, in their order."""

    def __init__(self, actor: Actor, workflow: Workflow, since: datetime, until: datetime) -> None:
        versions = list(workflow.versions.values_list("pk", flat=True))
        rows = Instance.objects.visible_to(actor).filter(version__in=versions)
        self._rows: QuerySet[Instance] = rows.filter(started_at__gte=since, started_at__lt=until).order_by("pk")

    @cached_property
    def total(self) -> int:
        return min(self._rows.count(), MOST)

    def batches(self) -> Iterator[list[Case]]:
        last, left = 0, self.total
        while left > 0:
            columns = ("pk", "ticket_id", "ticket__requester_id", "version_id")
            rows = list(self._rows.filter(pk__gt=last).values_list(*columns)[: min(BATCH, left)])
            if not rows:
                return
            last, left = rows[-1][0], left - len(rows)
            yield read_cases(rows)


def read_cases(rows: list[Any]) -> list[Case]:
    """`rows`: (instance, ticket, requester, version); runs without a log are left out."""
    logs: dict[int, list[tuple[int, Event]]] = {}
    told = InstanceEvent.objects.filter(instance__in=[row[0] for row in rows]).order_by("instance", "seq")
    for instance, version, event in told.values_list("instance_id", "version_id", "event").iterator():
        logs.setdefault(instance, []).append((version, event))
    found = [Case(*row, log=logs.get(row[0], [])) for row in rows]
    return [case for case in found if case.log and case.log[0][1].get("type") == "start"]


def read_typical(actor: Actor, workflow: Workflow) -> Typical:
    """What is usual at the steps of a workflow, from the last runs on tickets that the actor sees."""
    runs = Instance.objects.visible_to(actor).filter(version__workflow=workflow)
    done = WorkItem.objects.filter(instance__in=runs, state=WorkItem.State.COMPLETED).order_by("-pk")
    items = done.values_list("step", "kind", "created_at", "completed_at", "outcome")[:LEARNT]
    found = [(step, kind, (over - began).total_seconds(), how) for step, kind, began, over, how in items if over]
    effects = EffectRun.objects.filter(instance__in=runs, state=EffectRun.State.DONE, done_at__isnull=False)
    results: dict[str, dict[str, Any]] = {}
    columns = ("step", "kind", "created_at", "done_at", "result")
    for step, kind, began, over, result in (
        effects.exclude(kind="notify").order_by("-pk").values_list(*columns)[:LEARNT]
    ):
        found.append((step, KINDS.get(kind, kind), (over - began).total_seconds(), ""))
        results.setdefault(step, result if isinstance(result, dict) else {})
    return learn(found, results)


TOLD = (events.PERSON_CHANGED, events.PERSON_SKILLS_CHANGED, events.PERSON_DEPARTMENTS_CHANGED)
PAST = frozenset({"capacity", "skills", "departments"})
KINDS = {"call_http": "http", "open_children": "child"}


def read_people(since: datetime | None = None, until: datetime | None = None) -> list[Member]:
    """Everybody who may get work, with what handing out looks at; absences that touch the period."""
    departments: dict[int, set[str]] = {}
    for person, key in Membership.objects.values_list("user", "department__key"):
        departments.setdefault(person, set()).add(key)
    skills: dict[int, dict[str, int]] = {}
    for person, key, level in PersonSkill.objects.values_list("user", "skill__key", "level"):
        skills.setdefault(person, {})[key] = level
    away: dict[int, list[Any]] = {}
    touching = Q(starts_at__lt=until) if until else Q()
    touching &= Q(ends_at__gt=since) if since else Q()
    for person, *span in Absence.objects.filter(touching).values_list("user", "starts_at", "ends_at", "substitute"):
        away.setdefault(person, []).append(tuple(span))
    past = read_past(since) if since else {}
    rows = User.objects.active().order_by("pk").values_list("pk", "name", "email", "role", "capacity")
    return [
        Member(
            pk=pk,
            name=name,
            email=email or "",
            role=role,
            departments=frozenset(departments.get(pk, ())),
            skills=skills.get(pk, {}),
            cap=capacity,
            away=away.get(pk, ()),
            was=past.get(pk, {}),
        )
        for pk, name, email, role, capacity in rows
    ]


def read_past(since: datetime) -> dict[int, dict[str, list[tuple[datetime, Any]]]]:
    """Limits, skills and departments before each change that history tells of, by person; the earliest first."""
    rows = Told.objects.filter(name__in=TOLD, subject_type=User._meta.label_lower, created_at__gt=since)
    found: dict[int, dict[str, list[tuple[datetime, Any]]]] = {}
    for person, moment, changes in rows.order_by("pk").values_list("subject_id", "created_at", "changes"):
        for one in changes:
            if one.get("field") in PAST and person is not None:
                found.setdefault(person, {}).setdefault(one["field"], []).append((moment, one.get("old")))
    return found


class Clockwork:
    """When timers fall, with each department's calendar read once."""

    def __init__(self) -> None:
        self._calendars: dict[str, BusinessCalendar] = {}

    def __call__(self, start: datetime, spec: dict[str, Any], department: str) -> datetime | None:
        return moments.due_in(start, spec, lambda: self._calendar(department))

    def _calendar(self, key: str) -> BusinessCalendar:
        if key not in self._calendars:
            row = Department.objects.select_related("calendar").filter(key=key).first() if key else None
            self._calendars[key] = working_calendar(row)
        return self._calendars[key]
