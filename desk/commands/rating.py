"""What the requester says of how it went; given in the portal or through the link in the mail."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from desk import events
from desk.commands.creation import clean_line
from desk.models import Rating, Ticket
from desk.models.rating import DAYS, MAX_WORDS, rating_ends
from desk.rating_links import Link, read_link
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.events import change, record
from flowtic.core.policy import require

# People whom the desk has turned away: their links are dead.
TURNED_AWAY = (User.State.REJECTED, User.State.SUSPENDED)


class TooLateToRate(Conflict):
    """The days in which a closing may be rated are over, or the ticket is open again."""

    code = "too_late_to_rate"


@command
def rate_ticket(actor: Actor, ticket: Ticket, *, good: bool, words: str = "") -> Rating:
    """The requester's word on the last closing; a second one replaces the first."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.rate", ticket)
    return _write(actor, ticket, actor.user, good=good, words=words)


@command
def rate_by_link(actor: Actor, token: str, *, good: bool, words: str = "") -> Rating:
    """The same for who holds the link of the closing mail; a login is not needed. Raises NotFound for a bad link.

    `actor` says only through which door: who rates stands in the link.
    """
    link = read_link(token)
    ticket = Ticket.objects.select_for_update().filter(pk=link.ticket).first() if link else None
    if link is None or ticket is None:
        raise NotFound(_("This link is not valid or too old."))
    person = rater_of(link, ticket)
    return _write(Actor(person, actor.via), ticket, person, good=good, words=words)


def rater_of(link: Link, ticket: Ticket) -> User:
    """Who the link was sent to, as long as it still speaks of this ticket's last closing."""
    person = ticket.requester
    if person.pk != link.person or person.state in TURNED_AWAY:
        raise NotFound(_("This link is not valid or too old."))
    if not link.is_about(ticket.closed_at):
        raise TooLateToRate(_("This ticket was opened again since; the link is no longer valid."))
    return person


def _write(actor: Actor, ticket: Ticket, person: Any, *, good: bool, words: str) -> Rating:
    words = "\n".join(clean_line(line) for line in words.splitlines()).strip()
    if len(words) > MAX_WORDS:
        raise Invalid(fields={"words": _("Please write at most %(n)d characters.") % {"n": MAX_WORDS}})
    if ticket.closed_at is None or ticket.merged_into_id:
        raise TooLateToRate(_("Only closed tickets can be rated."))
    now = clock.now()
    if now > rating_ends(ticket.closed_at):
        raise TooLateToRate(_("A rating can be given for %(days)d days after the closing.") % {"days": DAYS})
    rows = Rating.objects.select_for_update()
    rating = rows.filter(ticket=ticket, closed_at=ticket.closed_at).first()
    before = None if rating is None else _said(rating)
    if rating is None:
        rating = Rating(ticket=ticket, closed_at=ticket.closed_at, created_at=now)
    elif rating.good == good and rating.words == words:
        return rating
    rating.department_id, rating.person_id = ticket.department_id, person.pk
    rating.good, rating.words, rating.changed_at = good, words, now
    rating.save()
    record(
        actor,
        events.RATED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("rating", before, _said(rating))],
        data={"rating": rating.pk, "words": words},
    )
    return rating


def _said(rating: Rating) -> str:
    return "good" if rating.good else "bad"
