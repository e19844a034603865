"""`/tickets/{number}/suggestions` and what becomes of them."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from ai_assist import fields, queries
from ai_assist.api.answers import SuggestionList, SuggestionOut
from ai_assist.api.bodies import AcceptIn, RateIn
from ai_assist.api.present import suggestion_rows
from ai_assist.commands import suggestions
from ai_assist.models import Suggestion
from desk.api.finding import ticket_named
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.api_shapes import Nothing
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["Suggestions"])
_KEY = re.compile(r"^[0-9a-f]{32}$")
MOST = 50


@router.get(
    "/tickets/{number}/suggestions", summary="Suggestions for a ticket", **reads("tickets:read", SuggestionList, 404)
)
def list_suggestions(request: HttpRequest, number: str) -> HttpResponse:
    """What the assistant proposes and what became of it, newest first; for who works the ticket. Empty while the
    assistant is off."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "assist.use", ticket)
    rows = Suggestion.objects.visible_to(actor).shown().filter(ticket=ticket)
    found = rows.select_related("ticket", "decided_by").order_by("-pk")[:MOST] if queries.assistant_on() else ()
    return answer({"results": suggestion_rows(actor, list(found))})


@router.post("/suggestions/{key}/accept", summary="Accept", **writes("tickets:write", {200: SuggestionOut}, 404, 409))
def accept(request: HttpRequest, key: str, body: AcceptIn) -> HttpResponse:
    """Writes the value into its field, or another `value`. 409 when somebody decided before or changed the field."""
    actor = actor_of(request)
    row = _named(actor, key)

    def effect() -> Answer:
        value = None
        if body.value is not None:
            value = fields.plain(row.field, body.value) if row.field in fields.MODELS else None
            if value is None:
                raise Conflict(_("This value does not exist."), fields={"value": _("does not exist")})
        suggestions.accept(actor, row, value=value)
        return _answer(actor, key)

    return once(request, effect)


@router.post("/suggestions/{key}/dismiss", summary="Dismiss", **writes("tickets:write", {200: SuggestionOut}, 404, 409))
def dismiss(request: HttpRequest, key: str, body: Nothing | None = None) -> HttpResponse:
    """Nobody wants it. 409 when somebody decided before."""
    return _act(request, key, suggestions.dismiss)


@router.post("/suggestions/{key}/undo", summary="Take back", **writes("tickets:write", {200: SuggestionOut}, 404, 409))
def take_back(request: HttpRequest, key: str, body: Nothing | None = None) -> HttpResponse:
    """Puts back what the field held before it was accepted or filled in."""
    return _act(request, key, suggestions.take_back)


@router.post("/suggestions/{key}/rate", summary="Rate", **writes("tickets:write", {200: SuggestionOut}, 404))
def rate(request: HttpRequest, key: str, body: RateIn) -> HttpResponse:
    """Helpful or not, with a few words."""
    note = body.note or ""
    return _act(request, key, lambda actor, row: suggestions.rate(actor, row, rating=body.rating, note=note))


def _act(request: HttpRequest, key: str, command: Any) -> HttpResponse:
    actor = actor_of(request)
    row = _named(actor, key)

    def effect() -> Answer:
        command(actor, row)
        return _answer(actor, key)

    return once(request, effect)


def _named(actor: Actor, key: str) -> Suggestion:
    """The suggestion if the actor reads it; those that are only measured are nobody's."""
    row = queries.by_key(actor, key) if _KEY.match(key) and queries.assistant_on() else None
    if row is None or row.mode == Suggestion.Mode.WATCH:
        raise NotFound(_("This suggestion does not exist."))
    return row


def _answer(actor: Actor, key: str) -> Answer:
    row = Suggestion.objects.select_related("ticket", "decided_by").get(key=key)
    return Answer(200, suggestion_rows(actor, [row])[0])
