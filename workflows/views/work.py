"""My work, and the inbox of approvals."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import claim_ticket
from desk.views.gate import desk_page, visible_ticket
from desk.views.portal_gate import portal_page
from flowtic.core.errors import Conflict
from flowtic.core.http import wants_fragment
from workflows.queries.approvals import Inbox
from workflows.queries.work import MyWork


@desk_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """What to do next."""
    template = "workflows/mywork/_lists.html" if wants_fragment(request) else "workflows/mywork/page.html"
    return render(request, template, {"work": MyWork(request.actor)})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: PersonRequest, number: str) -> HttpResponse:
    """Takes a free ticket from the list; who was slower reads who won, in that line."""
    if request.method != "POST":
        return redirect("workflows:work")
    ticket = visible_ticket(request, number)
    try:
        claim_ticket(request.actor, ticket)
    except Conflict as error:
        if wants_fragment(request):
            context = {"key": f"ticket-{ticket.pk}", "text": error.message, "level": "warning"}
            return render(request, "workflows/mywork/gone.swap.html", context, status=409)
        messages.warning(request, error.message)
        return redirect("workflows:work")
    return anew(request, _("%(number)s is yours now.") % {"number": number})


@portal_page
@require_safe
def approvals(request: PersonRequest) -> HttpResponse:
    """What waits for the person's decision."""
    return render(request, "workflows/approvals/page.html", {"inbox": Inbox(request.actor)})


def anew(request: PersonRequest, said: str) -> HttpResponse:
    """The lists after something was taken."""
    if not wants_fragment(request):
        messages.success(request, said)
        return redirect("workflows:work")
    context = {"work": MyWork(request.actor), "text": said, "level": "success"}
    return render(request, "workflows/mywork/lists.swap.html", context)
