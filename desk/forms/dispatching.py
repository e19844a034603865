"""The table of dispatch policies: one small form per department."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department, Skill
from accounts.models.skill import HIGHEST, LOWEST
from desk.commands import save_dispatch_policy
from desk.commands.dispatching import MAX_CAP
from desk.models import DispatchPolicy
from flowtic.core import durations
from flowtic.core.actor import Actor

HOUR = timedelta(hours=1)


class PolicyForm(CommandForm):
    """How one department hands out; `return_after` is asked in hours of working time."""

    aliases = {"return_after": "return_hours"}

    strategy = forms.ChoiceField(label=_("Who gets new tickets"), choices=DispatchPolicy.Strategy.choices)
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    level = forms.TypedChoiceField(
        label=_("Level"), coerce=int, choices=[(number, str(number)) for number in range(LOWEST, HIGHEST + 1)]
    )
    cap = forms.IntegerField(label=_("Limit of open work"), required=False, min_value=1, max_value=MAX_CAP)
    return_hours = forms.DecimalField(
        label=_("Back to the queue after (hours)"), required=False, min_value=Decimal("0.25"), max_value=2160,
        decimal_places=2,
    )  # fmt: skip

    def __init__(self, department: Department, skills: list[tuple[str, str]], data: Any = None) -> None:
        self.department = department
        self.policy = getattr(department, "dispatch_policy", None)
        super().__init__(data, prefix=department.key, initial=_initial(self.policy))
        known = {key for key, _name in skills}
        # A skill that was switched off since stays visible until somebody chooses another one.
        own = self.policy.skill if self.policy else ""
        lost = [(own, own)] if own and own not in known else []
        self.fields["skill"].choices = [("", "–"), *skills, *lost]  # type: ignore[attr-defined]

    def apply(self, actor: Actor) -> DispatchPolicy:
        """Raises CommandError when the command refuses."""
        data = self.cleaned_data
        hours = data["return_hours"]
        return save_dispatch_policy(
            actor,
            self.department,
            strategy=data["strategy"],
            skill=data["skill"],
            level=data["level"],
            cap=data["cap"],
            return_after=durations.text(float(hours) * HOUR) if hours else "",
            active=True,
        )


def policy_forms(actor: Actor, data: Any = None) -> list[PolicyForm]:
    """One form for each department in use."""
    departments = Department.objects.visible_to(actor).active().select_related("dispatch_policy")
    skills = [(skill.key, skill.name) for skill in Skill.objects.filter(active=True)]
    return [PolicyForm(department, skills, data) for department in departments]


def _initial(policy: DispatchPolicy | None) -> dict[str, Any]:
    if policy is None:
        return {"strategy": DispatchPolicy.Strategy.PULL, "level": "1"}
    found = {name: getattr(policy, name) for name in ("strategy", "skill", "cap")}
    found["level"] = str(policy.level)
    if policy.return_after:
        hours = Decimal(durations.parse(policy.return_after) / HOUR).quantize(Decimal("0.01"))
        found["return_hours"] = Decimal(f"{hours.normalize():f}")
    return found
