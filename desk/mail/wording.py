"""What a notice says to one person: only what that person may read at this moment."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from desk import events, sla_words
from desk.milestones import WORDS, plain_state
from desk.models import Comment, Status, Ticket
from desk.notices import Reason, is_unproved
from desk.rating_links import link_url
from flowtic.core import markdown
from flowtic.core.actor import Actor
from flowtic.core.models import Event

MAX_QUOTE = 20_000


@dataclass(frozen=True)
class Notice:
    """The content of one mail, in the language that is active when it is made."""

    name: str
    number: str
    subject: str
    headline: str
    hint: str
    quote: str
    quote_html: str
    state: str
    url: str
    why: str
    rate_url: str = ""  # where the requester of a closed ticket says how it went


def compose(event: Event, person: User, reason: str) -> Notice | None:
    """The notice for that person, or None when there is nothing (any more) that the person may read."""
    actor = Actor(person, "email")
    ticket = _readable_ticket(event, actor)
    if ticket is None:
        return None
    quote = ""
    if event.name in (events.COMMENTED, events.NOTED):
        comment = _readable_comment(event, actor, ticket)
        if comment is None:
            return None
        quote = comment.body
    elif event.name == events.ASSIGNED:
        quote = ticket.description
    elif event.name == events.RATED:
        quote = str(event.data.get("words", ""))
    works, unproved = ticket.internal_for(actor), is_unproved(person)
    headline, hint = _asking_words(event, reason) or first_words(event, ticket, actor)
    return Notice(
        # An address that nobody has proved gets no words that a stranger could have typed.
        name="" if unproved else person.name,
        number=ticket.number,
        subject=_("Your request") if unproved else ticket.subject,
        headline=headline,
        hint=hint,
        quote=_shortened(quote),
        quote_html=markdown.shown(_shortened(quote)) if quote else "",
        state=ticket.status.name if works else plain_state(ticket.status).name,
        url=_address(ticket, actor, works=works),
        why=_why(reason),
        rate_url=_rating_address(event, ticket, person),
    )


def _readable_ticket(event: Event, actor: Actor) -> Ticket | None:
    if event.ticket_id is None:
        return None
    tickets = Ticket.objects.select_related("status", "department", "merged_into").filter(pk=event.ticket_id)
    if actor.is_person:
        return tickets.visible_to(actor).first()
    # Without an account nobody reads pages; the desk still writes to the requester.
    return tickets.filter(requester=actor.user).first()


def _readable_comment(event: Event, actor: Actor, ticket: Ticket) -> Comment | None:
    comments = Comment.objects.filter(pk=event.data.get("comment"), ticket=ticket)
    if actor.is_person:
        return comments.visible_to(actor).first()
    return comments.filter(is_internal=False, author__role__in=User.WORKING_ROLES).first()


def _asking_words(event: Event, reason: str) -> tuple[str, str] | None:
    """Where the reason says more than what happened."""
    if reason == Reason.CLAIMABLE:
        return _("A ticket of your department is free to claim."), ""
    if reason == Reason.MENTION and event.actor:
        return _("%(name)s mentioned you:") % {"name": event.actor.name}, ""
    return None


def first_words(event: Event, ticket: Ticket, actor: Actor) -> tuple[str, str]:
    """The first sentence and, where something is to be done, what."""
    name = {"name": event.actor.name} if event.actor else None
    if event.name == events.CREATED:
        return _("We have received your request."), _("We will write to you as soon as there is news.")
    if event.name == events.COMMENTED:
        return _("%(name)s wrote:") % name if name else _("There is a new message:"), ""
    if event.name == events.NOTED:
        return _("%(name)s added an internal note:") % name if name else _("There is a new internal note:"), ""
    if event.name == events.ASSIGNED:
        return _("%(name)s assigned this ticket to you.") % name if name else _("This ticket was assigned to you."), ""
    if event.name == events.RATED:
        return _("%(name)s was not satisfied with how it went.") % {"name": ticket.requester.name}, ""
    if event.name == events.RETURNED:
        return _("A ticket lay untouched and is back in the queue."), ""
    if event.name == events.REOPENED:
        return _("%(name)s reopened the ticket.") % name if name else _("The ticket was reopened."), ""
    if event.name in (events.PROMISE_WARNED, events.PROMISE_BROKEN):
        return sla_words.told(event), ""
    if event.name == events.MERGED:
        return _merged_words(ticket, actor)
    return _status_words(event, ticket)


def _status_words(event: Event, ticket: Ticket) -> tuple[str, str]:
    status = Status.objects.get(key=event.changes[0]["new"])
    hint = ""
    if status.kind == Status.Kind.WAITING_REQUESTER:
        hint = _("The work goes on when you have answered.")
    elif status.category == Status.Category.RESOLVED:
        hint = _("If something is missing, answer in the ticket and it is open again.")
    elif status.category == Status.Category.CLOSED and (until := ticket.reopen_until()):
        day = date_format(timezone.localtime(until), "DATE_FORMAT")
        hint = _("You can answer in the ticket until %(day)s; after that a new one is opened.") % {"day": day}
    return _("The ticket has a new state: %(state)s.") % {"state": WORDS.get(status.kind, status.name)}, hint


def _merged_words(ticket: Ticket, actor: Actor) -> tuple[str, str]:
    target = ticket.merged_into
    hint = _("The work goes on there.")
    if target is not None and Ticket.objects.visible_to(actor).filter(pk=target.pk).exists():
        return _("The ticket was joined with %(number)s.") % {"number": target.number}, hint
    return _("The ticket was joined with another one about the same matter."), hint


def _address(ticket: Ticket, actor: Actor, *, works: bool) -> str:
    """Where the person reads on; '' for somebody who cannot log in."""
    if not actor.is_person:
        return ""
    return f"{settings.BASE_URL}{reverse('desk:ticket' if works else 'desk:portal_ticket', args=[ticket.number])}"


def _rating_address(event: Event, ticket: Ticket, person: User) -> str:
    """In the mail that tells of the closing; '' in all others, and for who did not ask."""
    told_now = event.name == events.STATUS_CHANGED and event.changes[0]["new"] == ticket.status.key
    asked = person.pk == ticket.requester_id and event.actor_id != person.pk
    if not (told_now and asked and ticket.closed_at and ticket.merged_into_id is None):
        return ""
    return link_url(ticket)


def _why(reason: str) -> str:
    return {
        Reason.RECEIPT: _("You get this because the ticket was opened in your name."),
        Reason.REQUESTER: _("You get this because you are the requester."),
        Reason.ASSIGNEE: _("You get this because you are the assignee."),
        Reason.WATCHER: _("You get this because you follow the ticket."),
        Reason.LEAD: _("You get this because you lead the department."),
        Reason.MENTION: _("You get this because you were mentioned."),
        Reason.CLAIMABLE: _("You get this because the ticket is free to claim in your department."),
        Reason.STEP: _("You get this because the step was given to you."),
        Reason.APPROVAL: _("You get this because your approval is asked for."),
    }[Reason(reason)]


def _shortened(text: str) -> str:
    if len(text) <= MAX_QUOTE:
        return text
    note = _("(shortened, the whole text is in the ticket)")
    return f"{text[:MAX_QUOTE]}\n\n{note}"
