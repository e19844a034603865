"""Suggestions as plain objects, with names and sources under the reader's rights."""

from collections.abc import Sequence
from typing import Any

from ai_assist.models import Suggestion
from ai_assist.words import Names, names_for, reason_words
from desk.api.present import Plain, person_ref
from flowtic.core.actor import Actor
from flowtic.core.api import stamp
from knowledge.models import Article


def suggestion_rows(actor: Actor, rows: Sequence[Suggestion]) -> list[Plain]:
    """All of them; names, tickets and articles are looked up together."""
    names = names_for(actor, rows)
    ids = {source["id"] for row in rows for source in row.sources if source.get("kind") == "article"}
    articles = Article.objects.visible_to(actor).select_related("category").in_bulk(ids) if ids else {}
    return [_plain(actor, row, names, articles) for row in rows]


def _plain(actor: Actor, row: Suggestion, names: Names, articles: dict[int, Article]) -> Plain:
    return {
        "key": row.key,
        "ticket": row.ticket.number if row.ticket else None,
        "feature": row.feature,
        "field": row.field or None,
        "state": row.state,
        "outcome": row.outcome,
        "value": _value(row, row.value, names),
        "before": _value(row, row.before, names),
        "others": [
            {**found, "confidence": share}
            for value, share in row.options.get("others", [])
            if (found := _value(row, value, names))
        ],
        "text": row.text,
        "confidence": row.confidence,
        "reason": reason_words(row.reasons, names),
        "sources": [found for source in row.sources if (found := _source(source, names, articles))],
        "engine": row.engine,
        "engine_version": row.engine_version,
        "decided_by": person_ref(actor, row.decided_by),
        "decided_at": stamp(row.decided_at),
        "rating": row.rating,
        "created_at": stamp(row.created_at),
    }


def _value(row: Suggestion, stored: Any, names: Names) -> Plain | None:
    found = names.values.get(row.field, {}).get(stored) if isinstance(stored, int) else None
    return {"key": found.key, "name": found.name} if found is not None else None


def _source(source: dict[str, Any], names: Names, articles: dict[int, Article]) -> Plain | None:
    """What the reader may open; other sources stay out."""
    kind, pk = source.get("kind"), source.get("id")
    if kind == "ticket" and pk in names.tickets:
        ticket = names.tickets[pk]
        return {"kind": kind, "number": ticket.number, "title": ticket.subject, "url": ticket.get_absolute_url()}
    if kind == "article" and pk in articles:
        article = articles[pk]
        return {"kind": kind, "number": None, "title": article.title, "url": article.get_absolute_url()}
    return None
