"""`/tickets/{number}/redactions`: taking a secret out for good."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from desk.api.answers import TicketOut
from desk.api.bodies import RedactionIn
from desk.api.finding import NotAvailable, ticket_answer, ticket_named
from desk.commands import redact_text
from desk.models import Comment
from flowtic.core.api import actor_of, writes
from flowtic.core.policy import require

router = Router(tags=["Conversation"])


@router.post(
    "/tickets/{number}/redactions",
    summary="Remove a text for good",
    **writes("tickets:write", {200: TicketOut}, 404, 409),
)
def post_redaction(request: HttpRequest, number: str, body: RedactionIn) -> HttpResponse:
    """Out of messages, drafts, answers, search and history; that a text was removed stays on record.

    Leads of the department, support and admins remove it from the whole ticket, authors from what they wrote.
    """
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    comment = None
    if body.comment is not None:
        found = Comment.objects.visible_to(actor).filter(ticket=ticket, pk=body.comment)
        comment = found.select_related("ticket").first()
        if comment is None:
            raise NotAvailable(fields={"comment": "does not exist for you"})
    require(actor, "ticket.redact", comment or ticket)
    redact_text(actor, ticket, comment=comment, text=body.text or "")
    return ticket_answer(request, ticket.pk)
