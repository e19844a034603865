"""The form of a promise rule: names, for which tickets, and a matrix of targets."""

import json
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import CommandForm
from accounts.models import Calendar, Department
from desk import sla_words
from desk.models import Priority, Promise, RequestType, SlaPolicy
from desk.sla_input import join_condition, parse_length, split_condition
from flowtic.core import durations
from flowtic.core.plain_text import KEY

NAMES = ("key", "name_de", "name_en", "active")


class LengthField(forms.CharField):
    """Hours and minutes of working time as ISO text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=False, **options)

    def clean(self, value: Any) -> str:
        try:
            return parse_length(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="length") from None


class SlaPolicyForm(CommandForm):
    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100)
    key = forms.RegexField(
        KEY,
        label=gettext_lazy("Key"),
        error_messages={"invalid": gettext_lazy("Please use small letters, digits, hyphens and underscores only.")},
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Working hours"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=gettext_lazy("As the department of the ticket"),
    )
    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only in these departments"),
        queryset=Department.objects.all(),
        to_field_name="key",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    request_types = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for these request types"),
        queryset=RequestType.objects.all(),
        to_field_name="key",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    condition = forms.CharField(
        label=gettext_lazy("Further condition (JSON)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "font-mono"}),
        help_text=gettext_lazy('For experts, e.g. {"field": "requester.email", "op": "contains", "value": "@board."}'),
    )
    active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)

    def __init__(self, *args: Any, policy: SlaPolicy | None, **kwargs: Any) -> None:
        self.priorities = list(Priority.objects.order_by("-rank"))
        if policy is not None:
            chosen, rest = split_condition(policy.condition)
            shown = json.dumps(rest, indent=2, ensure_ascii=False) if rest else ""
            own = {name: getattr(policy, name) for name in NAMES}
            kwargs["initial"] = {**own, "calendar": policy.calendar_id, "condition": shown, **chosen}
        super().__init__(*args, **kwargs)
        self.fields["key"].disabled = policy is not None
        targets = policy.targets if policy else {}
        for kind, label in Promise.Kind.choices:
            for row in self.priorities:
                text = (targets.get(kind) or {}).get(row.key, "")
                shown = sla_words.length(durations.parse(text)) if text else ""
                self.fields[f"{kind}_{row.key}"] = LengthField(label=f"{label}, {row.name}", initial=shown)

    def matrix(self) -> list[tuple[str, list[BoundField]]]:
        """A row for each kind of promise, a field for each priority, the most urgent first."""
        return [
            (str(label), [self[f"{kind}_{row.key}"] for row in self.priorities]) for kind, label in Promise.Kind.choices
        ]

    def clean_condition(self) -> Any:
        text = self.cleaned_data["condition"].strip()
        try:
            return json.loads(text) if text else {}
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This is no JSON."), code="json") from None

    def for_command(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen = {name: [row.key for row in data[name]] for name in ("departments", "request_types")}
        targets = {
            kind: {row.key: data[f"{kind}_{row.key}"] for row in self.priorities} for kind in Promise.Kind.values
        }
        found = {name: data[name] for name in (*NAMES, "calendar")}
        return {**found, "condition": join_condition(chosen, data["condition"]), "targets": targets}
