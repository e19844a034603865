"""`/watchers`, `/links`, `/merge` and `/split` of a ticket."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import User
from desk.api.answers import LinkList, LinkOut, MergeOut, PersonRef, TicketOut, WatcherList
from desk.api.bodies import LinkIn, MergeIn, SplitIn, WatcherIn
from desk.api.finding import NotAvailable, person_named, ticket_answer, ticket_named, ticket_once
from desk.api.present import Plain, person_ref
from desk.commands import (
    add_watcher,
    link_tickets,
    merge_ticket,
    remove_watcher,
    split_comment,
    unlink_tickets,
    unmerge_ticket,
)
from desk.commands.merging import thread_ids
from desk.models import Comment, Participant, Ticket, TicketLink
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, id_in_path, once, reads, stamp, writes
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["Relations"])


# ---- watchers ------------------------------------------------------------------------


@router.get("/tickets/{number}/watchers", summary="Watchers", **reads("tickets:read", WatcherList, 404))
def list_watchers(request: HttpRequest, number: str) -> HttpResponse:
    """Who is told of news besides requester and assignee."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    people = User.objects.filter(pk__in=_watchers(ticket).values("person")).order_by("name", "pk")
    return answer({"results": [person_ref(actor, person) for person in people], "next": None})


@router.post(
    "/tickets/{number}/watchers", summary="Add a watcher", **writes("tickets:write", {201: PersonRef}, 404, 409)
)
def post_watcher(request: HttpRequest, number: str, body: WatcherIn) -> HttpResponse:
    """Yourself (`me`), or for those who work the ticket anybody: they see its public part from then on."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.watch" if body.person == "me" else "ticket.edit_watchers", ticket)
    person = person_named(actor, body.person, field="person")
    where = f"/api/v1/tickets/{ticket.number}/watchers/{person.pk}"

    def effect() -> Answer:
        add_watcher(actor, ticket, person=person)
        return Answer(201, person_ref(actor, person), {"Location": where})

    return once(request, effect)


@router.delete(
    "/tickets/{number}/watchers/{person}",
    summary="Remove a watcher",
    **writes("tickets:write", {204: None}, 404, media=()),
)
def delete_watcher(request: HttpRequest, number: str, person: str) -> HttpResponse:
    """By the person's id, or `me`."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    wanted = actor.user.pk if person == "me" else id_in_path(person)
    found = User.objects.filter(pk__in=_watchers(ticket).filter(person=wanted).values("person")).first()
    if found is None:
        raise NotFound(_("This person does not watch the ticket."))
    remove_watcher(actor, ticket, person=found)
    return answer(None, 204)


def _watchers(ticket: Ticket) -> QuerySet[Participant]:
    return ticket.participants.filter(reason=Participant.Reason.WATCHER)


# ---- links ---------------------------------------------------------------------------


@router.get("/tickets/{number}/links", summary="Linked tickets", **reads("tickets:read", LinkList, 404))
def list_links(request: HttpRequest, number: str) -> HttpResponse:
    """Links to tickets that you see too."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    visible = Ticket.objects.visible_to(actor).values("pk")
    out = TicketLink.objects.filter(source=ticket, target__in=visible).select_related("target").order_by("pk")
    into = TicketLink.objects.filter(target=ticket, source__in=visible).select_related("source").order_by("pk")
    found = [_link(link, link.target, "out") for link in out] + [_link(link, link.source, "in") for link in into]
    return answer({"results": found, "next": None})


def _link(link: TicketLink, other: Ticket, direction: str) -> Plain:
    return {"id": link.pk, "kind": link.kind, "direction": direction, "ticket": other.number, "subject": other.subject}


@router.post("/tickets/{number}/links", summary="Link to a ticket", **writes("tickets:write", {201: LinkOut}, 404, 409))
def post_link(request: HttpRequest, number: str, body: LinkIn) -> HttpResponse:
    """Says that this ticket is related to, a duplicate of, blocks or follows the other one. You work both."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.link", ticket)
    other = ticket_named(actor, body.other, field="other")
    _two(ticket, other, "other")

    def effect() -> Answer:
        link = link_tickets(actor, ticket, other=other, kind=body.kind)
        return Answer(201, _link(link, other, "out"), {"Location": f"/api/v1/tickets/{ticket.number}/links/{link.pk}"})

    return once(request, effect)


@router.delete(
    "/tickets/{number}/links/{id}", summary="Remove a link", **writes("tickets:write", {204: None}, 404, media=())
)
def delete_link(request: HttpRequest, number: str, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """From either side."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    rows = TicketLink.objects.select_related("source", "target").filter(pk=id_in_path(id))
    link = rows.filter(source=ticket).first() or rows.filter(target=ticket).first()
    both = [link.source_id, link.target_id] if link else []
    if link is None or Ticket.objects.visible_to(actor).filter(pk__in=both).count() < 2:
        raise NotFound(_("This link does not exist."))
    unlink_tickets(actor, link)
    return answer(None, 204)


# ---- merge and split -----------------------------------------------------------------


@router.post(
    "/tickets/{number}/merge", summary="Merge into another ticket", **writes("tickets:write", {200: MergeOut}, 404, 409)
)
def post_merge(request: HttpRequest, number: str, body: MergeIn) -> HttpResponse:
    """This ticket closes and is read as part of the other one; both lie in departments where you work."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.merge", ticket)
    into = ticket_named(actor, body.into, field="into")
    _two(ticket, into, "into")

    def effect() -> Answer:
        merge = merge_ticket(actor, ticket, into=into)
        return Answer(200, {"source": ticket.number, "into": into.number, "merged_at": stamp(merge.merged_at)})

    return once(request, effect)


@router.delete(
    "/tickets/{number}/merge", summary="Undo the merge", **writes("tickets:write", {200: TicketOut}, 404, 409, media=())
)
def delete_merge(request: HttpRequest, number: str) -> HttpResponse:
    """Both tickets are again as before; answers this one."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    unmerge_ticket(actor, ticket)
    return ticket_answer(request, ticket.pk)


@router.post(
    "/tickets/{number}/split", summary="Split a reply off", **writes("tickets:write", {201: TicketOut}, 404, 409)
)
def post_split(request: HttpRequest, number: str, body: SplitIn) -> HttpResponse:
    """A new ticket for the same requester from one public reply, linked back to this one."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.split", ticket)
    comment = _public_reply(actor, ticket, body.comment)

    def effect() -> Answer:
        return ticket_once(request, split_comment(actor, comment, subject=body.subject).pk, status=201)

    return once(request, effect)


def _public_reply(actor: Actor, ticket: Ticket, pk: int) -> Comment:
    found = Comment.objects.visible_to(actor).filter(ticket__in=thread_ids(ticket), pk=pk).first()
    if found is None:
        raise NotAvailable(_("There is no such comment for you."), fields={"comment": _("does not exist for you")})
    if found.is_internal:
        raise Conflict(
            _("An internal note cannot become a ticket: its text would be public."),
            fields={"comment": _("is internal")},
        )
    return found


def _two(ticket: Ticket, other: Ticket, field: str) -> None:
    if ticket.pk == other.pk:
        raise Conflict(_("These are one and the same ticket."), fields={field: _("is the same ticket")})
