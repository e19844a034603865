"""Who listens to what happens to people: mails to them and to the administrators."""

from accounts import events, letters, mail
from accounts.models import User
from flowtic.core.events import subscribe
from flowtic.core.models import Event


@subscribe(events.PERSON_CONFIRMED, key="accounts.pending")
def tell_admins(event: Event) -> None:
    """Somebody confirmed the address: if a decision is needed, the administrators hear of it."""
    person = User.objects.filter(pk=event.subject_id, state=User.State.PENDING).first()
    if person:
        mail.tell_admins(event, person)


@subscribe(*letters.ABOUT_EVENT, key="accounts.notices")
def tell_person(event: Event) -> None:
    """What was decided about an account, and a changed password, to the person."""
    person = User.objects.filter(pk=event.subject_id).first()
    if person:
        mail.tell_about(event, person)


@subscribe(events.PERSON_EMAIL_CHANGED, key="accounts.address_changed")
def tell_old_address(event: Event) -> None:
    """A changed e-mail address, to the old one."""
    person, old = User.objects.filter(pk=event.subject_id).first(), event.changes[0]["old"]
    if person and old:
        mail.tell_old_address(event, person, old)
