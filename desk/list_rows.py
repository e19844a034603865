"""Rows of the agents' list, ready to be printed: a page has 25 of them, but few statuses, priorities and people."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from desk.dispatching.policies import may_take
from desk.list_groups import Head
from desk.models import Priority, Tag, Ticket
from desk.models.sla import clocks_of
from desk.row_marks import Mark, marks_for
from desk.words import Words
from flowtic.core import time_words
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared
from flowtic.core.templatetags.ui import due_badge, person_button, short_name

SHOWN_TAGS = 2
STANDARD = ("number", "subject", "status", "requester", "department", "assignee", "due", "updated")
SHOWN_FIELDS = (
    *("number", "subject", "requester", "assignee", "department", "status", "priority", "is_open"),
    *("due_at", "due_fixed", "sort_due_at", "created_at", "updated_at"),
)


class Face(NamedTuple):
    """What a row shows of a person."""

    pk: int
    name: str
    email: str | None
    avatar_key: str


@dataclass(slots=True)
class Row:
    """One line: the ticket and its pieces as finished markup."""

    ticket: Ticket
    url: str
    priority: SafeString  # the shape alone, for cards
    glyph: tuple[str, str]  # of the priority: key and word
    status: tuple[str, str]  # kind and word
    requester: SafeString
    department: str
    assignee: SafeString | str
    claimable: bool
    due: SafeString | str
    age: str
    tags: list[str]
    marks: tuple[Mark, ...] = ()
    names: tuple[str, ...] = STANDARD  # of the columns
    extra: tuple[str, ...] = ()  # of the columns that not every list has, in their order
    unread: bool = False
    head: Head | None = None  # of the group that begins with this row


_faces = Prepared(lambda ids: User.objects.filter(pk__in=ids).values_list(*Face._fields))
_links = Tag.tickets.through.objects.order_by("tag__name").values_list("ticket_id", "tag__name")
_tag_names = Prepared(lambda ids: _links.filter(ticket__in=ids))


def for_rows(tickets: QuerySet[Ticket], actor: Actor, also: Iterable[str] = ()) -> QuerySet[Ticket]:
    """Only what rows show and lists are sorted by, and when the reader last saw the ticket; `rows` fetches the rest
    beside. `also`: more fields, for columns that not every list has."""
    mine = FilteredRelation("visits", condition=Q(visits__person=actor.user))
    return tickets.only(*SHOWN_FIELDS, *also).annotate(mine=mine, seen_at=F("mine__seen_at"))


def _claimable(actor: Actor, department_id: int) -> bool:
    """The list's twin of the rule ticket.claim."""
    return actor.works_in(department_id) and may_take(actor, department_id)


def people_of(tickets: Iterable[Ticket], also: Iterable[int] = ()) -> dict[int, Face]:
    """Requesters and assignees by id, and those named besides."""
    wanted = {pk for ticket in tickets for pk in (ticket.requester_id, ticket.assignee_id) if pk} | set(also)
    return {row[0]: Face(*row) for row in _faces.among(wanted)}


def rows(tickets: list[Ticket], words: Words, people: dict[int, Face]) -> list[Row]:
    """The lines in the same order; asks once for all tags."""
    tags = _tags(tickets)
    priorities = {pk: _glyph(words.priority_rows[pk]) for pk in {ticket.priority_id for ticket in tickets}}
    before, after = _address(prefix := get_script_prefix())
    found = []
    for ticket in tickets:
        ticket.status = words.status_rows[ticket.status_id]
    clocks = clocks_of(tickets)
    marks = marks_for(words.actor, [ticket.pk for ticket in tickets])
    ages = time_words.ages(ticket.updated_at for ticket in tickets)
    for ticket, age in zip(tickets, ages, strict=True):
        ticket.due_clock = clocks.get(ticket.pk)
        owner = people[ticket.assignee_id] if ticket.assignee_id else None
        row = Row(
            ticket=ticket,
            url=before + quote(ticket.number, safe=UNQUOTED) + after,
            priority=priorities[ticket.priority_id],
            glyph=_said(words.priority_rows[ticket.priority_id]),
            status=(ticket.status.kind, ticket.status.name),
            requester=_person(people[ticket.requester_id], False, prefix),
            department=words.department_rows[ticket.department_id].name,
            assignee=_person(owner, True, prefix) if owner else "",
            claimable=owner is None and bool(ticket.is_open) and _claimable(words.actor, ticket.department_id),
            due=due_badge(ticket),
            age=age,
            tags=tags.get(ticket.pk, [])[:SHOWN_TAGS],
            marks=marks.get(ticket.pk, ()),
            unread=_is_unread(ticket),
        )
        found.append(row)
    return found


def _is_unread(ticket: Ticket) -> bool:
    """Whether something happened that the reader has not seen; tickets that are done with are never new."""
    seen = getattr(ticket, "seen_at", None)
    return bool(ticket.is_open) and (seen is None or seen < ticket.updated_at)


@lru_cache(maxsize=4096)
def _person(face: Face, short: bool, _prefix: str) -> SafeString:
    """The link of a person; kept for all that it shows, so a changed name or picture is another one.

    Without a picture it is the link alone: its initials are drawn by the style sheet.
    """
    person = User(**face._asdict())
    if person.avatar_url:
        return person_button(person, short=short)
    address, name = reverse("accounts:person", args=[face.pk]), face.name
    title = format_html(' title="{}"', name) if short else ""
    shape = '<a class="who hue-{}" href={} data-i="{}"{}>{}</a>'
    return format_html(shape, person.hue, address, person.initials, title, short_name(name) if short else name)


# What Django leaves as it is in an address.
UNQUOTED = "!$&'()*+,;=/~:@"


@lru_cache(maxsize=8)
def _address(_prefix: str) -> tuple[str, str]:
    """What stands before and after a ticket's number in its address."""
    before, _number, after = reverse("desk:ticket", args=["NUMBER"]).rpartition("NUMBER")
    return before, after


def _said(priority: Priority) -> tuple[str, str]:
    return priority.key, str(priority.name)


def _glyph(priority: Priority) -> SafeString:
    """The shape alone, named for pointers and screen readers."""
    return _glyph_of(priority.key, priority.name)


@lru_cache(maxsize=256)
def _glyph_of(key: str, name: str) -> SafeString:
    address = f"{static('icons.svg')}#p-{key}"
    shape = '<svg class="glyph pr-{}" role="img"><title>{}</title><use href="{}"/></svg>'
    return format_html(shape, key, name, address)


def _tags(tickets: list[Ticket]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for ticket, name in _tag_names.among([ticket.pk for ticket in tickets]):
        found.setdefault(ticket, []).append(name)
    return found
