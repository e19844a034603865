"""Where the last requests would go at a condition: its branches tried on the values of past runs."""

from collections import Counter
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


def evidence(actor: Actor, workflow: Workflow, step: Step) -> str:
    """One sentence; '' when there are no past runs that the person may know of."""
    rows = Instance.objects.visible_to(actor).filter(version__workflow=workflow).order_by("-pk")
    states = [state for state in rows.values_list("state", flat=True)[:MOST] if state]
    if not states or step.kind != f.DECISION:
        return ""
    taken = Counter(_taken(step, context(state)) for state in states)
    said = [
        _("%(n)d → %(way)s")
        % {"n": taken[target.outcome], "way": target_words(target) or _("Branch %(number)s") % {"number": number}}
        for number, target in enumerate(step.targets(), 1)
    ]
    if taken[""]:
        said.append(_("%(n)d cannot be told") % {"n": taken[""]})
    return _("Of the last %(n)d requests: %(ways)s.") % {"n": len(states), "ways": ", ".join(said)}


def _taken(step: Step, values: dict[str, Any]) -> str:
    """The outcome of the branch that these values lead to; '' when a formula cannot be worked out."""
    for number, branch in enumerate(step.spec.get("branches") or []):
        try:
            if conditions.holds(branch.get("when"), values):
                return f"branch_{number + 1}"
        except FormulaError:
            return ""
    return f.OTHERWISE
