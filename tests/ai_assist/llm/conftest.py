"""A desk with a language model on loopback."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ai_assist.commands.providers import save_feature, save_provider
from ai_assist.llm import names
from ai_assist.models import AssistSettings, Provider, Suggestion
from flowtic.core.actor import Actor
from tests.model_server import ModelServer

FEATURES = [value for value, _label in Suggestion.Feature.choices]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh_names() -> Iterator[None]:
    names.forget()
    yield
    names.forget()


@pytest.fixture
def provider(db: Any, server: ModelServer, settings: Any) -> Provider:
    """The loopback server, answering every feature."""
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1"]
    machine = Actor.system("test")
    row = save_provider(
        machine, None, name="Own server", base_url=server.base_url, api_key="sk-test-key", active=True, timeout=5
    )
    for feature in FEATURES:
        save_feature(
            machine, feature, provider=row, model="fake-1", enabled=True, max_output_tokens=400, price_in=1, price_out=2
        )
    return row


@pytest.fixture
def limits(db: Any) -> Callable[..., AssistSettings]:
    """`limits(tokens_per_day=...)` changes the settings of the assistant."""

    def change(**fields: Any) -> AssistSettings:
        row = AssistSettings.objects.get_or_create(pk=1)[0]
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        return row

    return change


@pytest.fixture
def in_worker(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """`in_worker(function, ...)` calls it and does the jobs that it started."""

    def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            found = function(*args, **kwargs)
        if isinstance(found, Suggestion):
            found.refresh_from_db()
        return found

    return run
