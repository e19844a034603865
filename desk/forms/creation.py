"""The agent's form for a new ticket."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.forms.conversation import RefusableForm
from desk.models import Priority, Ticket
from desk.portal_forms import FilesField
from flowtic.core.actor import Actor


class NewTicketForm(RefusableForm):
    requester = forms.EmailField(
        label=_("Requester"), help_text=_("E-mail address. An unknown one becomes a contact."), max_length=254
    )
    requester_name = forms.CharField(
        label=_("Name of the requester"), required=False, max_length=150, help_text=_("Only for a new contact.")
    )
    subject = forms.CharField(label=_("Subject"), max_length=255)
    description = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 8}), strip=False)
    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="key", label=_("Department"))
    priority = forms.ModelChoiceField(Priority.objects.order_by("rank"), to_field_name="key", label=_("Priority"))
    kind = forms.ChoiceField(choices=Ticket.Kind.choices, label=_("Kind"), initial=Ticket.Kind.REQUEST)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1500, help_text=_("Separated by commas."))
    due_at = forms.DateTimeField(
        label=_("Due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.active()  # type: ignore[attr-defined]
        self.fields["files"] = FilesField()
        if not self.is_bound:
            first = Department.objects.worked_by(actor).values_list("key", flat=True).first()
            self.initial |= {"department": first, "priority": "normal"}

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def values(self) -> dict[str, Any]:
        """What `create_ticket` takes, without the requester."""
        names = ("subject", "description", "department", "priority", "kind", "tags", "due_at", "files")
        return {name: self.cleaned_data[name] for name in names}
