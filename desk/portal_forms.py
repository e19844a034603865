"""Forms of the portal. They carry what was typed; the commands decide whether it is right."""

import re
import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.idempotency import fingerprint

TOKEN = re.compile(r"^[0-9a-f]{32}$")
TOKEN_ERROR = "Idempotency-Key"  # noqa: S105 - the name of a field
CSRF_FIELD = "csrfmiddlewaretoken"
KINDS = [
    (Ticket.Kind.REQUEST, _("I need something")),
    (Ticket.Kind.INCIDENT, _("Something does not work")),
    (Ticket.Kind.QUESTION, _("I have a question")),
]


def new_token() -> str:
    """Names one filling-in of a form: sent twice, it takes effect once."""
    return uuid.uuid4().hex


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[Any]:
        return files.getlist(name)


class FilesField(forms.Field):
    """Any number of uploads as a list; size, number and content are checked where they are stored."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        widget = FilesInput(attrs={"data-files": "", "data-max-bytes": settings.FLOWTIC_MAX_UPLOAD})
        super().__init__(required=False, widget=widget, label=_("Attachments"), **options)


class PortalForm(forms.Form):
    """A form that is sent once and shows the refusals of a command beside its fields."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField()  # not declared: `files` is also what Django calls the uploads

    def add_refusal(self, error: CommandError) -> None:
        """Puts every message where it belongs; what has no field here stands above the form."""
        if TOKEN_ERROR in error.fields:
            # Sent before with another text (the back button): the next try is a sending of its own.
            self.data["token"] = new_token()  # type: ignore[index]
            self.add_error(
                None, _("This form was sent before. If you want to send it once more, press the button again.")
            )
            return
        for name, messages in error.fields.items():
            field = f"field_{name.removeprefix('fields.')}" if name.startswith("fields.") else name
            for message in messages:
                self.add_error(field if field in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)

    def once(self, place: str) -> tuple[str, str]:
        """The key and the fingerprint for `run_once`. `place`: the address the form was sent to."""
        token = self.data.get("token", "")
        typed = sorted((name, values) for name, values in cast(QueryDict, self.data).lists() if name != CSRF_FIELD)
        uploads = [f"{upload.name}:{upload.size}" for upload in self.files.getlist("files")]
        return f"portal:{token}" if TOKEN.match(token) else "", fingerprint(place, repr(typed), *uploads)


class ReplyForm(PortalForm):
    body = forms.CharField(
        required=False, strip=False, label=_("Your message"), widget=forms.Textarea(attrs={"rows": 4})
    )


class RequestForm(PortalForm):
    """A new request without a form of its own: free text."""

    subject = forms.CharField(
        max_length=255, label=_("Subject"), error_messages={"required": _("Please enter a subject.")}
    )
    description = forms.CharField(
        strip=False,
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please describe what it is about.")},
    )
    kind = forms.ChoiceField(choices=KINDS, initial=Ticket.Kind.REQUEST, label=_("Kind"), widget=forms.RadioSelect)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        to_field_name="key",
        required=False,
        label=_("Department"),
        empty_label=_("I don’t know"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.visible_to(actor).active()  # type: ignore[attr-defined]

    def for_command(self) -> dict[str, Any]:
        """What `create_ticket` takes, of a valid form."""
        names = ("subject", "description", "kind", "department", "files")
        return {name: self.cleaned_data[name] for name in names}
