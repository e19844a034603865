"""What the abuse tests share: people's browsers, the API of the other tests, the logs as an operator keeps them."""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from flowtic.core import logs
from tests.accounts.conftest import link, mails, worker  # noqa: F401 - fixtures
from tests.api.conftest import rest  # noqa: F401 - a fixture
from tests.desk.mail.conftest import deliver, quiet  # noqa: F401 - fixtures
from tests.e2e.conftest import browser_type_launch_args, open_page  # noqa: F401 - fixtures
from tests.workflows.api.conftest import work  # noqa: F401 - a fixture


@pytest.fixture
def web() -> Callable[..., Client]:
    """`web(person)` is that person's browser (None: nobody's); further arguments are Django's client's."""

    def open_for(person: Any, **options: Any) -> Client:
        client = Client(**options)
        if person is not None:
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return open_for


@pytest.fixture
def log_of() -> Callable[..., Any]:
    """`with log_of("json") as text:` — `text()` is what the log got inside, in the form of a real installation."""

    @contextmanager
    def run(form: str = "json", level: str = "INFO") -> Iterator[Callable[[], str]]:
        root = logging.getLogger()
        handlers, before = list(root.handlers), root.level
        stream = io.StringIO()
        logs.configure({"level": level, "format": form})
        root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
        try:
            yield stream.getvalue
        finally:
            root.handlers[:] = handlers
            root.setLevel(before)

    return run


@pytest.fixture
def stored(db: Any) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    """`stored()` is everything the database holds, by table."""

    def dump() -> dict[str, list[tuple[Any, ...]]]:
        with connection.cursor() as cursor:
            found = {}
            for table in connection.introspection.table_names(cursor):
                if table.endswith("_fts"):
                    continue  # an index of stems that cannot be read as a table; its parts are tables too
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of the schema
                found[table] = list(cursor.fetchall())
            return found

    return dump
