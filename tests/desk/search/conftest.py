"""Browsers for the search page. MariaDB finds rows only after COMMIT, so every test here commits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from flowtic.core.search.frequencies import forget


@pytest.fixture(autouse=True)
def _committed(transactional_db: Any) -> Any:
    forget()
    yield
    forget()


@pytest.fixture
def web_of() -> Callable[..., Client]:
    """`web_of(person)` is logged in; `htmx=True` asks for fragments."""

    def open_for(person: Any, *, htmx: bool = False) -> Client:
        client = Client(headers={"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {})
        client.force_login(person)
        return client

    return open_for


@pytest.fixture
def found(web_of: Any) -> Callable[..., list[str]]:
    """`found(person, question)`: titles of the hits on the page, in order."""

    def ask(person: Any, question: str, **more: str) -> list[str]:
        page = web_of(person).get("/search", {"q": question, **more})
        assert page.status_code == 200
        parts = page.context["search"].parts
        return ["".join(text for text, _mark in hit.title) for part in parts for hit in part.answer.hits]

    return ask
