"""Rows of the agents' list, ready to be printed: a page has 25 of them, but few statuses, priorities and people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from desk.dispatching.policies import may_take
from desk.models import Priority, Tag, Ticket
from desk.models.sla import clocks_of
from desk.words import Words
from flowtic.core import time_words
from flowtic.core.actor import Actor
from flowtic.core.templatetags.ui import due_badge, person_button, status_label

SHOWN_TAGS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the ticket and its pieces as finished markup."""

    ticket: Ticket
    url: str
    priority: SafeString
    status: SafeString
    requester: SafeString
    department: str
    assignee: SafeString | str
    claimable: bool
    due: SafeString | str
    age: str
    tags: list[str]
    extra: tuple[str, ...] = ()  # custom fields, as many as the list has columns for them


def for_rows(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Without what no row shows; `rows` fetches the rest beside."""
    return tickets.defer("description", "fields", "field_versions")


def _claimable(actor: Actor, department_id: int) -> bool:
    """The list's twin of the rule ticket.claim."""
    return actor.works_in(department_id) and may_take(actor, department_id)


def people_of(tickets: Iterable[Ticket], also: Iterable[int] = ()) -> dict[int, User]:
    """Requesters and assignees by id, and those named besides."""
    wanted = {pk for ticket in tickets for pk in (ticket.requester_id, ticket.assignee_id) if pk} | set(also)
    return User.objects.only("name", "email", "avatar_key").in_bulk(wanted) if wanted else {}


def rows(tickets: list[Ticket], words: Words, people: dict[int, User]) -> list[Row]:
    """The lines in the same order; asks once for all tags."""
    tags = _tags(tickets)
    statuses = {pk: status_label(words.status_rows[pk]) for pk in {ticket.status_id for ticket in tickets}}
    priorities = {pk: _glyph(words.priority_rows[pk]) for pk in {ticket.priority_id for ticket in tickets}}
    found = []
    for ticket in tickets:
        ticket.status = words.status_rows[ticket.status_id]
    clocks = clocks_of(tickets)
    for ticket in tickets:
        ticket.due_clock = clocks.get(ticket.pk)
        owner = people[ticket.assignee_id] if ticket.assignee_id else None
        row = Row(
            ticket=ticket,
            url=ticket.get_absolute_url(),
            priority=priorities[ticket.priority_id],
            status=statuses[ticket.status_id],
            requester=person_button(people[ticket.requester_id]),
            department=words.department_rows[ticket.department_id].name,
            assignee=person_button(owner, short=True) if owner else "",
            claimable=owner is None and bool(ticket.is_open) and _claimable(words.actor, ticket.department_id),
            due=due_badge(ticket),
            age=time_words.age(ticket.updated_at),
            tags=tags.get(ticket.pk, [])[:SHOWN_TAGS],
        )
        found.append(row)
    return found


def _glyph(priority: Priority) -> SafeString:
    """The shape alone, named for pointers and screen readers."""
    address, key = f"{static('icons.svg')}#p-{priority.key}", priority.key
    shape = '<svg class="glyph pr-{}" role="img"><title>{}</title><use href="{}"/></svg>'
    return format_html(shape, key, priority.name, address)


def _tags(tickets: list[Ticket]) -> dict[int, list[str]]:
    if not tickets:
        return {}
    links = Tag.tickets.through.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).order_by("tag__name")
    found: dict[int, list[str]] = {}
    for ticket, name in links.values_list("ticket_id", "tag__name"):
        found.setdefault(ticket, []).append(name)
    return found
