"""`/tickets/{number}/events`: the history, in words and as data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from accounts.models import Department
from desk.api.answers import EventPage
from desk.api.finding import ticket_named
from desk.api.present import Plain, person_ref
from desk.commands.merging import thread_ids
from desk.models import Ticket
from desk.sentences import sentences
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, listing, reads, stamp, wrong_parameter
from flowtic.core.models import Event
from flowtic.core.paging import Sort

router = Router(tags=["Conversation"])
# Ids grow with time, and the index of a ticket's events is by id.
SORTS = {"created": Sort("created", ("id",)), "-created": Sort("-created", ("-id",))}
QUERY = {"sort": {"type": "string", "enum": sorted(SORTS), "default": "created"}, **PAGE}


@router.get("/tickets/{number}/events", summary="The history", **reads("tickets:read", EventPage, 404, query=QUERY))
def list_events(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, with a sentence in your language. Requesters see the public events of their ticket only."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    name = request.GET.get("sort", "created")
    if name not in SORTS:
        raise wrong_parameter("sort", ", ".join(SORTS))
    return listing(request, _events(actor, ticket), SORTS[name], lambda found: _plain(actor, ticket, found))


def _events(actor: Actor, ticket: Ticket) -> Any:
    if not ticket.internal_for(actor):
        return Event.objects.filter(ticket_id=ticket.pk, public=True).select_related("actor")
    inside = Ticket.objects.internal_to(actor).filter(pk__in=thread_ids(ticket)).values("pk")
    return Event.objects.filter(ticket_id__in=inside).select_related("actor")


def _plain(actor: Actor, ticket: Ticket, events: list[Event]) -> list[Plain]:
    moves = [item for event in events for item in event.changes if item["field"] == "department"]
    moved = {item[side] for item in moves for side in ("old", "new")}
    departments = dict(Department.objects.filter(pk__in=moved).values_list("pk", "key")) if moved else {}
    return [
        {
            "id": event.pk,
            "name": event.name,
            "sentence": sentence,
            "actor": person_ref(actor, event.actor),
            "machine": event.machine,
            "via": event.via,
            "public": event.public,
            "comment": event.data.get("comment"),
            "changes": [_change(item, departments) for item in event.changes],
            "operation": _own_operation(actor, event),
            "created_at": stamp(event.created_at),
        }
        for event, sentence in zip(events, sentences(events, internal=ticket.internal_for(actor)), strict=True)
    ]


def _own_operation(actor: Actor, event: Event) -> str | None:
    own = event.actor_id is not None and actor.user is not None and event.actor_id == actor.user.pk
    return str(event.operation_id) if own and event.operation_id else None


def _change(item: dict[str, Any], departments: dict[int, str]) -> dict[str, Any]:
    if item["field"] != "department":
        return item
    return {**item, "old": departments.get(item["old"]), "new": departments.get(item["new"])}
