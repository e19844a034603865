"""`/search`: one question over tickets, articles and people."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from desk.unified_search_page import MAX_QUESTION
from flowtic.core import ratelimit
from flowtic.core.api import actor_of, answer, reads, stamp, wrong_parameter
from flowtic.core.api import words as words_of
from flowtic.core.api_shapes import Out
from flowtic.core.plain_text import VISIBLE_LINE
from flowtic.core.search.providers import Hit, Part, search

router = Router(tags=["Search"])
KINDS = ("ticket", "article", "person")
MAX_LIMIT = 50

QUERY: dict[str, Any] = {
    "q": {
        "type": "string",
        "pattern": VISIBLE_LINE,
        "maxLength": MAX_QUESTION,
        "description": 'Words, "phrase", `begin*`, `#123`, `status:`, `from:`, `to:`, `department:`, `priority:`, '
        "`tag:`, `is:open`, `created:>2026-01-01`, `updated:`.",
    },
    "kind": {"type": "string", "enum": list(KINDS), "description": "Only this kind."},
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10, "description": "Of each kind."},
}


class PieceOut(Out):
    text: str
    marked: bool


class HitOut(Out):
    kind: str
    id: int
    number: str | None = Field(description="Of a ticket.")
    title: str
    snippet: list[PieceOut]
    url: str = Field(description="The page, for people.")
    status: str | None = Field(description="In words.")
    updated_at: str | None
    exact: bool = Field(description="Named by its number.")


class KindOut(Out):
    kind: Literal["ticket", "article", "person"]
    count: str = Field(description='How many, counted no further than 100 ("100+").')
    loose: bool = Field(description="Nothing has all the words; these have some of them.")
    did_you_mean: str | None
    results: list[HitOut]


class SearchOut(Out):
    hints: list[str] = Field(description="What of the question is not known here.")
    kinds: list[KindOut]


@router.get("/search", summary="Search everything", **reads("tickets:read", SearchOut, query=QUERY))
def search_all(request: HttpRequest) -> HttpResponse:
    """What you may read and fits best, newer before older. Unknown values give a hint; no `q` finds nothing."""
    actor = actor_of(request)
    text = words_of(request, "q", MAX_QUESTION) or ""
    kind = request.GET.get("kind")
    if kind is not None and kind not in KINDS:
        raise wrong_parameter("kind", _("This value does not exist."))
    ratelimit.limit("search", f"u{actor.user.pk}")
    _asked, parts = search(actor, text, kinds=(kind,) if kind else KINDS, limit=_limit(request))
    hints = list(dict.fromkeys(hint for part in parts for hint in part.answer.hints))
    return answer({"hints": hints, "kinds": [_part(part) for part in parts]})


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", "10")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MAX_LIMIT):
        raise wrong_parameter("limit", _("Please give a number from 1 to %(most)s.") % {"most": MAX_LIMIT})
    return int(text)


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.provider.kind,
        "count": part.answer.count_text,
        "loose": part.answer.loose,
        "did_you_mean": part.answer.meant or None,
        "results": [_hit(hit) for hit in part.answer.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.object_id,
        "number": hit.lead or None,
        "title": "".join(text for text, _mark in hit.title),
        "snippet": [{"text": text, "marked": mark} for text, mark in hit.snippet],
        "url": hit.url,
        "status": str(getattr(hit.status, "name", "")) or None,
        "updated_at": stamp(hit.at),
        "exact": hit.exact,
    }
