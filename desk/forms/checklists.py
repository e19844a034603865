"""The form of a checklist that is put on tickets as a whole."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department
from desk.models import ChecklistTemplate, RequestType


class ChecklistForm(CommandForm):
    """Names, where it is offered, and its lines, one each."""

    name_de = forms.CharField(label=_("Name (German)"), max_length=100)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100)
    department = forms.ModelChoiceField(
        label=_("For"), queryset=Department.objects.none(), required=False, empty_label=_("Everybody who works tickets")
    )
    request_type = forms.ModelChoiceField(
        label=_("Request type"),
        queryset=RequestType.objects.none(),
        required=False,
        empty_label="–",
        help_text=_("New tickets of this type get the list by themselves."),
    )
    items = forms.CharField(
        label=_("Lines"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One thing to do per line."),
    )
    active = forms.BooleanField(label=_("Offered on tickets"), required=False, initial=True)

    def __init__(self, data: Any = None, *, template: ChecklistTemplate | None = None) -> None:
        names = ("name_de", "name_en", "department", "request_type", "active")
        initial = {name: getattr(template, name) for name in names} if template else {}
        super().__init__(data, initial={**initial, "items": "\n".join(template.items)} if template else {})
        self.fields["department"].queryset = Department.objects.filter(active=True)  # type: ignore[attr-defined]
        self.fields["request_type"].queryset = RequestType.objects.filter(active=True)  # type: ignore[attr-defined]

    def for_command(self) -> dict[str, Any]:
        return {**self.cleaned_data, "items": self.cleaned_data["items"].splitlines()}
