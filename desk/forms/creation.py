"""A ticket that an agent writes in the name of a requester."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.forms.fields import MOMENT
from desk.forms.people import PersonField, person_of, person_or_address
from desk.models import Priority, RequestType, Ticket
from desk.portal_forms import PortalForm, field_for, plain, request_types
from flowtic.core.actor import Actor


class NewTicketForm(PortalForm):
    """Sent twice it makes one ticket; the chosen request type brings its own questions along."""

    requester = PersonField(label=_("Requester"), help_text=_("Name or e-mail. An unknown address becomes a contact."))
    request_type = forms.ModelChoiceField(
        RequestType.objects.none(),
        to_field_name="key",
        required=False,
        label=_("Request type"),
        empty_label=_("None"),
    )
    subject = forms.CharField(
        max_length=255, label=_("Subject"), error_messages={"required": _("Please enter a subject.")}
    )
    description = forms.CharField(
        strip=False,
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please describe what it is about.")},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), to_field_name="key", label=_("Department"), empty_label=None
    )
    priority = forms.ModelChoiceField(
        Priority.objects.order_by("rank"), to_field_name="key", label=_("Priority"), empty_label=None
    )
    kind = forms.ChoiceField(choices=Ticket.Kind.choices, label=_("Kind"), initial=Ticket.Kind.REQUEST)
    due_at = forms.DateTimeField(
        label=_("Due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        error_messages={"invalid": _("Please give a date and a time.")},
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1500, help_text=_("Separated by commas."))

    def __init__(self, *args: Any, actor: Actor, request_type: RequestType | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.chosen = actor, request_type
        self.validate_url = reverse("desk:ticket_new_validate")
        self.specs: list[dict[str, Any]] = request_type.schema.get("fields", []) if request_type else []
        types = request_types()
        self.fields["request_type"].queryset = types  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.visible_to(actor).active()  # type: ignore[attr-defined]
        # Another type brings other questions: instead of being checked, the choice fetches the form anew.
        fetch = {"hx-post": reverse("desk:ticket_new_fields"), "hx-trigger": "change", "hx-target": "#new-fields"}
        fetch |= {"hx-swap": "outerHTML", "hx-encoding": "application/x-www-form-urlencoded", "class": "field"}
        self.fields["request_type"].widget.attrs = fetch
        if not types.exists():
            del self.fields["request_type"]
        self.fields |= {f"field_{spec['key']}": field_for(spec) for spec in self.specs}

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The questions of the request type, in its order."""
        return [self[f"field_{spec['key']}"] for spec in self.specs]

    def clean_requester(self) -> User | str:
        return person_or_address(self.actor, self.cleaned_data["requester"])

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def for_command(self) -> dict[str, Any]:
        """What `create_ticket` takes, of a valid form; makes the contact if the requester is a new one."""
        names = ("subject", "description", "department", "priority", "kind", "tags", "due_at", "files")
        answers = {spec["key"]: plain(self.cleaned_data.get(f"field_{spec['key']}")) for spec in self.specs}
        return {
            **{name: self.cleaned_data[name] for name in names},
            "requester": person_of(self.actor, self.cleaned_data["requester"], self.data.get("requester", "")),
            "request_type": self.chosen,
            "fields": {key: value for key, value in answers.items() if value not in (None, "", [])},
        }

    def typed(self) -> dict[str, Any]:
        """What was typed so far, as initial values of a fresh form."""
        values = {
            name: field.widget.value_from_datadict(self.data, self.files, name) for name, field in self.fields.items()
        }
        return {name: value for name, value in values.items() if name != "files"}


def first_values(actor: Actor, request_type: RequestType | None) -> dict[str, Any]:
    """What a fresh form says: the type's department, else the actor's first one."""
    own = request_type.department if request_type and request_type.department_id else None
    department = own or Department.objects.worked_by(actor).first()
    return {
        "department": department.key if department else None,
        "priority": "normal",
        "request_type": request_type.key if request_type else "",
    }
