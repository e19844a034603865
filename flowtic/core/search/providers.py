"""The one search over everything: each app says here how its kind of object is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.functional import Promise

from flowtic.core.actor import Actor
from flowtic.core.search.operators import Asked, read_question
from flowtic.core.search.snippets import Pieces

MAX_HITS = 100  # counted and ranked per kind


@dataclass(frozen=True)
class Hit:
    """One result. `title` and `snippet` are plain text in pieces, some of them marked; templates escape them."""

    kind: str
    object_id: int
    title: Pieces
    url: str
    lead: str = ""  # what stands before the title: a number
    snippet: Pieces = field(default_factory=list)
    source: str = ""  # where the snippet is from, where that matters: "Internal note"
    facts: tuple[str, ...] = ()
    at: datetime | None = None
    status: object = None  # an object for {% status_label %}
    person: object = None  # somebody for {% avatar %}
    exact: bool = False  # named by its number or address


@dataclass(frozen=True)
class Answer:
    """What one kind has. `count` may be capped (`more`); `loose`: the hits hold some of the words, not all."""

    hits: Sequence[Hit] = ()
    count: int = 0
    more: bool = False
    loose: bool = False
    hints: tuple[str, ...] = ()
    meant: str = ""  # the words as they may have been meant
    url: str = ""  # where the whole list is

    @property
    def count_text(self) -> str:
        return f"{self.count}+" if self.more else str(self.count)


Find = Callable[[Actor, Asked, int, bool], Answer]  # (actor, question, hits wanted, last word may be unfinished)
Nearly = Callable[[Actor, Asked, int], Answer]


@dataclass(frozen=True)
class Provider:
    """How one kind is searched. `operators`: those it understands; a question with others is not for it."""

    kind: str
    label: str | Promise
    icon: str
    visible: Callable[[Actor], bool]
    find: Find
    # Asked when no kind has an answer: what holds some of the words (`loose`), and the words as they may have been
    # `meant`.
    nearly: Nearly | None = None
    order: int = 100
    operators: frozenset[str] = frozenset()
    scope: str = ""  # that a token needs


@dataclass(frozen=True)
class Part:
    """The answer of one kind."""

    provider: Provider
    answer: Answer


_providers: dict[str, Provider] = {}
Miss = Callable[[Actor, str], None]
_miss_listeners: dict[str, Miss] = {}


def register(provider: Provider) -> None:
    """Called in AppConfig.ready(); the same kind again replaces it."""
    _providers[provider.kind] = provider


def providers(actor: Actor) -> list[Provider]:
    """Those the actor may ask, in order."""
    return sorted(
        (row for row in _providers.values() if row.visible(actor) and (not row.scope or actor.may_use(row.scope))),
        key=lambda row: row.order,
    )


def search(
    actor: Actor, text: str, *, kinds: Sequence[str] = (), limit: int = 5, typing: bool = False, brief: bool = False
) -> tuple[Asked, list[Part]]:
    """What the actor may find; `kinds`: only those. `brief`: titles are enough. Raises nothing for any text."""
    asked = replace(read_question(text), brief=brief)
    wanted = [row for row in providers(actor) if not kinds or row.kind in kinds]
    if asked.is_blank:
        return asked, [Part(row, Answer()) for row in wanted]
    parts = [Part(row, _answer(actor, row, asked, limit, typing)) for row in wanted]
    if not asked.words or any(part.answer.hits and not part.answer.loose for part in parts):
        return asked, parts
    return asked, [_nearly(actor, part, asked, limit, typing) for part in parts]


def _nearly(actor: Actor, part: Part, asked: Asked, limit: int, typing: bool) -> Part:
    provider, found = part.provider, part.answer
    if provider.nearly is None or found.hits or found.hints or not asked.names <= provider.operators:
        return part
    answer = provider.nearly(actor, asked, limit)
    return Part(provider, replace(answer, loose=True, meant="" if typing else answer.meant))


def _answer(actor: Actor, provider: Provider, asked: Asked, limit: int, typing: bool) -> Answer:
    if not asked.names <= provider.operators:
        return Answer()
    answer = provider.find(actor, asked, limit, typing)
    return answer if answer.count else replace(answer, count=len(answer.hits))


# ---- searches that found nothing ------------------------------------------------------


def on_miss(name: str, listener: Miss) -> None:
    """`listener(actor, words)` hears of finished searches without a hit."""
    _miss_listeners[name] = listener


def tell_miss(actor: Actor, asked: Asked) -> None:
    """Tell of a search for words alone that found nothing; one with operators says nothing about what is missing."""
    if actor.can_work and asked.words and not asked.operators and not asked.numbers:
        for listener in _miss_listeners.values():
            listener(actor, asked.words)
