"""Facts and their listeners: `declare` a name, `subscribe` to it, `record` it inside a command."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Delivery, Event
from flowtic.core.request_context import current_request_id

Subscriber = Callable[[Event], None]


class UnknownEvent(LookupError):
    """Raised for an event name that no app declared."""


@dataclass(frozen=True)
class EventType:
    name: str
    sentence: str | Promise  # said to people, with %(actor)s and named values
    public: bool  # whether the requester of a ticket may see it by default


_types: dict[str, EventType] = {}
_subscribers: dict[str, tuple[Subscriber, tuple[str, ...]]] = {}
_muted: ContextVar[bool] = ContextVar("flowtic_events_muted", default=False)


def declare(name: str, sentence: str | Promise, *, public: bool = False) -> str:
    """Makes `noun.past_tense` part of the public list of events. Returns the name."""
    if name in _types:
        raise ValueError(f"{name} is declared twice")
    _types[name] = EventType(name, sentence, public)
    return name


def subscribe(*names: str, key: str) -> Callable[[Subscriber], Subscriber]:
    """Calls the function once or more for each such event, after commit. It must bear being called twice."""

    def add(function: Subscriber) -> Subscriber:
        _subscribers[key] = (function, names)
        subscribers_of.cache_clear()
        return function

    return add


@functools.cache
def subscribers_of(name: str) -> tuple[str, ...]:
    return tuple(sorted(key for key, (_, names) in _subscribers.items() if name in names))


def subscriber(key: str) -> Subscriber | None:
    """The function behind a delivery's subscriber key; None when the app that had it is gone."""
    found = _subscribers.get(key)
    return found[0] if found else None


def event_types() -> dict[str, EventType]:
    return dict(_types)


@contextmanager
def muted() -> Iterator[None]:
    """Inside, events are recorded as history but told to nobody (demo content, imports)."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def build(
    actor: Actor,
    name: str,
    subject: models.Model,
    *,
    ticket_id: int | None = None,
    changes: Sequence[dict[str, Any]] = (),
    data: dict[str, Any] | None = None,
    public: bool | None = None,
    operation_id: Any = None,
) -> Event:
    """The event, unsaved: for bulk imports. `record` is the normal door."""
    kind = _types.get(name)
    if kind is None:
        raise UnknownEvent(name)
    return Event(
        name=name,
        actor=actor.user,
        machine=actor.machine,
        via=actor.via,
        ticket_id=ticket_id,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk if isinstance(subject.pk, int) else None,
        changes=list(changes),
        data=data or {},
        public=kind.public if public is None else public,
        operation_id=operation_id,
        request_id=current_request_id.get(),
        created_at=clock.now(),
    )


def record(actor: Actor, name: str, subject: models.Model, **details: Any) -> Event:
    """Writes the event and one delivery per subscriber in the caller's transaction; hands them over after commit.

    `details`: ticket_id, changes=[{"field", "old", "new"}], data, public, operation_id (see `build`).
    Raises UnknownEvent for an undeclared name.
    """
    from flowtic.core import outbox
    from flowtic.core.stream import wake

    event = build(actor, name, subject, **details)
    event.save(force_insert=True)
    wake.after_commit()
    keys = () if _muted.get() else subscribers_of(name)
    if keys:
        now = event.created_at
        Delivery.objects.bulk_create(
            Delivery(event=event, subscriber=key, next_try=now, created_at=now) for key in keys
        )
        outbox.publish_on_commit(event.pk)
    return event


def change(field: str, old: Any, new: Any) -> dict[str, Any]:
    """One entry of an event's `changes`."""
    return {"field": field, "old": old, "new": new}


def autodiscover() -> None:
    """Imports `events` and `subscribers` of every app."""
    for config in apps.get_app_configs():
        for module in ("events", "subscribers"):
            name = f"{config.name}.{module}"
            if config.name != "flowtic.core" and find_spec(name):
                import_module(name)
