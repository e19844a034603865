"""What the knowledge base lacks: searches that found nothing, and what other apps know to be missing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Gap:
    """A subject without an article. `url`: where the evidence is; `draft_url`: what a POST makes a draft of it by."""

    title: str
    count: int
    examples: tuple[tuple[str, str], ...] = ()  # (words, address)
    words: tuple[str, ...] = ()
    url: str = ""
    draft_url: str = ""


@dataclass(frozen=True)
class Provider:
    """`find(actor, limit)` answers only what the actor may see, the most pressing first."""

    key: str
    label: str | Promise
    find: Callable[[Actor, int], list[Gap]]
    order: int = 100


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Adds a section to the report in AppConfig.ready(); the same key again replaces it."""
    _providers[provider.key] = provider


def providers() -> list[Provider]:
    return sorted(_providers.values(), key=lambda row: (row.order, row.key))
