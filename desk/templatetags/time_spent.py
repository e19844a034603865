"""Time spent on tickets: {% load time_spent %}."""

from django import template

from desk import time_spent
from desk.models import TimeEntry
from flowtic.core.actor import Actor
from flowtic.core.policy import allows

register = template.Library()


@register.filter
def as_time(minutes: int | None) -> str:
    """{{ 90|as_time }}: 1 h 30 min."""
    return time_spent.words(minutes)


@register.filter
def may_edit(entry: TimeEntry, actor: Actor) -> bool:
    """{% if entry|may_edit:request.actor %}: whose entry it is, and support."""
    return allows(actor, "time_entry.edit", entry)
