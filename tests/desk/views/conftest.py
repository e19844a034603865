"""Browsers of the cast: plain ones without JavaScript, and the headers that htmx sends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def web_of(db: Any) -> Callable[..., Client]:
    """`web_of(person)` is logged in as that person; `htmx=True` asks for fragments, `target` is the part to swap."""

    def open_for(person: Any, *, htmx: bool = False, target: str = "") -> Client:
        client = Client(headers={**HTMX, **({"HX-Target": target} if target else {})} if htmx else {})
        client.force_login(person)
        return client

    return open_for


@pytest.fixture
def alan_web(web_of: Any, alan: Any) -> Client:
    return web_of(alan)


@pytest.fixture
def alan_htmx(web_of: Any, alan: Any) -> Client:
    return web_of(alan, htmx=True)
