"""One small form per property of a ticket: what the chips and the side panel send."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.checklists import open_lines
from desk.commands import assign_ticket, change_fields, change_status
from desk.models import Priority, Status, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

MOMENT = "%Y-%m-%dT%H:%M"


class PropertyForm(forms.Form):
    """`seen` is the version the page showed."""

    seen = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    name = ""
    done: str | Promise = _("Saved.")

    def apply(self, actor: Actor, ticket: Ticket) -> Ticket:
        """Calls the command. Raises its refusals, and Invalid for what the form itself does not accept."""
        if not self.is_valid():
            raise Invalid(" ".join(str(message) for messages in self.errors.values() for message in messages))
        return self.command(actor, ticket, self.cleaned_data[self.name], self.cleaned_data["seen"])

    def command(self, actor: Actor, ticket: Ticket, value: Any, seen: int | None) -> Ticket:
        return change_fields(actor, ticket, seen=seen, **{self.name: value})


class StatusForm(PropertyForm):
    status = forms.ModelChoiceField(Status.objects.filter(active=True), to_field_name="key", label=_("Status"))
    name = "status"
    done: str | Promise = _("Status changed.")

    def command(self, actor: Actor, ticket: Ticket, value: Any, seen: int | None) -> Ticket:
        changed = change_status(actor, ticket, status=value, seen=seen)
        self.done = " ".join(filter(None, (str(self.done), open_lines(changed))))
        return changed


class AssigneeForm(PropertyForm):
    assignee = forms.ModelChoiceField(User.objects.workers(), required=False, label=_("Assignee"))
    name = "assignee"
    done = _("Assignee changed.")

    def command(self, actor: Actor, ticket: Ticket, value: Any, seen: int | None) -> Ticket:
        return assign_ticket(actor, ticket, assignee=value, seen=seen)


class PriorityForm(PropertyForm):
    priority = forms.ModelChoiceField(Priority.objects.all(), to_field_name="key", label=_("Priority"))
    name = "priority"
    done = _("Priority changed.")


class DepartmentForm(PropertyForm):
    department = forms.ModelChoiceField(Department.objects.active(), to_field_name="key", label=_("Department"))
    name = "department"
    done = _("Department changed.")


class SubjectForm(PropertyForm):
    subject = forms.CharField(
        max_length=255, label=_("Subject"), error_messages={"required": _("Please enter a subject.")}
    )
    name = "subject"
    done = _("Subject changed.")


class TagsForm(PropertyForm):
    tags = forms.CharField(required=False, max_length=1500, label=_("Tags"))
    name = "tags"
    done = _("Tags changed.")

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class DueForm(PropertyForm):
    due_at = forms.DateTimeField(
        required=False,
        label=_("Due"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        error_messages={"invalid": _("Please give a date and a time.")},
    )
    name = "due_at"
    done = _("Due date changed.")


PROPERTIES: dict[str, type[PropertyForm]] = {
    "status": StatusForm,
    "assignment": AssigneeForm,
    "priority": PriorityForm,
    "department": DepartmentForm,
    "subject": SubjectForm,
    "tags": TagsForm,
    "due": DueForm,
}


def said(name: str, value: Any) -> str:
    """A property's value in the conflict panel."""
    if value in (None, "", []):
        return str(_("nobody") if name == "assignee" else "–")
    if name == "kind":
        return str(dict(Ticket.Kind.choices)[value])
    if hasattr(value, "isoformat"):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return ", ".join(sorted(value)) if isinstance(value, list) else str(value)
