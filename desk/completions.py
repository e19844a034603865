"""What the composer offers behind `@` (colleagues), `#` (tickets) and `/` (canned replies)."""

from django.db.models import Q
from django.utils.translation import get_language

from desk.canned_texts import filled, language_for
from desk.mentions import readers
from desk.models import CannedReply, Ticket
from desk.unified_search import find_tickets
from flowtic.core.actor import Actor
from flowtic.core.search.operators import read_question

MOST = 8
Option = dict[str, str]


def completions(actor: Actor, ticket: Ticket, kind: str, query: str) -> list[Option] | None:
    """At most eight options; None for a kind that there is not. Nothing the actor may not read is among them."""
    found = {"person": _people, "ticket": _tickets, "reply": _replies}.get(kind)
    return found(actor, ticket, query.strip()) if found else None


def _people(actor: Actor, ticket: Ticket, query: str) -> list[Option]:
    wanted = query.casefold()
    named = [person for person in readers(ticket) if _matches(person.name, wanted) and person != actor.user]
    return [{"label": row.name, "detail": str(row.get_role_display()), "text": f"@{row.name} "} for row in named[:MOST]]


def _tickets(actor: Actor, ticket: Ticket, query: str) -> list[Option]:
    rows = Ticket.objects.visible_to(actor).exclude(pk=ticket.pk)
    if query:
        # The end of a number is what people remember.
        asked = read_question(f"#{query}" if query.isascii() and query.isdigit() else query)
        found = [hit.object_id for hit in find_tickets(actor, asked, MOST, True).hits]
        by_pk = rows.only("number", "subject").in_bulk(found)
        chosen = [by_pk[pk] for pk in found if pk in by_pk]
    else:
        near = rows.filter(Q(requester=ticket.requester_id) | Q(assignee=actor.user)).order_by("-updated_at", "-pk")
        chosen = list(near.only("number", "subject")[:MOST])
    return [{"label": row.number, "detail": row.subject, "text": f"{row.number} "} for row in chosen]


def _replies(actor: Actor, ticket: Ticket, query: str) -> list[Option]:
    rows = CannedReply.objects.visible_to(actor).filter(active=True)
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(text_de__icontains=query) | Q(text_en__icontains=query))
    rows = rows.filter(Q(departments=None) | Q(departments=ticket.department_id)).distinct()
    language = language_for(ticket, get_language() or "en")
    wanted = query.casefold()
    ordered = sorted(rows[:200], key=lambda row: (not row.name.casefold().startswith(wanted), row.name.casefold()))
    texts = [(row, filled(row.text(language), actor, ticket)) for row in ordered[:MOST]]
    return [{"label": row.name, "detail": " ".join(text.split())[:80], "text": text} for row, text in texts]


def _matches(name: str, wanted: str) -> bool:
    return any(part.startswith(wanted) for part in [name.casefold(), *name.casefold().split()])
