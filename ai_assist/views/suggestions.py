"""Yes, no and back: what people do with the suggestions of a ticket."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from ai_assist import fields
from ai_assist.commands import suggestions
from ai_assist.models import Suggestion
from ai_assist.panel import Panel, other_value
from ai_assist.views.gate import assisted_ticket, readable
from ai_assist.words import FIELD_NAMES
from desk.ticket_page import find
from desk.views.gate import desk_change
from desk.views.ticket_parts import changed, context, refused, shown_query
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment


@desk_change
def accept(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """Takes it over, or another of its values."""

    def act(actor: Actor, row: Suggestion) -> Suggestion:
        return suggestions.accept(actor, row, value=other_value(row, request.POST.get("value", "")))

    return _decided(request, number, key, act, _("%(field)s taken over."))


@desk_change
def dismiss(request: PersonRequest, number: str, key: str) -> HttpResponse:
    return _decided(request, number, key, suggestions.dismiss, _("Suggestion dismissed: %(field)s."))


@desk_change
def take_back(request: PersonRequest, number: str, key: str) -> HttpResponse:
    return _decided(request, number, key, suggestions.take_back, _("Taken back: %(field)s."))


@desk_change
def rate(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """Thumb up or down; the same thumb again takes it away."""
    row = readable(request, key, assisted_ticket(request, number))
    text = request.POST.get("rating", "")
    rating = int(text) if text in ("-1", "0", "1") else 2
    row = suggestions.rate(request.actor, row, rating=rating, note=request.POST.get("note", ""))
    if wants_fragment(request):
        return render(request, "ai_assist/panel/_rating.html", {"row": row, "number": number})
    return changed(request, number, _("Thank you."))


def _decided(
    request: PersonRequest, number: str, key: str, act: Callable[[Actor, Suggestion], Suggestion], said: str
) -> HttpResponse:
    """Does it and answers with the parts of the ticket page that changed."""
    ticket = assisted_ticket(request, number)
    row = readable(request, key, ticket)
    label = FIELD_NAMES.get(row.field, row.get_feature_display())
    try:
        act(request.actor, row)
    except CommandError as error:
        return refused(request, number, error, {row.field: (label, fields.row(row.field, row.value))})
    message = said % {"field": label}
    now = find(request.actor, number)
    if now is None or not now.internal_for(request.actor) or not wants_fragment(request):
        return changed(request, number, message)
    shown = Panel(request.actor, now)
    # The next one that waits, else the chip of the field in the head.
    # The strip hides beside the open panel: there it is the panel's own line.
    following = "#assist-line" if shown_query(request).get("panel") == "assistant" else "#assist-next"
    heir = following if shown.open_lines else f"#ticket-{now.pk}-{row.field}"
    more = {"said": message, "focus": heir, "assist": shown}
    return render(request, "ai_assist/panel/decided.swap.html", context(request, now, **more))
