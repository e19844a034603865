"""The summary of a ticket, for who works it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from ai_assist.commands.asking import ask_summary
from ai_assist.llm import why_not
from ai_assist.llm.shown import Draft, latest
from ai_assist.llm.thread import digest
from ai_assist.models import Suggestion
from ai_assist.views.gate import assisted_ticket
from desk.views.gate import desk_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment

FEATURE = Suggestion.Feature.SUMMARY


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: PersonRequest, number: str) -> HttpResponse:
    """The newest summary, marked when somebody has written since; a POST asks for a fresh one."""
    ticket = assisted_ticket(request, number)
    refusal, draft = "", None
    if request.method == "POST":
        try:
            draft = Draft(request.actor, ask_summary(request.actor, ticket))
        except CommandError as error:
            refusal = error.message
        if not wants_fragment(request) and not refusal:
            return redirect("ai:summary", number)
    draft = draft or latest(request.actor, ticket, FEATURE)
    outdated = draft is not None and draft.is_ready and draft.row.input_hash != digest(request.actor, ticket)
    missing = why_not(FEATURE, ticket)
    context = {"ticket": ticket, "draft": draft, "outdated": outdated, "missing": missing, "refusal": refusal}
    template = "ai_assist/summary/_summary.html" if wants_fragment(request) else "ai_assist/summary/page.html"
    return render(request, template, context, status=422 if refusal else 200)
