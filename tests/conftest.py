"""The cast of all tests: Rita asks, Alan works, Lea leads, Sven supports, Ada administers, Otto and Pia stay out."""

import inspect
import os
from collections.abc import Callable
from typing import Any

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from django.core.cache import cache
from django.test import SimpleTestCase

from flowtic.core.actor import Actor
from flowtic.core.search import frequencies
from workflows.commands.drive import definition_of, reads_facts

NEED_A_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
# Whole processes on a database of their own: no fixture says so.
ON_THEIR_OWN = ("tests/commands/", "tests/reliability/")


def may_meet_a_database(item: pytest.Item) -> bool:
    """By marker, class, fixture, place, or because the test asks for fixtures by name while it runs."""
    function, group = getattr(item, "function", None), getattr(item, "cls", None)
    return (
        item.nodeid.startswith(ON_THEIR_OWN)
        or item.get_closest_marker("django_db") is not None
        or not NEED_A_DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(group, type) and issubclass(group, SimpleTestCase))
        or function is None
        or "request" in inspect.signature(function).parameters
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what never meets a database: the MariaDB part of a run would only repeat it."""
    for item in items:
        if not may_meet_a_database(item):
            item.add_marker("once")


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Any, settings: Any) -> Any:
    """Each test has its own uploads and an empty cache."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    # Keys come again after a rolled-back test; outside tests a published version never changes.
    definition_of.cache_clear()
    reads_facts.cache_clear()
    # How common words are is remembered for seconds: long enough for the texts of the test before.
    frequencies.forget()
    yield
    cache.clear()


@pytest.fixture
def as_web() -> Callable[[Any], Actor]:
    return lambda user: Actor(user, "web")


@pytest.fixture
def as_api() -> Callable[..., Actor]:
    return lambda user, *scopes: Actor(user, "api", scopes=frozenset(scopes or ("tickets:read", "tickets:write")))


@pytest.fixture
def it(db: Any) -> Any:
    from tests.factories import make_department

    return make_department("it", name_de="IT-Betrieb", name_en="IT operations")


@pytest.fixture
def hr(db: Any) -> Any:
    from tests.factories import make_department

    return make_department("hr", name_de="Personal", name_en="Human resources")


@pytest.fixture
def rita(db: Any) -> Any:
    """Requester."""
    from tests.factories import make_person

    return make_person("Rita Reiter")


@pytest.fixture
def otto(db: Any) -> Any:
    """Another requester, a stranger to Rita's tickets."""
    from tests.factories import make_person

    return make_person("Otto Fremd")


@pytest.fixture
def alan(it: Any) -> Any:
    """Agent in IT."""
    from tests.factories import make_person

    return make_person("Alan Agent", "agent", departments=(it,))


@pytest.fixture
def hanna(hr: Any) -> Any:
    """Agent in another department."""
    from tests.factories import make_person

    return make_person("Hanna Personal", "agent", departments=(hr,))


@pytest.fixture
def lea(it: Any) -> Any:
    """Agent and lead of IT."""
    from tests.factories import make_person

    return make_person("Lea Leitung", "agent", leads=(it,))


@pytest.fixture
def sven(db: Any) -> Any:
    """Support."""
    from tests.factories import make_person

    return make_person("Sven Support", "support")


@pytest.fixture
def ada(db: Any) -> Any:
    """Admin."""
    from tests.factories import make_person

    return make_person("Ada Admin", "admin")


@pytest.fixture
def pia(db: Any) -> Any:
    """Waits for approval."""
    from tests.factories import make_person

    return make_person("Pia Pending", state="pending")


@pytest.fixture
def ticket(rita: Any, it: Any) -> Any:
    """Rita's open ticket in IT, free."""
    from tests.factories import make_ticket

    return make_ticket(rita, it)


@pytest.fixture
def token(db: Any) -> Callable[..., str]:
    """Makes an API token and returns its text."""
    from accounts.commands import create_token

    def make(person: Any, *scopes: str) -> str:
        chosen = scopes or ("tickets:read", "tickets:write", "people:read")
        return create_token(Actor.system("test"), person, name="test", scopes=chosen, expires_at=None)[1]

    return make


@pytest.fixture
def api(client: Any, token: Callable[..., str]) -> Callable[..., Any]:
    """`api(person)` is a Django test client whose requests carry that person's token."""
    from django.test import Client

    def make(person: Any, *scopes: str) -> Any:
        return Client(headers={"Authorization": f"Bearer {token(person, *scopes)}"})

    return make
