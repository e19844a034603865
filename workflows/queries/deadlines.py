"""Until when a step is to be done, as the due badge reads it."""

from dataclasses import dataclass
from datetime import datetime

from desk.models import Status
from workflows.models import WorkItem


@dataclass(frozen=True)
class Clock:
    """Runs while the step is open."""

    category: str


@dataclass(frozen=True)
class Deadline:
    """Duck type of a ticket for {% due_badge %}."""

    due_at: datetime
    created_at: datetime
    status: Clock


def deadline_of(item: WorkItem) -> Deadline | None:
    """None for a step without a deadline, and for one that is over."""
    if item.due_at is None or not item.is_open:
        return None
    return Deadline(item.due_at, item.created_at, Clock(Status.Category.ASSIGNED))
