"""Who is away at a moment, and who stands in: for everything that hands out work."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Absence, User
from flowtic.core import clock


def absences_at(people: Iterable[int], moment: datetime | None = None) -> dict[int, Absence]:
    """The running absence of each of these people who is away, in one query."""
    rows = Absence.objects.at(moment).filter(user__in=list(people)).select_related("substitute")
    return {row.user_id: row for row in rows}


def absent_until(person: User, moment: datetime | None = None) -> datetime | None:
    """When the person is back; None when present. Absences that join are one."""
    back: datetime | None = None
    here = moment or clock.now()
    for row in person.absences.not_over(here).order_by("starts_at"):
        if row.starts_at > here:
            break
        here = back = row.ends_at
    return back


def stand_in(person: User, moment: datetime | None = None) -> User | None:
    """Who does the person's work: the person when present, else the substitute, theirs when they are away too.

    None when nobody on that way is there: no substitute named, a circle, or somebody who no longer works.
    """
    moment, seen = moment or clock.now(), set[int]()
    found: User | None = person
    while found is not None and found.pk not in seen:
        seen.add(found.pk)
        row = Absence.objects.at(moment).filter(user=found).select_related("substitute").first()
        if row is None:
            return found if found.can_work or found.pk == person.pk else None
        found = row.substitute
    return None
