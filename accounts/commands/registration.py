"""What people do about their own account before they are let in, and the change of their address."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import events
from accounts.commands.people import clean_email, clean_name
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

WAITING = (User.State.UNVERIFIED, User.State.PENDING)
FIELDS = ("name", "reason", "language", "theme")


@command
def change_registration(actor: Actor, person: User, **values: Any) -> User:
    """Corrects name, reason, language or theme of somebody who waits for a decision; only they themselves may."""
    person = User.objects.lock(person.pk)
    if actor.user is None or actor.user.pk != person.pk or person.state not in WAITING or set(values) - set(FIELDS):
        raise Forbidden(_("Only people who wait for a decision may change this, and only for themselves."))
    if "name" in values:
        values["name"] = clean_name(values["name"])
    if "reason" in values:
        values["reason"] = values["reason"].strip()
    changes = [
        change(field, getattr(person, field), new) for field, new in values.items() if getattr(person, field) != new
    ]
    if not changes:
        return person
    for field, new in values.items():
        setattr(person, field, new)
    try:
        person.clean_fields(exclude=[field.name for field in User._meta.fields if field.name not in values])
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    person.save(update_fields=list(values))
    record(actor, events.PERSON_CHANGED, person, changes=changes)
    return person


@command
def change_email(actor: Actor, person: User, *, email: str) -> User:
    """Gives the person another address, which they have just proved to be theirs."""
    person = User.objects.lock(person.pk)
    require(actor, "person.edit_profile", person)
    email, before = clean_email(email), person.email
    if email == before:
        return person
    if User.objects.filter(email=email).exclude(pk=person.pk).exists():
        raise Conflict(_("This address belongs to somebody else; an administrator can help."))
    person.email = email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    record(actor, events.PERSON_EMAIL_CHANGED, person, changes=[change("email", before, email)])
    return person
