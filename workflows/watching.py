"""Who has the draft of a workflow open, and at which step: in the cache only, forgotten by itself."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from accounts.models import User
from workflows.models import Workflow

GONE_SECONDS = 60
MOST = 20


@dataclass(frozen=True)
class Watcher:
    person: Any
    step: str


def note(workflow: Workflow, person: Any, step: str) -> None:
    """The person's page is open at the step. Members and places are entries of their own: two people at once cannot
    undo each other's word."""
    cache.set(_place(workflow, person.pk), step[:60], GONE_SECONDS)
    members = cache.get(_members(workflow)) or []
    if person.pk not in members:
        cache.set(_members(workflow), [*members[1 - MOST :], person.pk], 3600)


def leave(workflow: Workflow, person: Any) -> None:
    cache.delete(_place(workflow, person.pk))


def others(workflow: Workflow, person: Any) -> list[Watcher]:
    """Everybody else who looks at the draft now."""
    keys = {_place(workflow, pk): pk for pk in cache.get(_members(workflow)) or [] if pk != person.pk}
    steps = {keys[key]: step for key, step in cache.get_many(keys).items()} if keys else {}
    if not steps:
        return []
    return [Watcher(one, steps[one.pk]) for one in User.objects.active().filter(pk__in=steps).order_by("name")]


def _members(workflow: Workflow) -> str:
    return f"workflow-draft:{workflow.pk}"


def _place(workflow: Workflow, person: int) -> str:
    return f"workflow-draft:{workflow.pk}:{person}"
