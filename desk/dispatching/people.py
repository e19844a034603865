"""Who could get work: people of a department, people with a skill, and who stands in for whom."""

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.absences import absences_at, absent_until
from accounts.models import Absence, Department, PersonSkill, User

MAX_STEPS = 3  # substitutes of substitutes


def pool_of(department: Department | None, exclude: Collection[int] = ()) -> list[User]:
    """Active people who work in the department, by id; support and admins only where they are members.

    Without a department: everybody who works.
    """
    people = User.objects.workers().exclude(pk__in=exclude).order_by("pk")
    return list(people.filter(memberships__department=department) if department else people)


def skilled(people: Sequence[User], skill: str, level: int) -> list[User]:
    """Those of them who have the skill at that level or above."""
    ids = [person.pk for person in people]
    rows = PersonSkill.objects.filter(user__in=ids, skill__key=skill, level__gte=level)
    able = set(rows.values_list("user", flat=True))
    return [person for person in people if person.pk in able]


def present(people: Sequence[User], now: datetime) -> list[User]:
    """Those who are not absent at that moment."""
    gone = absences_at([person.pk for person in people], now)
    return [person for person in people if person.pk not in gone]


def stand_in(person: User, now: datetime, exclude: Collection[int] = ()) -> tuple[User | None, datetime | None]:
    """Who does the work of `person` now, and until when the person is away (None: not at all).

    Follows substitutes up to MAX_STEPS and never in a circle; (None, until) when nobody of them is there.
    """
    until = absent_until(person, now)
    if until is None:
        return person, None
    seen, here = {person.pk}, person
    for _step in range(MAX_STEPS):
        following = _substitute(here, now)
        if following is None or following.pk in seen or following.state != User.State.ACTIVE:
            break
        if absent_until(following, now) is None:
            return (None if following.pk in exclude else following), until
        seen.add(following.pk)
        here = following
    return None, until


def _substitute(person: User, now: datetime) -> User | None:
    """Whom the person's absence names; of overlapping absences the longest one that names somebody."""
    rows = Absence.objects.at(now).filter(user=person).exclude(substitute=None)
    row = rows.select_related("substitute").order_by("-ends_at", "pk").first()
    return row.substitute if row else None
