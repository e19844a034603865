"""What is rehearsed and with which tickets: a version, a changed list of rules, another way of handing out."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department, Skill
from desk.models import DispatchPolicy
from flowtic.core import clock, conditions
from workflows.commands.rollups import local_day
from workflows.models import AutomationRule, Workflow

DAYS = 90


class PeriodForm(CommandForm):
    """From the beginning of one day to the end of another, where the desk is."""

    since = forms.DateField(label=_("Tickets from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(label=_("until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = local_day(clock.now())
        kwargs["initial"] = {"since": today - timedelta(days=DAYS), "until": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    @property
    def period(self) -> dict[str, datetime]:
        data = self.cleaned_data
        return {"since": beginning(data["since"]), "until": beginning(data["until"] + timedelta(days=1))}


def beginning(day: date) -> datetime:
    """The first moment of a day at the desk."""
    return datetime.combine(day, time(), ZoneInfo(timezone.get_default_timezone_name()))


class AutomationPeriodForm(PeriodForm):
    """Which automation rules are tried; those that are switched off too."""

    rules = forms.ModelMultipleChoiceField(
        AutomationRule.objects.none(), label=_("Rules"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("rules", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rows = AutomationRule.objects.order_by("position", "pk")
        kwargs["initial"] = {"rules": list(rows.values_list("pk", flat=True)), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["rules"].queryset = rows  # type: ignore[attr-defined]


class PolicyForm(PeriodForm):
    """Another way of handing out a department's tickets."""

    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="key", label=_("Department"))
    strategy = forms.ChoiceField(choices=DispatchPolicy.Strategy.choices, label=_("Strategy"))
    skill = forms.ModelChoiceField(
        Skill.objects.none(), required=False, to_field_name="key", label=_("Skill"), empty_label="–"
    )
    level = forms.IntegerField(min_value=1, max_value=9, required=False, label=_("Level"))
    cap = forms.IntegerField(min_value=1, max_value=9999, required=False, label=_("Limit of open work"))

    field_order = ("department", "strategy", "skill", "level", "cap", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.active()  # type: ignore[attr-defined]
        self.fields["skill"].queryset = Skill.objects.filter(active=True)  # type: ignore[attr-defined]

    @property
    def policy(self) -> dict[str, Any]:
        data = self.cleaned_data
        skill = data["skill"].key if data["skill"] else ""
        return {"strategy": data["strategy"], "skill": skill, "level": data["level"] or 1, "cap": data["cap"]}


@dataclass
class RuleLine:
    """A rule in the list that is rehearsed, as it was typed."""

    number: int
    name: str
    position: str
    active: bool
    workflow: str
    condition: str
    words: str = ""
    error: str = ""


class RuleLines:
    """The list of rules as a form: order, conditions and targets may be changed, one rule may be added."""

    def __init__(self, listed: list[dict[str, Any]], data: Mapping[str, Any] | None = None) -> None:
        empty = {"name": "", "active": True, "condition": {}, "workflow": None}
        rows = [*listed, empty]
        self.lines = [_line(number, one, data) for number, one in enumerate(rows, 1)]

    def say(self, known: Mapping[str, conditions.FieldInfo]) -> None:
        """Every condition that can be read, in words."""
        for line in self.lines:
            with contextlib.suppress(ValueError, RecursionError):
                line.words = conditions.words(json.loads(line.condition), known) if line.condition.strip() else ""

    @property
    def workflows(self) -> list[tuple[str, str]]:
        return [(row.key, row.name) for row in Workflow.objects.defer("draft").order_by("key")]

    def read(self) -> list[dict[str, Any]] | None:
        """The rules in their new order; None when a condition cannot be read (then the line says why)."""
        found: list[tuple[float, dict[str, Any]]] = []
        keys = {key for key, _name in self.workflows}
        for line in self.lines:
            if not line.name.strip():
                continue
            try:
                tree = json.loads(line.condition) if line.condition.strip() else {}
            except (ValueError, RecursionError) as error:
                line.error = _now("This is no valid JSON: %(error)s") % {"error": error}
                continue
            position = float(line.position) if line.position.isdigit() else float(line.number)
            target = line.workflow if line.workflow in keys else None
            rule = {"name": line.name.strip()[:100], "active": line.active, "condition": tree, "workflow": target}
            found.append((position, rule))
        if any(line.error for line in self.lines):
            return None
        return [rule for _position, rule in sorted(found, key=lambda one: one[0])]


def _line(number: int, one: Mapping[str, Any], data: Mapping[str, Any] | None) -> RuleLine:
    if data is None:
        text = json.dumps(one["condition"], ensure_ascii=False) if one["condition"] else ""
        return RuleLine(number, one["name"], str(number), one["active"], one["workflow"] or "", text)
    return RuleLine(
        number,
        str(data.get(f"name_{number}", one["name"])),
        str(data.get(f"position_{number}", number))[:4],
        f"active_{number}" in data,
        str(data.get(f"workflow_{number}", "")),
        str(data.get(f"condition_{number}", ""))[:20_000],
    )
