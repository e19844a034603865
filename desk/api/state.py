"""`/assignment`, `/status` and `/reopen` of a ticket."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import User
from desk.api.answers import TicketOut
from desk.api.bodies import AssignmentIn, ReopenIn, StatusIn
from desk.api.finding import person_named, row_keyed, ticket_answer, ticket_named, ticket_once, unless_stale
from desk.commands import add_comment, assign_ticket, change_status, claim_ticket, reopen_ticket
from desk.commands.assignment import AssigneeOutsideDepartment
from desk.models import Status, Ticket
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, once, writes
from flowtic.core.errors import Conflict
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["Ticket life"])


@router.put(
    "/tickets/{number}/assignment",
    summary="Assign, claim, release",
    **writes("tickets:write", {200: TicketOut}, 404, 409, 412),
)
def put_assignment(request: HttpRequest, number: str, body: AssignmentIn) -> HttpResponse:
    """Gives the ticket to an agent, to you (`me`) or to nobody (null).

    `me` with `only_if_free` is a claim: of many at once exactly one gets it, the others 409 `already_taken`.
    """
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.edit", ticket)
    if body.only_if_free and body.assignee != "me":
        raise Conflict(
            _("Only a claim for yourself can depend on the ticket being free."), fields={"only_if_free": _("needs me")}
        )
    assignee = person_named(actor, body.assignee, field="assignee") if body.assignee else None
    with unless_stale(request, ticket):
        if body.only_if_free:
            require(actor, "ticket.claim", ticket)
            claim_ticket(actor, ticket)
        else:
            _assign(actor, ticket, assignee)
    return ticket_answer(request, ticket.pk)


def _assign(actor: Actor, ticket: Ticket, assignee: User | None) -> None:
    try:
        assign_ticket(actor, ticket, assignee=assignee)
    except AssigneeOutsideDepartment as error:
        error.status = 409  # the body is well formed; it is at odds with who works where
        raise


@router.put(
    "/tickets/{number}/status", summary="Change the status", **writes("tickets:write", {200: TicketOut}, 404, 409, 412)
)
def put_status(request: HttpRequest, number: str, body: StatusIn) -> HttpResponse:
    """Along a transition that your role may use, else 409; with `comment` a public reply in the same step."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    status = row_keyed(Status.objects.all(), body.status, "status")
    with unless_stale(request, ticket):
        # A comment on a merged ticket goes to the other one; its status is not meant.
        if body.comment and not ticket.merged_into_id:
            add_comment(actor, ticket, body=body.comment, internal=False, status=status)
        else:
            change_status(actor, ticket, status=status)
    return ticket_answer(request, ticket.pk)


@router.post("/tickets/{number}/reopen", summary="Reopen", **writes("tickets:write", {200: TicketOut}, 404, 409))
def post_reopen(request: HttpRequest, number: str, body: ReopenIn | None = None) -> HttpResponse:
    """Brings a resolved or closed ticket back to the desk; requesters may for some days after closing."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)

    def effect() -> Answer:
        reopen_ticket(actor, ticket)
        return ticket_once(request, ticket.pk)

    return once(request, effect)
