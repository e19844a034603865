"""A written suggestion as its reader sees it: rendered text, numbered sources, warnings."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_assist.commands.asking import PATIENCE
from ai_assist.commands.suggestions import UNFINISHED
from ai_assist.llm.grounding import CITATION
from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core import clock, markdown
from flowtic.core.actor import Actor
from knowledge.models import Article

Engine = Suggestion.Engine


@dataclass(frozen=True)
class SourceLine:
    """One numbered source. `url` is "" where the reader may not open it any more."""

    number: int
    kind: str
    title: str
    url: str
    internal: bool
    used: bool


class Draft:
    """One suggestion for one reader; rights are asked anew."""

    def __init__(self, actor: Actor, row: Suggestion) -> None:
        self.actor, self.row = actor, row
        self.value: dict[str, Any] = row.value if isinstance(row.value, dict) else {}

    @property
    def is_running(self) -> bool:
        return self.row.state in UNFINISHED and not self.is_late

    @property
    def is_late(self) -> bool:
        """Nobody wrote anything in all that time: the worker is away."""
        return self.row.state in UNFINISHED and self.row.created_at < clock.now() - PATIENCE

    @property
    def is_ready(self) -> bool:
        return self.row.state == Suggestion.State.READY

    @property
    def failure(self) -> str:
        if self.is_late:
            return _("No worker took this on in time. Try again later.")
        return self.row.error if self.row.state == Suggestion.State.FAILED else ""

    @property
    def is_local(self) -> bool:
        return self.row.engine == Engine.LOCAL

    @property
    def is_empty(self) -> bool:
        return self.is_ready and not self.row.text

    @cached_property
    def html(self) -> SafeString:
        """The text; the numbers lead to the sources below it."""
        return markdown.shown(CITATION.sub(self._links, self.row.text))

    @property
    def insertion(self) -> str:
        """The text for the composer: numbers say nothing to whoever has no sources."""
        text = re.sub(r"[ \t]*" + CITATION.pattern, "", self.row.text)
        return re.sub(r"[ \t]+([.!?,;:])", r"\1", text).strip()

    @cached_property
    def sources(self) -> list[SourceLine]:
        return [line for line in self._lines if line.used or not self.value.get("used")]

    @cached_property
    def _lines(self) -> list[SourceLine]:
        articles = self._rows("article", Article.objects.visible_to(self.actor).select_related("category"))
        tickets = self._rows("ticket", Ticket.objects.internal_to(self.actor).defer("description", "fields"))
        lines = []
        for source in self.row.sources:
            row = (articles if source.get("kind") == "article" else tickets).get(source.get("id"))
            lines.append(self._line(source, row))
        return lines

    def _line(self, source: dict[str, Any], row: Any) -> SourceLine:
        number, kind = int(source["n"]), str(source["kind"])
        used = number in self.value.get("used", [])
        if row is None:
            return SourceLine(number, kind, _("A source that you may not open"), "", internal=True, used=used)
        title = row.title if kind == "article" else f"{row.number} {row.subject}"
        internal = kind == "ticket" or not row.public
        return SourceLine(number, kind, title, row.get_absolute_url(), internal, used)

    def _rows(self, kind: str, rows: Any) -> dict[int, Any]:
        ids = [source["id"] for source in self.row.sources if source.get("kind") == kind]
        return dict(rows.in_bulk(ids)) if ids else {}

    @property
    def warning(self) -> str:
        """Said before the text goes into a reply: what the requester may not read."""
        numbers = " ".join(f"[{number}]" for number in self.value.get("internal", []))
        if self.value.get("quoted"):
            return _("This text quotes internal sources %(numbers)s. The requester may not read them.") % {
                "numbers": numbers
            }
        if numbers:
            return _("This text rests on internal sources %(numbers)s that the requester may not read.") % {
                "numbers": numbers
            }
        return ""

    @property
    def cut_words(self) -> str:
        number = int(self.value.get("cut") or 0)
        said = ngettext(
            "%(n)d sentence without a source was left out.", "%(n)d sentences without a source were left out.", number
        )
        return said % {"n": number} if number else ""

    @property
    def decided(self) -> str:
        return "" if self.row.outcome == Suggestion.Outcome.OPEN else self.row.get_outcome_display()

    def _links(self, found: re.Match[str]) -> str:
        numbers = re.findall(r"\d+", found[1])
        known = {line["n"] for line in self.row.sources}
        return "".join(f"[\\[{n}\\]](#source-{self.row.pk}-{n})" if int(n) in known else f"[{n}]" for n in numbers)


def latest(actor: Actor, ticket: Ticket, feature: str) -> Draft | None:
    """The newest one of a feature; replies are everybody's own."""
    rows = Suggestion.objects.visible_to(actor).filter(ticket=ticket, feature=feature)
    if feature != Suggestion.Feature.SUMMARY:
        rows = rows.filter(asked_by=actor.user)
    row = rows.exclude(outcome=Suggestion.Outcome.SUPERSEDED).order_by("-pk").first()
    return Draft(actor, row) if row is not None else None


def answer_url(row: Suggestion) -> str:
    return reverse("ai:answer", args=[row.key])
