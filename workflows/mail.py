"""Mails of workflows: what a notify step says, and that a step waits for somebody. Called in workers only."""

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from accounts.letters import Letter, address_of
from accounts.models import User
from flowtic.core import localised, mail, placeholders
from flowtic.core.models import Event
from flowtic.core.plain_text import one_line
from workflows.definition.format import Step
from workflows.engine.state import context
from workflows.models import EffectRun, WorkItem
from workflows.recipients import people_named

TEMPLATE = "accounts/mail/letter"


def send_step_mail(run: EffectRun, step: Step) -> None:
    """To everybody the notify step names, each in their language. A repeat has the same Message-IDs."""
    values = run.data.get("values") or context(run.instance.state)
    for person in people_named(step.spec.get("to") or [], run.instance.ticket, values):
        with mail.read_by(person):
            letter = Letter(
                subject=one_line(placeholders.fill(localised.text(step.spec.get("subject")), values))
                or run.instance.ticket.subject,
                lines=tuple(placeholders.fill(localised.text(step.spec.get("text")), values).split("\n")),
                label=_("Open the ticket"),
                url=_ticket_address(person, run),
                name=person.name,
                why=_("You get this because the workflow of ticket %(number)s names you.")
                % {"number": run.instance.ticket.number},
            )
            message = _build(person, letter, f"effect.{run.pk}.{person.pk}")
        message.send()


def tell_owner(event: Event) -> None:
    """To whom a step was given: that it waits for them."""
    item = WorkItem.objects.select_related("ticket", "assignee").filter(pk=event.subject_id).first()
    if item is None or item.assignee is None or not item.is_open or item.assignee_id == event.actor_id:
        return
    if event.data.get("assignee") != item.assignee_id or not item.assignee.email:
        return
    from workflows.words import step_name

    person = item.assignee
    with mail.read_by(person):
        letter = Letter(
            subject=f"[{item.ticket.number}] {step_name(item)}: {item.ticket.subject}",
            lines=(_("The step “%(step)s” of this ticket waits for you.") % {"step": step_name(item)},),
            facts=((_("Ticket"), f"{item.ticket.number} {item.ticket.subject}"),),
            label=_("Open the step"),
            url=address_of("workflows:work_item", item.pk),
            name=person.name,
            why=_("You get this because the step was given to you."),
        )
        message = _build(person, letter, f"item.{event.pk}.{person.pk}")
    message.send()


def _build(person: User, letter: Letter, name: str) -> EmailMultiAlternatives:
    mail_context = {"letter": letter, "subject": letter.subject, "recipient": person, "reason": letter.why}
    return mail.build(person.email or "", template=TEMPLATE, context=mail_context, message_id=mail.message_id(name))


def _ticket_address(person: User, run: EffectRun) -> str:
    view = "desk:ticket" if person.can_work else "desk:portal_ticket"
    return address_of(view, run.instance.ticket.number)
