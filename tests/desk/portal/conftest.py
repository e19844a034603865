"""Browsers of the cast, without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def web_of(db: Any) -> Callable[[Any], Client]:
    """`web_of(person)` is logged in as that person."""

    def open_for(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return open_for


@pytest.fixture
def rita_web(web_of: Callable[[Any], Client], rita: Any) -> Client:
    return web_of(rita)
