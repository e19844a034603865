"""A ticket that an agent writes in the name of a requester."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.forms.fields import MOMENT
from desk.forms.people import PersonField, person_of, person_or_address
from desk.models import Priority, Ticket, TicketTemplate
from desk.portal_forms import PortalForm
from flowtic.core.actor import Actor


class NewTicketForm(PortalForm):
    """A ticket of free text; sent twice it is one."""

    requester = PersonField(label=_("Requester"), help_text=_("Name or e-mail. An unknown address becomes a contact."))
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

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.validate_url = reverse("desk:ticket_new_validate")
        self.fields["department"].queryset = Department.objects.visible_to(actor).active()  # type: ignore[attr-defined]

    def clean_requester(self) -> User | str:
        return person_or_address(self.actor, self.cleaned_data["requester"])

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def for_command(self) -> dict[str, Any]:
        """What `create_ticket` takes, of a valid form; makes the contact if the requester is a new one."""
        names = ("subject", "description", "department", "priority", "kind", "tags", "due_at", "files")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "requester": person_of(self.actor, self.cleaned_data["requester"], self.data.get("requester", "")),
        }


def first_values(actor: Actor, template: TicketTemplate | None) -> dict[str, Any]:
    """What a fresh form says: the template's values, else the actor's first department and the usual priority."""
    own = template.department if template else None
    department = own or Department.objects.worked_by(actor).first()
    found = {"department": department.key if department else None, "priority": "normal"}
    if template is not None:
        found |= {"subject": template.subject, "description": template.description, "tags": ", ".join(template.tags)}
        found["priority"] = template.priority.key if template.priority else "normal"
    return found
