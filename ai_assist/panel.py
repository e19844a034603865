"""What the assistant shows on the ticket page, fetched when a template asks for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from ai_assist import fields, queries
from ai_assist.commands.deciding import can_be_taken_back
from ai_assist.models import Suggestion
from ai_assist.results import Duration
from ai_assist.words import FIELD_NAMES, Names, engine_words, names_for, outcome_words, percent, reason_words
from desk.models import Ticket
from flowtic.core import clock, time_words
from flowtic.core.actor import Actor
from knowledge.models import Article

# So long a worker may need for a new ticket before the panel says that there is nothing.
PATIENCE = timedelta(seconds=30)
MOST = 5
# What is less likely than that is not worth a look.
LEAST_CONFIDENCE = 0.3
LIKELIER = 1.5  # times as likely as the value that is there
CLEARER = 1.2  # times as likely as the next one: of two that are as good as each other neither is said
MAX_QUESTION = 200
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Line:
    """One suggestion in words. `state`: open, filled, accepted, or what else became of it."""

    row: Suggestion
    label: str
    old: str
    new: str
    percent: str
    reason: str
    state: str
    outcome: str
    may_take_back: bool
    first: bool

    @property
    def is_open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True)
class Hit:
    """An article that fits, and what it has in common with the ticket."""

    article: Article
    words: str
    is_internal: bool


@dataclass(frozen=True)
class Neighbour:
    """A solved ticket that resembles this one."""

    ticket: Ticket
    words: str
    percent: str
    alike: int = 0  # others of the same subject, which are not told one by one


class Panel:
    """Classification, articles, similar tickets and expected duration of one ticket for one reader."""

    def __init__(self, actor: Actor, ticket: Ticket, *, question: str = "") -> None:
        self.actor, self.ticket, self.question = actor, ticket, question.strip()[:MAX_QUESTION]

    # ---- classification ------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """Those certain enough to be proposed, in the order of the fields."""
        return [line for line in self._every if not line.row.options.get("unsure")]

    @cached_property
    def more(self) -> list[Line]:
        """Less certain ones; not those that nobody can decide about any more."""
        doubted = [line for line in self._every if line.row.options.get("unsure") and line.state != "ignored"]
        return [line for line in doubted if not line.is_open or _is_worth_a_look(line.row)]

    @cached_property
    def open_lines(self) -> list[Line]:
        return [line for line in self.lines if line.is_open]

    @cached_property
    def _every(self) -> list[Line]:
        return lines_of(self.actor, queries.classifications(self.actor, self.ticket))

    @property
    def is_waited_for(self) -> bool:
        """Whether a worker will look at the ticket any moment."""
        if self._every or not self.ticket.is_open or clock.now() - self.ticket.created_at > PATIENCE:
            return False
        return not Suggestion.objects.filter(ticket=self.ticket, feature=Suggestion.Feature.CLASSIFY).exists()

    # ---- what else is known --------------------------------------------------------------

    @cached_property
    def articles(self) -> list[Hit]:
        """Articles that fit the ticket, or the question that was typed instead."""
        found = self._searched() if self.question else self._matching()
        return [Hit(article, ", ".join(words[:MOST]), not article.public) for article, words in found]

    def _searched(self) -> list[tuple[Article, Sequence[str]]]:
        from knowledge.queries import matching_articles

        found = matching_articles(self.actor, self.question, limit=MOST)
        return [(article, words) for article, _score, words in found]

    def _matching(self) -> list[tuple[Article, Sequence[str]]]:
        from ai_assist.local.articles import matching

        hits = matching(self.actor, self.ticket, limit=MOST)
        wanted = Article.objects.visible_to(self.actor).select_related("category")
        rows = wanted.in_bulk([hit.article_id for hit in hits])
        return [(rows[hit.article_id], hit.words) for hit in hits if hit.article_id in rows]

    @cached_property
    def similar(self) -> list[Neighbour]:
        from ai_assist.local.similar import similar_tickets

        hits = similar_tickets(self.actor, self.ticket, limit=MOST * MOST)
        seen = Ticket.objects.internal_to(self.actor).select_related("status", "department")
        rows = seen.defer("description", "fields", "field_versions").in_bulk([hit.ticket_id for hit in hits])
        found: dict[str, Neighbour] = {}
        for hit in hits:
            row = rows.get(hit.ticket_id)
            if row is None:
                continue
            subject = " ".join(_NO_LETTERS.sub(" ", row.subject).casefold().split()) or row.number
            if subject in found:
                found[subject] = replace(found[subject], alike=found[subject].alike + 1)
            elif len(found) < MOST:
                found[subject] = Neighbour(row, ", ".join(hit.words[:MOST]), percent(min(hit.score, 1.0)))
        return list(found.values())

    @property
    def may_draft(self) -> bool:
        """Whether the reader may make an article of this ticket."""
        from ai_assist.article_places import may_draft

        return may_draft(self.actor, self.ticket)

    @cached_property
    def duration(self) -> Duration | None:
        from ai_assist.local.duration import expected

        return expected(self.ticket) if self.ticket.is_open else None

    @property
    def duration_words(self) -> str:
        """80 %: between 4 h and 2 d."""
        found = self.duration
        if found is None:
            return ""
        low, high = (time_words.span(_rounded(hours)) for hours in (found.low, found.high))
        return _("%(percent)s: between %(low)s and %(high)s") % {"percent": percent(0.8), "low": low, "high": high}

    @property
    def median_words(self) -> str:
        return time_words.span(_rounded(self.duration.median)) if self.duration is not None else ""

    @property
    def coverage_words(self) -> str:
        """How often such ranges were right, when that was measured."""
        found = self.duration
        if found is None or found.coverage is None:
            return ""
        return _("measured: %(percent)s of such ranges were right") % {"percent": percent(found.coverage)}


class Evidence:
    """Why one suggestion was made: reasons, sources, other values, and what stands behind it."""

    def __init__(self, actor: Actor, row: Suggestion) -> None:
        self.actor, self.row = actor, row
        self.names = names_for(actor, [row])
        self.line = _line(row, self.names, first=False)
        self.engine = engine_words(row.engine, row.engine_version)
        self.trust = queries.trust_of(row.field) if row.field else None

    @property
    def precision(self) -> str:
        """How often such suggestions were right lately, "" before anybody can say."""
        return percent(self.trust.precision) if self.trust is not None and self.trust.precision is not None else ""

    @property
    def title(self) -> str:
        return str(FIELD_NAMES.get(self.row.field) or self.row.get_feature_display())

    @cached_property
    def tickets(self) -> list[Ticket]:
        """Those that the reader works; others are only counted."""
        return list(self.names.tickets.values())

    @cached_property
    def hidden(self) -> int:
        told = {pk for reason in self.row.reasons for pk in reason.get("tickets") or []}
        return len(told - self.names.tickets.keys())

    @cached_property
    def articles(self) -> list[Article]:
        ids = [source["id"] for source in self.row.sources if source.get("kind") == "article"]
        rows = Article.objects.visible_to(self.actor).select_related("category").in_bulk(ids)
        return [rows[pk] for pk in ids if pk in rows]

    @cached_property
    def others(self) -> list[tuple[int, str, str]]:
        """The next best: (value, name, percent)."""
        pairs = self.row.options.get("others", [])
        return [(value, self.names.value(self.row.field, value), percent(share)) for value, share in pairs]


def lines_of(actor: Actor, rows: Sequence[Suggestion]) -> list[Line]:
    """The suggestions in words; the keys belong to the first one that waits for an answer."""
    names = names_for(actor, rows)
    keyed = next((row.pk for row in rows if _state(row) == "open" and not row.options.get("unsure")), None)
    return [_line(row, names, first=row.pk == keyed) for row in rows]


def _line(row: Suggestion, names: Names, *, first: bool) -> Line:
    return Line(
        row=row,
        label=str(FIELD_NAMES.get(row.field, row.field)),
        old=names.value(row.field, row.before),
        new=names.value(row.field, row.value),
        percent=percent(row.confidence),
        reason=reason_words(row.reasons, names),
        state=_state(row),
        outcome=outcome_words(row),
        may_take_back=can_be_taken_back(row),
        first=first,
    )


def _is_worth_a_look(row: Suggestion) -> bool:
    """Whether it is likely at all, and clearly likelier than what the ticket has and than the next one."""
    sure, others = row.confidence or 0.0, row.options.get("others", [])
    present = next((share for value, share in others if value == row.before), 0.0)
    following = max((share for _value, share in others), default=0.0)
    return sure >= max(LEAST_CONFIDENCE, LIKELIER * present, CLEARER * following)


def _state(row: Suggestion) -> str:
    if row.outcome == Suggestion.Outcome.OPEN:
        return "filled" if row.mode == Suggestion.Mode.FILL else "open"
    return str(row.outcome)


def _rounded(hours: float) -> timedelta:
    """No false precision: minutes under two hours in fives, hours under two days whole, then days."""
    step = 5 / 60 if hours < 2 else 1 if hours < 48 else 24
    return timedelta(hours=max(round(hours / step), 1) * step)


def other_value(row: Suggestion, text: str) -> Any:
    """The value that a form names; None for the suggested one."""
    return int(text) if text.isdigit() and len(text) < 19 and row.field in fields.FIELDS else None
