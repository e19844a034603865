"""Forms of the portal. They carry what was typed; the commands decide whether it is right."""

import re
import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.models import RequestType, Ticket
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
    """A new request; the chosen request type brings its own questions along."""

    request_type = forms.ModelChoiceField(
        RequestType.objects.none(),
        to_field_name="key",
        required=False,
        label=_("What is it about?"),
        empty_label=_("Something else"),
    )
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

    def __init__(self, *args: Any, actor: Actor, request_type: RequestType | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = request_type
        self.specs: list[dict[str, Any]] = request_type.schema.get("fields", []) if request_type else []
        types = request_types()
        self.fields["request_type"].queryset = types  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.visible_to(actor).active()  # type: ignore[attr-defined]
        if not types.exists():
            del self.fields["request_type"]
        if request_type and request_type.department_id:
            del self.fields["department"]  # the request type knows where it goes
        self.fields.update({f"field_{spec['key']}": field_for(spec) for spec in self.specs})

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The questions of the request type, in its order."""
        return [self[f"field_{spec['key']}"] for spec in self.specs]

    def for_command(self) -> dict[str, Any]:
        """What `create_ticket` takes, of a valid form."""
        data = self.cleaned_data
        answers = {spec["key"]: plain(data.get(f"field_{spec['key']}")) for spec in self.specs}
        return {
            "subject": data["subject"],
            "description": data["description"],
            "kind": data["kind"],
            "department": data.get("department"),
            "request_type": self.chosen,
            "fields": {key: value for key, value in answers.items() if value not in (None, "", [])},
            "files": data["files"],
        }

    def typed(self) -> dict[str, Any]:
        """What was typed so far, as initial values of a fresh form."""
        values = {
            name: field.widget.value_from_datadict(self.data, self.files, name) for name, field in self.fields.items()
        }
        return {name: value for name, value in values.items() if name != "files"}


def request_types() -> Any:
    """Request types that are on offer."""
    return RequestType.objects.filter(active=True)


def chosen_type(data: Any, name: str = "request_type") -> RequestType | None:
    """The request type that the form or the address names."""
    key = data.get(name, "")
    return request_types().filter(key=key).first() if key and "\0" not in key else None


def label_of(spec: dict[str, Any]) -> str:
    """The question in the reader's language, else in the other one, else its key."""
    german, english = spec.get("label_de"), spec.get("label_en")
    first, second = (german, english) if (get_language() or "en").startswith("de") else (english, german)
    return str(first or second or spec["key"])


def field_for(spec: dict[str, Any]) -> forms.Field:
    """The form field for one entry of a request type's schema (desk/custom_fields.py)."""
    make, kind = _FIELDS.get(spec.get("kind", "text"), forms.CharField), spec.get("kind", "text")
    options: dict[str, Any] = {"label": label_of(spec), "required": bool(spec.get("required"))}
    if kind == "yes_no":
        options["required"] = False  # "no" is an answer too
    if kind in ("choice", "multi_choice"):
        choices = [(choice, choice) for choice in spec.get("choices", [])]
        options["choices"] = choices if kind == "multi_choice" else [("", "–"), *choices]
    if kind in _WIDGETS:
        options["widget"] = _WIDGETS[kind]
    if kind == "number":
        options["localize"] = True
    if kind == "url":
        options["assume_scheme"] = "https"
    return make(**options)


def plain(value: Any) -> Any:
    """As the command takes it: dates as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


_FIELDS: dict[str, type[forms.Field]] = {
    "text": forms.CharField,
    "long_text": forms.CharField,
    "number": forms.DecimalField,
    "date": forms.DateField,
    "choice": forms.ChoiceField,
    "multi_choice": forms.MultipleChoiceField,
    "yes_no": forms.BooleanField,
    "email": forms.EmailField,
    "url": forms.URLField,
}
_WIDGETS: dict[str, forms.Widget] = {
    "long_text": forms.Textarea(attrs={"rows": 4}),
    "date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    "multi_choice": forms.CheckboxSelectMultiple(),
}
