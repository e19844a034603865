"""The reply that the assistant drafts: asked for, watched while it grows, put into the composer by the agent."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from ai_assist.commands.asking import ask_reply
from ai_assist.commands.suggestions import accept
from ai_assist.llm import why_not
from ai_assist.llm.shown import Draft, latest
from ai_assist.models import Suggestion
from ai_assist.views.gate import assisted_ticket, readable
from desk.views.gate import desk_change, desk_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment

FEATURE = Suggestion.Feature.REPLY


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: PersonRequest, number: str) -> HttpResponse:
    """The newest draft; a POST asks for another one (tone, instruction)."""
    ticket = assisted_ticket(request, number)
    refusal, draft = "", None
    if request.method == "POST":
        try:
            tone, wish = request.POST.get("tone", ""), request.POST.get("instruction", "")
            draft = Draft(request.actor, ask_reply(request.actor, ticket, tone=tone, instruction=wish))
        except CommandError as error:
            refusal = error.message
        if not wants_fragment(request) and not refusal:
            return redirect("ai:reply", number)
    draft = draft or latest(request.actor, ticket, FEATURE)
    context = {"ticket": ticket, "draft": draft, "refusal": refusal, "missing": why_not(FEATURE, ticket)}
    template = "ai_assist/reply/_reply.html" if wants_fragment(request) else "ai_assist/reply/page.html"
    return render(request, template, context, status=422 if refusal else 200)


@desk_change
def insert(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """The agent put the text into the composer; whether it is sent, and how, is theirs."""
    ticket = assisted_ticket(request, number)
    row = readable(request, key, ticket)
    if row.state == Suggestion.State.READY and row.outcome == Suggestion.Outcome.OPEN:
        row = accept(request.actor, row)
    if wants_fragment(request):
        context = {"ticket": ticket, "draft": Draft(request.actor, row), "missing": why_not(FEATURE, ticket)}
        return render(request, "ai_assist/reply/_reply.html", {**context, "toast": _("Put into the answer.")})
    return redirect("desk:ticket", number)
