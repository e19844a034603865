"""Composer, split, merge, link and watcher forms."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.forms.people import PersonField, known_person
from desk.models import ComposerDraft, Status, Ticket, TicketLink
from desk.portal_forms import PortalForm
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError

# What people say of two tickets; the other kinds are written by the acts that make them.
BIGGEST = 2**63 - 1
LINK_KINDS = [choice for choice in TicketLink.Kind.choices if choice[0] in ("related", "duplicate", "blocks", "child")]


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
    note_status = forms.ModelChoiceField(
        Status.objects.filter(active=True), to_field_name="key", required=False, label=_("Status")
    )
    # What the writer has seen: the newest message on screen, and what was said about newer ones and names.
    seen = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST)
    despite = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST)
    named = forms.BooleanField(required=False)
    draft = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    # How it goes out: at once (and on to the next ticket), or at a chosen time.
    go = forms.ChoiceField(choices=[("send", ""), ("next", ""), ("later", "")], required=False)
    at = forms.DateTimeField(
        required=False,
        label=_("Send at"),
        error_messages={"invalid": _("Please enter a date and a time.")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("go") == "later" and not data.get("at") and "at" not in self.errors:
            self.add_error("at", _("Please enter a date and a time."))
        if data.get("kind") == "note" and "note_status" in self.data:
            data["status"] = data.get("note_status")
        return data

    def once(self, place: str) -> tuple[str, str]:
        """Sent twice it is the same message, whatever has become of the screen meanwhile."""
        data = cast(QueryDict, self.data).copy()
        for name in ("seen", "despite", "named", "draft"):
            data.pop(name, None)
        kept, self.data = self.data, data
        try:
            return super().once(place)
        finally:
            self.data = kept

    def add_refusal(self, error: CommandError) -> None:
        super().add_refusal(error)
        if "status" in error.fields:
            self.add_error(None, error.message)  # says from where to where


class DraftForm(forms.Form):
    """What the composer saves by itself."""

    kind = forms.ChoiceField(choices=ComposerDraft.Kind.choices)
    body = forms.CharField(required=False, strip=False)
    revision = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST)
    draft = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    shared = forms.NullBooleanField(required=False)


class RedactionForm(RefusableForm):
    """A text, the whole message, or one file by its key."""

    text = forms.CharField(required=False, strip=False, label=_("Text to remove"), widget=forms.Textarea)
    whole = forms.BooleanField(required=False)
    file = forms.CharField(required=False, max_length=32)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("text", "").strip() or data.get("whole") or data.get("file")):
            self.add_error("text", _("Please mark or type the text to remove."))
        return data


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
