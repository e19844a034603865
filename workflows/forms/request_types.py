"""A request type beside its form: names, owner, place in the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department
from workflows.forms.definitions import KEY

ICONS = ("form", "box", "key", "user", "users", "calendar", "phone", "mail", "building", "book", "globe", "lock",
         "display", "server", "send", "star", "help", "alert", "tag")  # fmt: skip


class RequestTypeForm(CommandForm):
    """A new request type, or an existing one (whose key stays)."""

    name_de = forms.CharField(max_length=100, label=_("German name"))
    name_en = forms.CharField(max_length=100, label=_("English name"))
    key = forms.RegexField(
        KEY, label=_("Key"), help_text=_("Small letters, digits and low lines; it stays as it is."),
        error_messages={"invalid": _("Small letters, digits and low lines only, beginning with a letter.")},
    )  # fmt: skip
    description_de = forms.CharField(required=False, max_length=300, label=_("German description"))
    description_en = forms.CharField(required=False, max_length=300, label=_("English description"))
    department = forms.ModelChoiceField(
        Department.objects.none(), required=False, label=_("Department"), empty_label="–",
        help_text=_("Tickets go there, and its leads edit the form."),
    )  # fmt: skip
    category = forms.CharField(
        required=False, max_length=60, label=_("Category"), help_text=_("Types of one category stand together.")
    )
    icon = forms.ChoiceField(required=False, label=_("Icon"))
    position = forms.IntegerField(min_value=0, max_value=9999, initial=0, label=_("Position"))
    active = forms.BooleanField(required=False, label=_("On offer"))
    leads_publish = forms.BooleanField(
        required=False, label=_("The department’s leads may publish"),
        help_text=_("They always edit the draft; without this, admins publish it."),
    )  # fmt: skip
    public_link = forms.BooleanField(
        required=False, label=_("Also without a login"), help_text=_("By a link that nobody can guess.")
    )

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        names = [name for name in self.base_fields if row is not None and hasattr(row, name)]
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        self.fields["department"].queryset = Department.objects.active()  # type: ignore[attr-defined]
        icons = ICONS if row is None or row.icon in ("", *ICONS) else (row.icon, *ICONS)
        self.fields["icon"].choices = [(name, name) for name in icons]  # type: ignore[attr-defined]
        for name in ("key",) if row is not None else ("active", "leads_publish", "public_link", "position"):
            del self.fields[name]
