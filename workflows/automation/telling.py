"""Who hears of rules: people whom a rule notifies, and admins whose rule paused itself. Called in workers only."""

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.letters import Letter, address_of
from accounts.models import User
from accounts.notify import Channel, kind
from desk.models import Ticket
from desk.notices import Reason, Told, wishes_about
from desk.notifying import leads_to, write_rows
from flowtic.core import mail
from flowtic.core.models import Event
from flowtic.core.plain_text import one_line
from workflows import events
from workflows.models import AutomationRun

TEMPLATE = "accounts/mail/letter"
KIND = "rule"


def register() -> None:
    kind(KIND, gettext_lazy("A rule notifies me"), in_app=True, mail=Channel.NOW, personal=True, order=120)
    leads_to((events.RULE_PAUSED,), lambda event: reverse("workflows:automation", args=[event.subject_id]))


def tell(event: Event) -> None:
    """In the product for who works tickets; by mail at once for who did not choose otherwise, and for who asked."""
    ticket = Ticket.objects.select_related("department", "requester").filter(pk=event.ticket_id or 0).first()
    run = AutomationRun.objects.filter(pk=event.data.get("run") or 0).first()
    if ticket is None or run is None:
        return
    people = {person.pk: person for person in User.objects.filter(pk__in=event.data.get("people") or [])}
    told = [Told(people[pk], Reason.RULE, KIND) for pk in event.data.get("people") or [] if pk in people]
    inside = [one for one in told if one.person.can_work]
    write_rows(event, ticket, inside)
    wishes = wishes_about(ticket, inside)
    kept = run.results[event.data["number"]]
    for one in told:
        works = one.person.can_work
        if one.person.email and (not works or wishes.mail(one.person, KIND, event.created_at) == Channel.NOW):
            with mail.read_by(one.person):
                message = _letter(one.person, ticket, event, kept)
            message.send()


def _letter(person: User, ticket: Ticket, event: Event, kept: dict[str, str]) -> EmailMultiAlternatives:
    view = "desk:ticket" if person.can_work else "desk:portal_ticket"
    letter = Letter(
        subject=one_line(f"[{ticket.number}] {kept.get('subject') or ticket.subject}"),
        lines=tuple(kept.get("text", "").split("\n")),
        label=_("Open the ticket"),
        url=address_of(view, ticket.number),
        name=person.name,
        why=_("You get this because a rule of the help desk names you for ticket %(number)s.")
        % {"number": ticket.number},
    )
    found = {"letter": letter, "subject": letter.subject, "recipient": person, "reason": letter.why}
    name = mail.message_id(f"rule.{event.pk}.{person.pk}")
    return mail.build(person.email or "", template=TEMPLATE, context=found, message_id=name)


def tell_admins(event: Event) -> None:
    """A rule paused itself: every admin finds it among the notifications."""
    ticket = Ticket.objects.select_related("department").filter(pk=event.ticket_id or 0).first()
    if ticket is None:
        return
    admins = User.objects.active().filter(role=User.Role.ADMIN).order_by("pk")
    write_rows(event, ticket, [Told(person, Reason.RULE, KIND) for person in admins])
