"""Marks that other apps put on the rows of the agents' list: a short tag beside the subject.

Each provider is asked once for a whole page, whatever its number of rows, and answers only for tickets that have one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flowtic.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Mark:
    """`text` is what the tag says, `title` the same in a sentence; `kind`: "", "ok", "warn", "danger", "info", "ai"."""

    text: str
    title: str
    kind: str = ""


Provider = Callable[[Actor, Sequence[int]], Mapping[int, Sequence[Mark]]]
_providers: dict[str, tuple[int, Provider]] = {}


def row_marks(key: str, provider: Provider, *, order: int = 100) -> None:
    """Adds a provider in AppConfig.ready(); the same key again replaces it. It has to ask under the actor's rights."""
    _providers[key] = (order, provider)


def marks_for(actor: Actor, ids: Sequence[int]) -> dict[int, tuple[Mark, ...]]:
    """The marks by ticket, in the order of the providers; only of tickets that have some."""
    found: dict[int, list[Mark]] = {}
    if ids:
        for _key, (_order, provider) in sorted(_providers.items(), key=lambda item: (item[1][0], item[0])):
            for pk, marks in provider(actor, ids).items():
                found.setdefault(pk, []).extend(marks)
    return {pk: tuple(marks) for pk, marks in found.items()}
