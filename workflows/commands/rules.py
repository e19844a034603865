"""Which workflow a ticket gets: an ordered list of rules."""

from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events
from workflows.models import Workflow, WorkflowRule


@command
def save_rule(
    actor: Actor,
    rule: WorkflowRule | None,
    *,
    name: str,
    condition: dict[str, Any],
    workflow: Workflow | None,
    position: int,
    active: bool,
) -> WorkflowRule:
    """A new rule (None) or a changed one."""
    require(actor, "workflow.configure")
    name = " ".join(name.split())
    wrong = {} if 0 < len(name) <= 100 else {"name": _("Please enter a name of up to 100 characters.")}
    problems = conditions.check(condition, None)
    if problems:
        wrong["condition"] = " ".join(problem.message for problem in problems)
    if wrong:
        raise Invalid(fields=wrong)
    rule = rule or WorkflowRule()
    rule.name, rule.condition, rule.workflow = name, condition, workflow
    rule.position, rule.active = position, active
    rule.save()
    record(actor, events.RULES_CHANGED, rule, data={"rule": name})
    return rule


@command
def delete_rule(actor: Actor, rule: WorkflowRule) -> None:
    """Takes the rule away; running workflows are not affected."""
    require(actor, "workflow.configure")
    record(actor, events.RULES_CHANGED, rule, data={"rule": rule.name, "deleted": True})
    rule.delete()
