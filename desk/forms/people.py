"""Fields that name a person of the desk by address or name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.commands import create_contact
from accounts.models import User
from desk.people_search import address_in, meant
from flowtic.core.actor import Actor

WHO = _("Please choose a person, or enter an e-mail address.")


class PersonField(forms.CharField):
    """A person as text; `person_of` makes one of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=400, error_messages={"required": WHO}, **options)


def known_person(actor: Actor, text: str) -> User:
    """Somebody who exists. Raises ValidationError."""
    found = meant(actor, text)
    if found is None:
        raise forms.ValidationError(_("No person has this name or address."))
    return found


def person_or_address(actor: Actor, text: str) -> User | str:
    """Somebody who exists, or the address that a new contact will have. Raises ValidationError."""
    found = meant(actor, text) or address_in(text)
    if not found:
        raise forms.ValidationError(WHO)
    return found


def person_of(actor: Actor, found: User | str, typed: str) -> User:
    """The person; an unknown address becomes a contact, named as typed in front of it."""
    if isinstance(found, User):
        return found
    return create_contact(actor, email=found, name=typed.partition("<")[0].strip() if "<" in typed else "")
