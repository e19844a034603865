"""The assistant's share of the ticket page: the strip of open suggestions, the side panel and its parts."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from ai_assist.panel import Evidence, Panel
from ai_assist.views.gate import assisted_ticket, readable
from desk.views.gate import desk_change, desk_page
from flowtic.core.http import wants_fragment
from knowledge.commands import note_use
from knowledge.models import Article


@desk_page
@require_safe
def strip(request: PersonRequest, number: str) -> HttpResponse:
    """One line above the conversation with what waits for a yes or no."""
    return _answer(request, number, "ai_assist/panel/_strip.html")


@desk_page
@require_safe
def panel(request: PersonRequest, number: str) -> HttpResponse:
    """The side panel; its slower parts are fetched after it."""
    return _answer(request, number, "ai_assist/panel/_panel.html")


@desk_page
@require_safe
def classification(request: PersonRequest, number: str) -> HttpResponse:
    """Asked again while a worker has not looked at the ticket yet."""
    return _answer(request, number, "ai_assist/panel/_classification.html")


@desk_page
@require_safe
def related(request: PersonRequest, number: str) -> HttpResponse:
    """Articles, similar tickets and the expected duration."""
    return _answer(request, number, "ai_assist/panel/_related.html")


@desk_page
@require_safe
def articles(request: PersonRequest, number: str) -> HttpResponse:
    """The articles for `?q=`, or those that fit the ticket."""
    return _answer(request, number, "ai_assist/panel/_articles.html")


@desk_change
def use(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Counts that an article was put into the answer; the text itself is put there by the page."""
    ticket = assisted_ticket(request, number)
    article = get_object_or_404(Article.objects.visible_to(request.actor), pk=pk)
    note_use(request.actor, article, ticket_number=ticket.number)
    return HttpResponse(status=204)


@desk_page
@require_safe
def why(request: PersonRequest, key: str) -> HttpResponse:
    """What a suggestion rests on."""
    row = readable(request, key)
    in_panel = wants_fragment(request)
    template = "ai_assist/panel/_why.html" if in_panel else "ai_assist/panel/why.html"
    context = {"evidence": Evidence(request.actor, row), "ticket": row.ticket, "in_panel": in_panel}
    return render(request, template, context)


def _answer(request: PersonRequest, number: str, part: str) -> HttpResponse:
    ticket = assisted_ticket(request, number)
    shown = Panel(request.actor, ticket, question=request.GET.get("q", ""))
    template = part if wants_fragment(request) else "ai_assist/panel/page.html"
    return render(request, template, {"assist": shown, "ticket": ticket, "heading": _("Assistant")})
