from typing import Any

import pytest

from ai_assist.local import store


@pytest.fixture(autouse=True)
def _own_models(tmp_path: Any, settings: Any) -> Any:
    """Model files of each test lie in a folder of its own."""
    settings.DATA_DIR = tmp_path
    store.forget()
    yield
    store.forget()


@pytest.fixture
def machine() -> Any:
    from flowtic.core.actor import Actor

    return Actor.system("assistant")
