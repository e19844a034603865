"""`/tickets/{number}/rating` and `/ratings`: what requesters say of how it went."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import StringConstraints

from desk.api.answers import Page, PersonRef
from desk.api.finding import ticket_named
from desk.api.present import Plain, person_ref
from desk.commands import rate_ticket
from desk.models import Rating
from desk.models.rating import MAX_WORDS
from desk.ratings import rating_of
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, flag, listing, reads, stamp, writes
from flowtic.core.api_shapes import In, Out
from flowtic.core.paging import Sort
from flowtic.core.policy import require

router = Router(tags=["Ratings"])
NEWEST = Sort("-closed", ("-closed_at", "-id"))
QUERY = {"bad": {"type": "boolean", "description": "`true`: only those who were not satisfied."}, **PAGE}
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$", max_length=MAX_WORDS)]


class TicketRatingIn(In):
    good: bool
    words: Words = ""


class TicketRatingOut(Out):
    ticket: str
    good: bool
    words: str
    person: PersonRef
    department: str
    closed_at: datetime
    changed_at: datetime


class TicketRatingHeld(Out):
    rating: TicketRatingOut | None


class TicketRatingPage(Page):
    results: list[TicketRatingOut]


@router.get("/ratings", summary="Ratings", **reads("tickets:read", TicketRatingPage, query=QUERY))
def list_ratings(request: HttpRequest) -> HttpResponse:
    """The last closing first: leads those of their departments, support and admins all."""
    actor = actor_of(request)
    require(actor, "report.view")
    rows = Rating.objects.reported_to(actor).select_related("ticket", "department", "person")
    rows = rows.filter(good=False) if flag(request, "bad") else rows
    return listing(request, rows, NEWEST, lambda found: [_plain(actor, row) for row in found])


@router.get("/tickets/{number}/rating", summary="Rating of a ticket", **reads("tickets:read", TicketRatingHeld, 404))
def get_ticket_rating(request: HttpRequest, number: str) -> HttpResponse:
    """Of the last closing, null when nobody rated it; for who asked and those who work the ticket."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    if ticket.requester_id != actor.user.pk:
        require(actor, "ticket.view_internal", ticket)
    row = rating_of(ticket)
    return answer({"rating": None if row is None else _plain(actor, row)})


@router.put(
    "/tickets/{number}/rating", summary="Rate a ticket", **writes("tickets:write", {200: TicketRatingOut}, 404, 409)
)
def put_ticket_rating(request: HttpRequest, number: str, body: TicketRatingIn) -> HttpResponse:
    """By who asked, for some days after the closing; a second one replaces the first."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    return answer(_plain(actor, rate_ticket(actor, ticket, good=body.good, words=body.words)))


def _plain(actor: Actor, row: Rating) -> Plain:
    return {
        "ticket": row.ticket.number,
        "good": row.good,
        "words": row.words,
        "person": person_ref(actor, row.person),
        "department": row.department.key,
        "closed_at": stamp(row.closed_at),
        "changed_at": stamp(row.changed_at),
    }
