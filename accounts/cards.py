"""Figures on the contact card: an app that knows something about people registers a function here in ready()."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User
from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Figure:
    """A number (or a short word) with its label, perhaps leading to where it comes from."""

    value: str | int
    label: str | Promise
    url: str = ""


Source = Callable[[Actor, User], Iterable[Figure]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Asks `source(actor, person)` for figures on every card. It counts only what the actor may see."""
    if source not in _sources:
        _sources.append(source)
    return source


def figures(actor: Actor, person: User) -> list[Figure]:
    return [figure for source in _sources for figure in source(actor, person)]
