"""The agent's own text in other words: shown beside it, taken over by a click."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from ai_assist.commands.asking import ask_rewrite
from ai_assist.llm.shown import Draft
from ai_assist.views.gate import assisted_ticket, readable
from desk.views.gate import desk_change, desk_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment

FRAGMENT = "ai_assist/rewrite/_result.html"


@desk_change
def rewrite(request: PersonRequest, number: str) -> HttpResponse:
    """Asks for other words (`?how=`) for the text of the composer (`body`)."""
    ticket = assisted_ticket(request, number)
    text = request.POST.get("body", "").replace("\r\n", "\n")
    try:
        row = ask_rewrite(request.actor, ticket, text=text, how=request.GET.get("how", ""))
    except CommandError as error:
        return render(request, FRAGMENT, {"ticket": ticket, "refusal": error.message}, status=error.status)
    if not wants_fragment(request):
        return redirect("ai:rewritten", number, row.key)
    return render(request, FRAGMENT, {"ticket": ticket, "draft": Draft(request.actor, row)})


@desk_page
@require_safe
def rewritten(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """The text so far, or the whole."""
    ticket = assisted_ticket(request, number)
    draft = Draft(request.actor, readable(request, key, ticket))
    template = FRAGMENT if wants_fragment(request) else "ai_assist/rewrite/page.html"
    return render(request, template, {"ticket": ticket, "draft": draft})
