"""Where facts come from: the event table, and what apps add (notifications, presence)."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from flowtic.core.models import Event
from flowtic.core.stream.topics import MANY, Fact

# A transaction that began earlier may commit later, with a lower id. Longer than any lock is waited for.
SETTLE_SECONDS = 30.0
# Ids below the newest one that are looked at again after a start.
LOOK_BACK = 200
MOST_AT_ONCE = 500
# More than this is not told one by one to somebody who comes back.
MOST_MISSED = 200
COLUMNS = ("pk", "name", "ticket_id", "actor_id", "public", "subject_type", "subject_id", "changes")


class Feed(Protocol):
    def read(self, topics: set[str]) -> list[Fact]:
        """What is new since the last look. `topics`: those that anybody follows. Asks the database."""


_factories: list[Callable[[], Feed]] = []


def feed(factory: Callable[[], Feed]) -> Callable[[], Feed]:
    """Registers a maker of feeds in AppConfig.ready(): each process that has listeners makes its own."""
    if factory not in _factories:
        _factories.append(factory)
    return factory


def all_feeds() -> list[Feed]:
    return [Events(), *(factory() for factory in _factories)]


class Tail:
    """The ids that appear in a growing table, also a lower one that is committed after a higher one."""

    def __init__(self, rows: Callable[[], QuerySet[Any]]) -> None:
        self.rows = rows
        top = rows().aggregate(top=Max("pk"))["top"] or 0
        self.floor: int = max(top - LOOK_BACK, 0)
        self.seen = dict.fromkeys(self._ids(LOOK_BACK), time.monotonic())

    def fresh(self) -> tuple[list[int], bool]:
        """New ids in order, and whether there were so many that the rest was skipped."""
        found = [pk for pk in self._ids(len(self.seen) + MOST_AT_ONCE + 1) if pk not in self.seen]
        now = time.monotonic()
        self.seen.update(dict.fromkeys(found, now))
        if len(found) > MOST_AT_ONCE:
            self.floor = self.rows().aggregate(top=Max("pk"))["top"] or 0
            self.seen = {}
            return [self.floor], True
        self._settle(now - SETTLE_SECONDS)
        return found, False

    def _ids(self, most: int) -> list[int]:
        return list(self.rows().filter(pk__gt=self.floor).order_by("pk").values_list("pk", flat=True)[:most])

    def _settle(self, until: float) -> None:
        for pk in sorted(self.seen):
            if self.seen[pk] > until:
                return
            self.floor = pk
            del self.seen[pk]


class Events:
    """The event table as a feed."""

    def __init__(self) -> None:
        self.tail = Tail(Event.objects.all)

    def read(self, topics: set[str]) -> list[Fact]:
        ids, many = self.tail.fresh()
        if many:
            return [Fact(MANY, id=ids[-1])]
        return facts(Event.objects.filter(pk__in=ids)) if ids else []


def facts(rows: QuerySet[Event]) -> list[Fact]:
    """Events as facts: names and ids, never texts."""
    return [_fact(*row) for row in rows.order_by("pk").values_list(*COLUMNS)]


def _fact(
    pk: int, name: str, ticket: int | None, by: int | None, public: bool, what: str, subject: int | None,
    changes: Sequence[dict[str, Any]],
) -> Fact:  # fmt: skip
    left = next((item["old"] for item in changes if item["field"] == "department"), None)
    person = subject if what == "accounts.user" else None
    return Fact(name, pk, ticket, by, public, person, left if isinstance(left, int) else None)


def missed(after: int, age: float) -> list[Fact]:
    """What somebody did not hear who heard event `after` last, or (0) whose page is `age` seconds old.

    The last moments come once more: among them may be a lower id that was committed later.
    """
    lately = Q(pk__gt=after - LOOK_BACK, pk__lte=after, created_at__gt=_ago(SETTLE_SECONDS))
    wanted = Q(pk__gt=after) | lately if after else Q(created_at__gt=_ago(age))
    rows = Event.objects.filter(wanted)
    found = facts(rows.filter(pk__in=list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_MISSED + 1])))
    return [Fact(MANY, id=newest(found))] if len(found) > MOST_MISSED else found


def newest(found: Iterable[Fact]) -> int:
    return Event.objects.aggregate(top=Max("pk"))["top"] or max((fact.id for fact in found), default=0)


def _ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)
