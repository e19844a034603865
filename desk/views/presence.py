"""Who else is at a ticket, and the parts of its page that follow what others do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.commands import mute_ticket, unmute_ticket
from accounts.views.gate import PersonRequest
from desk import presence as at_ticket
from desk.views.gate import desk_change, desk_page, working_ticket
from desk.views.ticket_parts import changed, context
from flowtic.core.errors import BadRequest

PARTS = {name: f"desk/ticket/_{name}.html" for name in ("head", "thread", "panel")}


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: PersonRequest, number: str) -> HttpResponse:
    """The others at the ticket; a POST says first what one is doing there. Only for who works the ticket."""
    ticket = working_ticket(request, number)
    if request.method == "POST":
        state = request.POST.get("state", "")
        if state not in at_ticket.State.values:
            raise BadRequest(_("This state does not exist."), fields={"state": _("unknown")})
        at_ticket.note(ticket, request.user, state)
        if state == at_ticket.State.GONE:
            return HttpResponse(status=204)
    others = at_ticket.others(ticket, request.user)
    shown = {"others": others[: at_ticket.SHOWN], "more": len(others) - at_ticket.SHOWN, "number": len(others)}
    return render(request, "desk/ticket/_presence.html", shown)


@desk_page
@require_safe
def live(request: PersonRequest, number: str) -> HttpResponse:
    """One part of the ticket's page as it is now (?part=head, thread or panel)."""
    ticket = working_ticket(request, number)
    template = PARTS.get(request.GET.get("part", ""))
    if template is None:
        raise BadRequest(_("This part does not exist."), fields={"part": _("unknown")})
    return render(request, template, context(request, ticket))


@desk_change
def mute(request: PersonRequest, number: str) -> HttpResponse:
    """No more news of this ticket, or (off=1) again."""
    ticket = working_ticket(request, number)
    if request.POST.get("off"):
        unmute_ticket(request.actor, ticket_id=ticket.pk)
        return changed(request, number, _("You hear of this ticket again."), focus="more")
    mute_ticket(request.actor, ticket_id=ticket.pk)
    return changed(
        request, number, _("You hear nothing more of this ticket, unless it is meant for you."), focus="more"
    )
