"""Where the last requests would go at a condition: its branches tried on the values of past runs."""

from collections import Counter
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.formulas import FormulaError
from workflows.definition import format as f
from workflows.definition.format import Step
from workflows.definition.phrases import target_words
from workflows.engine.state import context
from workflows.models import Instance, Workflow

MOST = 40


class Evidence:
    """What past runs of a workflow say of its conditions, as far as the person may know of those runs."""

    def __init__(self, actor: Actor, workflow: Workflow) -> None:
        self._rows = Instance.objects.visible_to(actor).filter(version__workflow=workflow).order_by("-pk")

    @cached_property
    def _values(self) -> list[dict[str, Any]]:
        states = self._rows.values_list("state", flat=True)[:MOST]
        return [context(state) for state in states if state]

    @property
    def total(self) -> int:
        return len(self._values)

    def counts(self, step: Step) -> Counter[str]:
        """How many would take which outcome; '' for those that cannot be told."""
        return Counter(_taken(step, values) for values in self._values)

    def sentence(self, step: Step) -> str:
        """Where all of them would go, in one sentence; '' when there are none."""
        if step.kind != f.DECISION or not self.total:
            return ""
        taken = self.counts(step)
        said = [
            _("%(n)d → %(way)s")
            % {"n": taken[target.outcome], "way": target_words(target) or _("Branch %(number)s") % {"number": number}}
            for number, target in enumerate(step.targets(), 1)
        ]
        if taken[""]:
            said.append(_("%(n)d cannot be told") % {"n": taken[""]})
        return _("Of the last %(n)d requests: %(ways)s.") % {"n": self.total, "ways": ", ".join(said)}

    def shares(self, step: Step) -> dict[str, int]:
        """Way out of the step -> how many would take it; empty when there are no past runs."""
        if step.kind != f.DECISION or not self.total:
            return {}
        taken = self.counts(step)
        return {one.path: taken[one.outcome] for one in step.targets()}


def evidence(actor: Actor, workflow: Workflow, step: Step) -> str:
    """One sentence; '' when there are no past runs that the person may know of."""
    return Evidence(actor, workflow).sentence(step)


def reads_formulas(step: Step) -> bool:
    """Whether some branch has a formula: working it out for many runs takes its time."""
    return "formula" in str(step.spec.get("branches"))


def _taken(step: Step, values: dict[str, Any]) -> str:
    """The outcome of the branch that these values lead to; '' when a formula cannot be worked out."""
    for number, branch in enumerate(step.spec.get("branches") or []):
        try:
            if conditions.holds(branch.get("when"), values):
                return f"branch_{number + 1}"
        except FormulaError:
            return ""
    return f.OTHERWISE
