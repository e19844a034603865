"""What the search page, its fragments and the API show of one question; typed, no logic left for the templates."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from desk import unified_search, unified_search_people  # noqa: F401  (register tickets and people)
from flowtic.core.actor import Actor
from flowtic.core.search.operators import Asked
from flowtic.core.search.providers import Hit, Part, Provider, providers, search, tell_miss
from knowledge import search_provider  # noqa: F401  (registers articles)

PER_KIND = 5  # hits of each kind side by side
PER_PAGE = 50  # of one kind
QUICK = 8  # rows for a palette
MAX_QUESTION = 300


@dataclass(frozen=True)
class Tab:
    """A kind in the row of tabs; `key` '' is all of them."""

    key: str
    label: str
    url: str
    current: bool
    count: str = ""


class SearchPage:
    """The answer to one address of /search. `live`: typed so far, the last word may be unfinished.

    `brief`: for `quick`, whose rows are titles: facts and snippets are not looked up.
    """

    def __init__(self, actor: Actor, text: str, kind: str = "", *, live: bool = False, brief: bool = False) -> None:
        self.actor, self.text = actor, text.strip()[:MAX_QUESTION]
        self.offered: list[Provider] = providers(actor)
        self.kind = kind if kind in {row.kind for row in self.offered} else ""
        self._live, self._brief = live, brief

    @cached_property
    def _found(self) -> tuple[Asked, list[Part]]:
        limit = PER_PAGE if self.kind else PER_KIND
        return search(self.actor, self.text, limit=limit, typing=self._live, brief=self._brief)

    @property
    def everything(self) -> list[Part]:
        """The answers of all kinds, empty ones too."""
        return self._found[1]

    @cached_property
    def parts(self) -> list[Part]:
        """The kinds that are shown and have something."""
        return [part for part in self._found[1] if part.answer.hits and self.kind in ("", part.provider.kind)]

    @property
    def hints(self) -> list[str]:
        return list(dict.fromkeys(hint for part in self._found[1] for hint in part.answer.hints))

    @property
    def meant(self) -> str:
        """The question as it may have been meant, where no kind has an answer with all its words."""
        answers = [part.answer for part in self._found[1]]
        if any(answer.hits and not answer.loose for answer in answers):
            return ""
        return next((answer.meant for answer in answers if answer.meant), "")

    @property
    def meant_url(self) -> str:
        return self.address(self.meant, self.kind)

    @property
    def tabs(self) -> list[Tab]:
        found = [Tab("", "", self.address(self.text), not self.kind)]
        for part in self._found[1]:
            row, count = part.provider, part.answer.count_text if self.text else ""
            found.append(Tab(row.kind, str(row.label), self.address(self.text, row.kind), row.kind == self.kind, count))
        return found

    @property
    def quick(self) -> list[tuple[Provider, Hit]]:
        """The few best of all kinds: what is named exactly, then the kinds in turn."""
        rows = [(part.provider, hit) for part in self._found[1] for hit in part.answer.hits]
        exact = [row for row in rows if row[1].exact]
        turns = [
            (part.provider, part.answer.hits[n])
            for n in range(PER_KIND)
            for part in self._found[1]
            if n < len(part.answer.hits) and not part.answer.hits[n].exact
        ]
        return [*exact, *turns][:QUICK]

    def note_miss(self) -> None:
        """A finished search without an answer tells what the knowledge base lacks."""
        if self.text and not any(part.answer.hits and not part.answer.loose for part in self._found[1]):
            tell_miss(self.actor, self._found[0])

    @staticmethod
    def address(text: str, kind: str = "") -> str:
        pairs = [(name, value) for name, value in (("q", text), ("kind", kind)) if value]
        return f"{reverse('desk:search')}{'?' if pairs else ''}{urlencode(pairs)}"
