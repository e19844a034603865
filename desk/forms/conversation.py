"""Composer, split, merge, link and watcher forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.models import Status, Ticket, TicketLink
from desk.portal_forms import FilesField
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError


class RefusableForm(forms.Form):
    """Shows what a command refused beside its fields."""

    def add_refusal(self, error: CommandError) -> None:
        for name, messages in error.fields.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


class ComposerForm(RefusableForm):
    kind = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Internal note"))], initial="reply")
    body = forms.CharField(required=False, strip=False, label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    status = forms.ModelChoiceField(
        Status.objects.filter(active=True), to_field_name="key", required=False, label=_("then")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField()


class OtherTicketForm(RefusableForm):
    """A form that names another ticket by its number."""

    number = forms.CharField(max_length=40, label=_("Number of the other ticket"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_number(self) -> Ticket:
        number = self.cleaned_data["number"].strip().lstrip("#").upper()
        found = Ticket.objects.visible_to(self.actor).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with this number."))
        return found


class LinkForm(OtherTicketForm):
    kind = forms.ChoiceField(
        choices=[choice for choice in TicketLink.Kind.choices if choice[0] in ("related", "duplicate", "blocks")],
        label=_("This ticket is"),
    )


class SplitForm(RefusableForm):
    subject = forms.CharField(max_length=255, label=_("Subject of the new ticket"))


class WatcherForm(RefusableForm):
    person = forms.CharField(max_length=254, label=_("E-mail address"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_person(self) -> User:
        email = self.cleaned_data["person"].strip().lower()
        found = User.objects.visible_to(self.actor).active().filter(email=email).first()
        if found is None:
            raise forms.ValidationError(_("No active person has this address."))
        return found
