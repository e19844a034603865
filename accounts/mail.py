"""Mails about accounts. Pages only order them; workers write and send them (jobs and deliveries)."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.utils import translation

from accounts import letters
from accounts.letters import Letter, address_of
from accounts.models import User
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.mail import build, message_id, read_by, send_once
from flowtic.core.models import Event, Job

ORDERED, ADMIN_NOTICE = "accounts.mail", "accounts.tell_admin"
TEMPLATE = "accounts/mail/letter"


def order(letter: str, **about: Any) -> None:
    """Has a worker write and send a letter: confirm (address), reset (person), exists or unknown (email).

    Only ids and addresses are kept: the links in the mails are secrets and are made when it is sent.
    """
    payload = {"letter": letter, "language": translation.get_language() or "", **about}
    jobs.enqueue(Actor.system("accounts"), ORDERED, payload, queue="default")


@jobs.job(ORDERED)
def send_ordered(job: Job) -> None:
    """Sends what `order` noted; nothing when it has become pointless meanwhile (confirmed, person gone)."""
    with translation.override(job.payload["language"] or None):
        found = _ordered(job.payload)
        if found is None:
            return
        to, letter, reader = found
        with read_by(reader):
            made = letter()
            message = build(to, template=TEMPLATE, context=_context(made), message_id=message_id(f"job.{job.pk}"))
    message.send()


def _ordered(payload: dict[str, Any]) -> tuple[str, Any, User | None] | None:
    """Address, a function that makes the letter, and who reads it."""
    if payload["letter"] == "confirm":
        row = EmailAddress.objects.select_related("user").filter(pk=payload["address"], verified=False).first()
        if row is None:
            return None
        words = letters.confirm if row.email == row.user.email else letters.confirm_change
        url = address_of("account_confirm_email", EmailConfirmationHMAC(row).key)
        return row.email, lambda: words(row.user, url), row.user
    if payload["letter"] == "reset":
        person = User.objects.filter(pk=payload["person"], is_active=True).first()
        if person is None or not person.email:
            return None
        key = (user_pk_to_url_str(person), default_token_generator.make_token(person))
        url = address_of("account_reset_password_from_key", *key)
        return person.email, lambda: letters.reset(person, url), person
    return payload["email"], {"exists": letters.exists, "unknown": letters.unknown}[payload["letter"]], None


def tell_about(event: Event, person: User) -> None:
    """The letter that belongs to the event, to the person it happened to."""
    with read_by(person):
        _send(event, person, letters.ABOUT_EVENT[event.name](event, person))


def tell_old_address(event: Event, person: User, old: str) -> None:
    """That the account has another address from now on, to the one it had."""
    with read_by(person):
        letter = letters.email_changed(event, person)
        message = build(old, template=TEMPLATE, context=_context(letter), message_id=message_id(f"{event.pk}.old"))
    message.send()


def tell_admins(event: Event, person: User) -> None:
    """One job for each admin: one wrong address must not hold up or repeat the mails of the others."""
    for admin in User.objects.active().filter(role=User.Role.ADMIN).exclude(email=None):
        payload = {"event": event.pk, "admin": admin.pk, "person": person.pk}
        jobs.enqueue(Actor.system("accounts"), ADMIN_NOTICE, payload, queue="default")


@jobs.job(ADMIN_NOTICE)
def send_admin_notice(job: Job) -> None:
    """Nothing when somebody decided meanwhile, or the admin is none any more."""
    admin = User.objects.active().filter(pk=job.payload["admin"], role=User.Role.ADMIN).first()
    waiting = User.objects.select_related("requested_department").filter(state=User.State.PENDING)
    person = waiting.filter(pk=job.payload["person"]).first()
    if admin is None or person is None:
        return
    with read_by(admin):
        _send(Event.objects.get(pk=job.payload["event"]), admin, letters.pending(person))


def _send(event: Event, recipient: User, letter: Letter) -> None:
    send_once(event, recipient, reason=letter.why, template=TEMPLATE, context=_context(letter))


def _context(letter: Letter) -> dict[str, Any]:
    return {"subject": letter.subject, "letter": letter, "reason": letter.why}
