"""What promise rules come to: their matrix, their condition in words, examples of due dates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from accounts.calendars import business, default_calendar, local, next_days
from desk import sla, sla_words
from desk.models import Priority, Promise, SlaPolicy
from desk.promise_jobs import KIND
from desk.sla_fields import policy_fields
from flowtic.core import conditions
from flowtic.core.models import Job, LeasedWork
from flowtic.core.working_hours import words

STRIP = 14


@dataclass(frozen=True)
class Cells:
    """One line of a matrix: a kind of promise and a text for each priority."""

    label: str
    texts: list[str]


@dataclass(frozen=True)
class PolicyRow:
    policy: SlaPolicy
    condition: str
    lines: list[Cells]


def policy_rows() -> dict[str, Any]:
    """All rules with what the list shows of them; six queries."""
    priorities, fields = list(Priority.objects.order_by("-rank")), policy_fields()
    rows = [
        PolicyRow(policy, conditions.words(policy.condition, fields), _matrix(policy, priorities))
        for policy in SlaPolicy.objects.select_related("calendar")
    ]
    return {"rows": rows, "priorities": priorities}


def _matrix(policy: SlaPolicy, priorities: list[Priority]) -> list[Cells]:
    found = []
    for kind, label in Promise.Kind.choices:
        targets = [policy.target(kind, row.key) for row in priorities]
        if any(targets):
            found.append(Cells(str(label), [sla_words.length(target) if target else "–" for target in targets]))
    return found


def running_job() -> Job | None:
    """The recomputation that waits or runs."""
    return Job.objects.filter(kind=KIND, state=LeasedWork.State.PENDING).order_by("-pk").first()


class Preview:
    """A ticket that is written at `at`: when each promise of the rule would be due."""

    def __init__(self, policy: SlaPolicy, at: datetime) -> None:
        self.policy, self.at = policy, at
        self.calendar = policy.calendar or default_calendar()

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.order_by("-rank"))

    @property
    def lines(self) -> list[Cells]:
        """First response and resolution; the next response depends on when somebody asks."""
        hours = business(self.calendar)
        kinds = (Promise.Kind.FIRST_RESPONSE, Promise.Kind.RESOLUTION)
        found = []
        for kind in kinds:
            targets = [self.policy.target(kind, row.key) for row in self.priorities]
            dues = [sla.due([sla.Run(self.at)], target, hours) if target else None for target in targets]
            if any(dues):
                texts = [sla_words.moment(due) if due else "–" for due in dues]
                found.append(Cells(str(Promise.Kind(kind).label), texts))
        return found

    @property
    def days(self) -> list[tuple[Any, str]]:
        """The fortnight from that day on with its working hours."""
        days = next_days(self.calendar, local(self.at, self.calendar).date(), STRIP)
        return [(day, words(hours)) for day, hours in days]

    @property
    def written(self) -> str:
        return sla_words.moment(self.at)
