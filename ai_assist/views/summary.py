"""The summary of a ticket, for who works it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from ai_assist.commands.asking import ask_summary
from ai_assist.llm import why_not
from ai_assist.llm.shown import Draft, latest
from ai_assist.llm.thread import digest, is_short
from ai_assist.models import Suggestion
from ai_assist.views.gate import assisted_ticket
from desk.models import Ticket
from desk.views.gate import desk_page
from flowtic.core.actor import Actor
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
    short = draft is None and not refusal and is_short(request.actor, ticket)
    if short and wants_fragment(request):
        return HttpResponse("")  # the panel leaves the section out
    context: dict[str, object] = {
        "ticket": ticket,
        "draft": draft,
        "missing": why_not(FEATURE, ticket),
        "refusal": refusal,
    }
    context |= {"short": short, "outdated": _is_outdated(draft, request.actor, ticket)}
    template = "ai_assist/summary/_summary.html" if wants_fragment(request) else "ai_assist/summary/page.html"
    return render(request, template, context, status=422 if refusal else 200)


def _is_outdated(draft: Draft | None, actor: Actor, ticket: Ticket) -> bool:
    """Whether somebody has written since the summary was made."""
    return draft is not None and draft.is_ready and draft.row.input_hash != digest(actor, ticket)
