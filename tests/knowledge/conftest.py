"""A small knowledge base: a live article, a public one, a draft, one out of use."""

from typing import Any

import pytest

from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_category, set_state

MACHINE = Actor.system("test")


@pytest.fixture
def category(db: Any) -> Any:
    return save_category(MACHINE, None, key="network", name_de="Netz", name_en="Network")


@pytest.fixture
def make_article(category: Any) -> Any:
    """`make_article("Title", body=, publish=True, public=False, language="en")`."""

    def make(title: str, *, body: str = "Turn it off and on again.", publish: bool = True, **fields: Any) -> Any:
        values = {"category": category, "language": "en", "tags": [], **fields}
        article = create_article(MACHINE, title=title, body=body, **values)
        return publish_article(MACHINE, article, note="first") if publish else article

    return make


@pytest.fixture
def article(make_article: Any) -> Any:
    """Active, for people who work tickets."""
    return make_article("Quota of the file server", body="## Reset\n\nAsk for the quota tool.\n", tags=["storage"])


@pytest.fixture
def public_article(make_article: Any) -> Any:
    return make_article("VPN keeps dropping", body="Choose the second profile.", public=True)


@pytest.fixture
def draft_article(make_article: Any) -> Any:
    """Public later; nobody reads it now."""
    return make_article("Secret merger handbook", body="Nobody knows.", publish=False, public=True)


@pytest.fixture
def inactive_article(make_article: Any) -> Any:
    return set_state(MACHINE, make_article("Old mail archive", public=True), state="inactive")
