"""Composer, split, merge, link and watcher forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.forms.people import PersonField, known_person
from desk.models import Status, Ticket, TicketLink
from desk.portal_forms import PortalForm
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError

# What people say of two tickets; the other kinds are written by the acts that make them.
LINK_KINDS = [choice for choice in TicketLink.Kind.choices if choice[0] in ("related", "duplicate", "blocks")]


class RefusableForm(forms.Form):
    """Shows what a command refused beside its fields."""

    def add_refusal(self, error: CommandError) -> None:
        for name, messages in error.fields.items():
            field = f"field_{name.removeprefix('fields.')}" if name.startswith("fields.") else name
            for message in messages:
                self.add_error(field if field in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


class ComposerForm(PortalForm):
    """A reply or a note, with the status that follows; sent twice it is written once."""

    kind = forms.ChoiceField(
        choices=[("reply", _("Reply")), ("note", _("Internal note"))], initial="reply", label=_("Kind")
    )
    body = forms.CharField(required=False, strip=False, label=_("Text"), widget=forms.Textarea)
    status = forms.ModelChoiceField(
        Status.objects.filter(active=True), to_field_name="key", required=False, label=_("Status")
    )

    def add_refusal(self, error: CommandError) -> None:
        super().add_refusal(error)
        if "status" in error.fields:
            self.add_error(None, error.message)  # says from where to where


class OtherTicketForm(RefusableForm):
    """A form that names another ticket by its number."""

    number = forms.CharField(
        max_length=60,
        label=_("Number of the other ticket"),
        error_messages={"required": _("Please enter a ticket number.")},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_number(self) -> Ticket:
        # A pasted address ends in the number too.
        number = self.cleaned_data["number"].strip().rstrip("/").rpartition("/")[2].lstrip("#")
        found = Ticket.objects.visible_to(self.actor).filter(number__in={number, number.upper()})
        ticket = found.select_related("status", "department", "requester").first()
        if ticket is None:
            raise forms.ValidationError(_("There is no ticket with this number."))
        return ticket


class LinkForm(OtherTicketForm):
    kind = forms.ChoiceField(choices=LINK_KINDS, label=_("This ticket is"))


class SplitForm(RefusableForm):
    subject = forms.CharField(
        max_length=255,
        label=_("Subject of the new ticket"),
        error_messages={"required": _("Please enter a subject.")},
    )


class WatcherForm(RefusableForm):
    person = PersonField(label=_("Add a watcher"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_person(self) -> User:
        return known_person(self.actor, self.cleaned_data["person"])
