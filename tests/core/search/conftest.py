"""People stand in for the objects of a kind: the search knows nothing of tickets."""

from collections.abc import Callable
from typing import Any

import pytest

from flowtic.core.search import index_document
from flowtic.core.search.planning import Sample

KIND = "person"


@pytest.fixture(autouse=True)
def _committed(transactional_db: Any) -> None:
    """MySQL and MariaDB find a row only when its transaction is committed."""


@pytest.fixture
def note() -> Callable[..., Any]:
    """`note(title, public, internal, role=...)`: an object that can be searched."""
    from accounts.models import User

    def make(title: str = "", public: str = "", internal: str = "", *, role: str = "user") -> User:
        person = User.objects.create(name=title[:50], role=role)
        index_document(KIND, person.pk, title=title, public=public, internal=internal)
        return person

    return make


@pytest.fixture(params=["walking", "asking"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to the rows, whatever the costs say."""
    monkeypatch.setattr(Sample, "favours_walking", lambda *_arguments: request.param == "walking")
    return str(request.param)
