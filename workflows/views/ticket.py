"""The workflow's share of a ticket's pages: the strip, the side panel, the requester's tracking line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.models import Ticket
from desk.views.gate import desk_change, desk_page, working_ticket
from desk.views.portal_gate import portal_page
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.http import wants_fragment
from workflows.commands.starting import start_workflow
from workflows.models import Workflow
from workflows.queries.strip import Strip, runs_of, startable, steps_of, tracking


@desk_page
@require_safe
def steps(request: PersonRequest, number: str) -> HttpResponse:
    """The strip above the conversation."""
    ticket = working_ticket(request, number)
    strip = Strip(request.actor, ticket)
    if wants_fragment(request):
        return render(request, "workflows/strip/_strip.html", {"strip": strip, "ticket": ticket})
    return _page(request, ticket, strip)


@desk_page
@require_safe
def panel(request: PersonRequest, number: str) -> HttpResponse:
    """The side panel "Workflow"."""
    ticket = working_ticket(request, number)
    strip = Strip(request.actor, ticket)
    if not wants_fragment(request):
        return _page(request, ticket, strip)
    context = {"strip": strip, "ticket": ticket, "runs": runs_of(ticket), "startable": startable(request.actor, strip)}
    return render(request, "workflows/strip/_panel.html", context)


@desk_change
def start(request: PersonRequest, number: str) -> HttpResponse:
    """Starts a workflow by hand."""
    ticket = working_ticket(request, number)
    workflow = Workflow.objects.visible_to(request.actor).filter(key=request.POST.get("workflow", "")).first()
    if workflow is None:
        raise Invalid(fields={"workflow": _("Please choose a workflow.")})
    try:
        start_workflow(request.actor, ticket, workflow=workflow)
        messages.success(request, _("The workflow %(name)s has started.") % {"name": workflow.name})
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("desk:ticket", number)


@require_safe
@portal_page
def track(request: PersonRequest, number: str) -> HttpResponse:
    """What the requester sees of the workflow."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.actor), number=number)
    template = "workflows/strip/_tracking.html" if wants_fragment(request) else "workflows/strip/tracking.html"
    context = {"steps": tracking(ticket), "mine": steps_of(request.actor, ticket), "ticket": ticket}
    return render(request, template, context)


def _page(request: PersonRequest, ticket: Ticket, strip: Strip) -> HttpResponse:
    context = {"strip": strip, "ticket": ticket, "runs": runs_of(ticket), "startable": startable(request.actor, strip)}
    return render(request, "workflows/strip/page.html", context)
