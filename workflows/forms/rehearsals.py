"""What is rehearsed and with which tickets: a version, a changed list of rules, another way of handing out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department, Skill
from desk.models import DispatchPolicy
from flowtic.core import clock, condition_forms
from flowtic.core.condition_forms import ROWS, Builder, Fields
from workflows.commands.rollups import local_day
from workflows.models import AutomationRule, Rehearsal, Workflow

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


def period_of(row: Rehearsal | None) -> dict[str, Any]:
    """The days of an earlier rehearsal; {} for none."""
    return {"since": local_day(row.period_from), "until": local_day(row.last_moment)} if row else {}


def policy_of(row: Rehearsal | None) -> dict[str, Any]:
    """What an earlier rehearsal tried, for the form; {} for none."""
    return {**period_of(row), **row.content["policy"], "department": row.department} if row else {}


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
    """A rule in the list that is rehearsed, as it was typed; its condition in rows."""

    number: int
    name: str
    position: str
    active: bool
    workflow: str
    builder: Builder
    acted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its condition is to be seen at once: somebody works on it."""
        return self.acted or bool(self.builder.problems)


class RuleLines:
    """The list of rules as a form: order, conditions and targets may be changed, one rule may be added."""

    def __init__(self, listed: list[dict[str, Any]], known: Fields, data: Any = None) -> None:
        empty = {"name": "", "active": True, "condition": {}, "workflow": None}
        self.lines = [_line(number, one, known, data) for number, one in enumerate([*listed, empty], 1)]

    @property
    def acted(self) -> bool:
        """Whether a button of a condition was pressed: its rows change, nothing begins yet."""
        return any(line.acted for line in self.lines)

    @property
    def lender(self) -> str:
        """The one condition whose templates serve the script for all of them; "" while none shows rows."""
        return next((line.builder.prefix for line in self.lines if line.builder.mode == ROWS), "")

    @property
    def workflows(self) -> list[tuple[str, str]]:
        return [(row.key, row.name) for row in Workflow.objects.defer("draft").order_by("key")]

    def read(self) -> list[dict[str, Any]] | None:
        """The rules in their new order; None while a condition is not finished (then its rows say why)."""
        found: list[tuple[float, dict[str, Any]]] = []
        keys = {key for key, _name in self.workflows}
        named = [line for line in self.lines if line.name.strip()]
        if any(line.builder.problems for line in named):
            return None
        for line in named:
            position = float(line.position) if line.position.isdecimal() else float(line.number)
            target = line.workflow if line.workflow in keys else None
            tree = line.builder.tree or {}
            rule = {"name": line.name.strip()[:100], "active": line.active, "condition": tree, "workflow": target}
            found.append((position, rule))
        return [rule for _position, rule in sorted(found, key=lambda one: one[0])]


def _line(number: int, one: Mapping[str, Any], known: Fields, data: Any) -> RuleLine:
    prefix = f"condition_{number}"
    shown = condition_forms.builder(prefix, one["condition"], known)
    if data is None:
        return RuleLine(number, one["name"], str(number), one["active"], one["workflow"] or "", shown)
    acted = condition_forms.acted(data, prefix)
    if f"{prefix}-mode" in data:
        shown = condition_forms.typed(data, prefix, known, checked=not acted)
    return RuleLine(
        number,
        str(data.get(f"name_{number}", one["name"])),
        str(data.get(f"position_{number}", number))[:4],
        f"active_{number}" in data,
        str(data.get(f"workflow_{number}", "")),
        shown,
        acted,
    )
