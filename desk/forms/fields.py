"""One small form per property of a ticket: what the chips and the side panel send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.commands import assign_ticket, change_fields, change_status
from desk.models import Priority, Status, Ticket
from flowtic.core.actor import Actor


class PropertyForm(forms.Form):
    """`seen` is the version the page showed."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    name = ""

    def apply(self, actor: Actor, ticket: Ticket) -> Ticket:
        """Calls the command; raises its refusals."""
        return change_fields(actor, ticket, seen=self.cleaned_data["seen"], **{self.name: self.cleaned_data[self.name]})


class StatusForm(PropertyForm):
    status = forms.ModelChoiceField(Status.objects.filter(active=True), to_field_name="key", label=_("Status"))
    name = "status"

    def apply(self, actor: Actor, ticket: Ticket) -> Ticket:
        return change_status(actor, ticket, status=self.cleaned_data["status"], seen=self.cleaned_data["seen"])


class AssigneeForm(PropertyForm):
    assignee = forms.ModelChoiceField(User.objects.workers(), required=False, label=_("Assignee"))
    name = "assignee"

    def apply(self, actor: Actor, ticket: Ticket) -> Ticket:
        return assign_ticket(actor, ticket, assignee=self.cleaned_data["assignee"], seen=self.cleaned_data["seen"])


class PriorityForm(PropertyForm):
    priority = forms.ModelChoiceField(Priority.objects.all(), to_field_name="key", label=_("Priority"))
    name = "priority"


class DepartmentForm(PropertyForm):
    department = forms.ModelChoiceField(Department.objects.active(), to_field_name="key", label=_("Department"))
    name = "department"


class KindForm(PropertyForm):
    kind = forms.ChoiceField(choices=Ticket.Kind.choices, label=_("Kind"))
    name = "kind"


class SubjectForm(PropertyForm):
    subject = forms.CharField(max_length=255, label=_("Subject"))
    name = "subject"


class TagsForm(PropertyForm):
    tags = forms.CharField(required=False, max_length=1500, label=_("Tags"))
    name = "tags"

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class DueForm(PropertyForm):
    due_at = forms.DateTimeField(
        required=False,
        label=_("Due"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    name = "due_at"


PROPERTIES: dict[str, type[PropertyForm]] = {
    "status": StatusForm,
    "assignment": AssigneeForm,
    "priority": PriorityForm,
    "department": DepartmentForm,
    "kind": KindForm,
    "subject": SubjectForm,
    "tags": TagsForm,
    "due": DueForm,
}


def shown(value: Any) -> str:
    """A value in the conflict panel."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value if value not in (None, "") else "–")
