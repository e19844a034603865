"""Notifications about tickets: written by the subscriber, read in the words of the history."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Notification, User
from accounts.notify import Channel, Describer, Row, Shown
from desk.history import ICONS
from desk.mail.wording import first_words
from desk.models import Ticket
from desk.notices import Reason, Told, concerned, wishes_about
from desk.sentences import sentences
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event

# Somebody is asked to do something: they may know that, whatever else of the ticket they see.
ASKED = (Reason.STEP, Reason.APPROVAL)
# Where notifications of other apps' events lead, by event name.
_places: dict[str, Callable[[Event], str]] = {}


def leads_to(names: Sequence[str], address: Callable[[Event], str]) -> None:
    """Registers where notifications about these events lead; in AppConfig.ready()."""
    _places.update(dict.fromkeys(names, address))


def write_notifications(event: Event) -> None:
    """One row for everybody whom the event concerns and who wants it; a repetition adds nothing."""
    found, ticket = concerned(event)
    if ticket is not None:
        write_rows(event, ticket, found)


def write_rows(event: Event, ticket: Ticket, found: Sequence[Told]) -> None:
    """The same for people that another app found (steps, approvals)."""
    told = [one for one in found if one.person.pk != event.actor_id and one.person.state == User.State.ACTIVE]
    wishes = wishes_about(ticket, told)
    rows: list[Notification] = []
    for one in told:
        in_app, mail = wishes.of(one.person, one.kind).in_app, wishes.mail(one.person, one.kind, event.created_at)
        later = "" if mail in (Channel.NOW, Channel.OFF) or not one.person.email else mail
        if in_app or later:
            rows.append(_row(event, ticket, one, in_app=in_app, digest=later))
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _row(event: Event, ticket: Ticket, told: Told, *, in_app: bool, digest: str) -> Notification:
    return Notification(
        person=told.person,
        event=event,
        ticket_id=ticket.pk,
        kind=told.kind,
        reason=told.reason,
        in_app=in_app,
        digest=digest,
        created_at=clock.now(),
    )


class TicketNotifications(Describer):
    """Rights are those of the moment of reading: who lost a ticket finds nothing of it."""

    def readable(self, actor: Actor, rows: Sequence[Row]) -> set[int]:
        inside, visible = _rights(actor, {row[1] for row in rows})
        return {row[0] for row in rows if _may_read(row, inside, visible)}

    def shown(self, actor: Actor, rows: Sequence[Notification]) -> dict[int, Shown]:
        inside, visible = _rights(actor, {row.ticket_id for row in rows})
        plain = [(row, (row.pk, row.ticket_id, row.reason, row.event.public)) for row in rows]
        kept = [row for row, values in plain if _may_read(values, inside, visible)]
        tickets = Ticket.objects.select_related("status", "merged_into").defer("description", "fields")
        found = tickets.in_bulk({row.ticket_id for row in kept})
        told = dict(zip(kept, sentences([row.event for row in kept]), strict=True))
        return {row.pk: _shown(actor, row, found[row.ticket_id], told[row], row.ticket_id in inside) for row in kept}


def _may_read(row: Row, inside: set[int], visible: set[int]) -> bool:
    """Inside everything; outside what is public, and that oneself is asked for something."""
    _pk, ticket, reason, public = row
    return ticket in inside or (ticket in visible and (public or reason in ASKED))


def _rights(actor: Actor, ids: set[int]) -> tuple[set[int], set[int]]:
    inside = set(Ticket.objects.internal_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    rest = ids - inside
    visible = set(Ticket.objects.visible_to(actor).filter(pk__in=rest).values_list("pk", flat=True)) if rest else set()
    return inside, visible


def _shown(actor: Actor, row: Notification, ticket: Ticket, sentence: str, works: bool) -> Shown:
    event = row.event
    return Shown(
        number=ticket.number,
        subject=ticket.subject,
        url=_address(row, ticket, works=works),
        # Requesters read what their mails say, not the desk's history.
        text=sentence if works or row.reason in ASKED else first_words(event, ticket, actor)[0].rstrip(":"),
        why=why(row.reason),
        icon=ICONS.get(event.name, "bell"),
        actor=event.actor,
    )


def _address(row: Notification, ticket: Ticket, *, works: bool) -> str:
    if row.event.name in _places:
        return _places[row.event.name](row.event)
    comment = row.event.data.get("comment")
    place = f"#c-{comment}" if comment and works else ""
    return reverse("desk:ticket" if works else "desk:portal_ticket", args=[ticket.number]) + place


def why(reason: str) -> str:
    """The reason in a few words."""
    words = {
        Reason.MENTION: _("You were mentioned"),
        Reason.RECEIPT: _("Opened in your name"),
        Reason.REQUESTER: _("You are the requester"),
        Reason.ASSIGNEE: _("You are the assignee"),
        Reason.WATCHER: _("You watch the ticket"),
        Reason.LEAD: _("You lead the department"),
        Reason.CLAIMABLE: _("Free to claim in your department"),
        Reason.STEP: _("A step was given to you"),
        Reason.APPROVAL: _("Your approval is asked for"),
        Reason.RULE: _("A rule of the help desk names you"),
    }
    return words[Reason(reason)]
