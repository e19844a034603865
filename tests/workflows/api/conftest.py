"""`work(person)` speaks JSON with a token for work items and workflows."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Rest, rest  # noqa: F401 - a fixture

SCOPES = ("tickets:read", "tickets:write", "work:read", "work:write", "workflows:admin", "people:read")


@pytest.fixture
def work(api: Callable[..., Any]) -> Callable[..., Rest]:
    return lambda person, *scopes: Rest(api(person, *(scopes or SCOPES)))
