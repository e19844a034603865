"""A department with three people, and short ways to skills, absences, open work and choices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Absence, PersonSkill, Skill
from desk.commands import save_dispatch_policy
from desk.dispatching.choice import Choice, choose
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.factories import make_person, make_ticket

DAY = timedelta(days=1)


@pytest.fixture
def team(it: Any) -> list[Any]:
    """Three agents of IT, in the order of their ids."""
    return [make_person(name, "agent", departments=(it,)) for name in ("Anna Eins", "Bela Zwei", "Cem Drei")]


@pytest.fixture
def away() -> Callable[..., Absence]:
    """`away(person)` is absent since yesterday and for three more days."""

    def make(person: Any, *, substitute: Any = None, days: int = 3, since: timedelta = DAY) -> Absence:
        now = clock.now()
        return Absence.objects.create(
            user=person, starts_at=now - since, ends_at=now + days * DAY, substitute=substitute
        )

    return make


@pytest.fixture
def can() -> Callable[..., None]:
    """`can(person, "network", 3)` gives somebody a skill."""

    def make(person: Any, key: str, level: int) -> None:
        skill = Skill.objects.get_or_create(key=key, defaults={"name_de": "Netzwerk", "name_en": "Networks"})[0]
        PersonSkill.objects.create(user=person, skill=skill, level=level)

    return make


@pytest.fixture
def busy(rita: Any, it: Any) -> Callable[..., None]:
    """`busy(person, 3)` has three more open tickets."""

    def make(person: Any, number: int) -> None:
        for _number in range(number):
            make_ticket(rita, it, assignee=person)

    return make


@pytest.fixture
def choice(ticket: Any) -> Callable[..., Choice]:
    """`choice(strategy=…, …)` for Rita's ticket in IT; `values=` what the rule may read."""

    def make(values: dict[str, Any] | None = None, exclude: tuple[int, ...] = (), **owner: Any) -> Choice:
        return choose(owner, ticket, values or {}, now=clock.now(), exclude=exclude)

    return make


@pytest.fixture
def policy(it: Any) -> Callable[..., Any]:
    """`policy("round_robin", cap=2)` for IT."""

    def make(strategy: str, department: Any = None, **values: Any) -> Any:
        defaults = {"skill": "", "level": 1, "cap": None, "return_after": "", "active": True}
        return save_dispatch_policy(
            Actor.system("test"), department or it, **{**defaults, "strategy": strategy, **values}
        )

    return make
