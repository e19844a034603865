"""What may be said at a step: its outcomes, and the fields of its form."""

from typing import Any

from django.utils.translation import gettext as _

from desk.custom_fields import Existing
from desk.formschema import cleaning
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from workflows.definition.format import Definition, Step
from workflows.engine.state import context
from workflows.models import Instance, WorkItem

APPROVE, REJECT = "approve", "reject"
MAX_NOTE = 20_000


def outcomes_of(step: Step, kind: str) -> list[dict[str, Any]]:
    """[{"key", "label", "reason"}]: the buttons of the step. One nameless outcome where the step has only a `next`."""
    if kind == WorkItem.Kind.APPROVAL:
        return [
            {"key": APPROVE, "label": step.spec.get("approve_label") or {"de": "Freigeben", "en": "Approve"}},
            {
                "key": REJECT,
                "label": step.spec.get("reject_label") or {"de": "Ablehnen", "en": "Reject"},
                "reason": True,
            },
        ]
    named = [entry for entry in step.spec.get("outcomes") or [] if isinstance(entry, dict) and entry.get("key")]
    return named or [{"key": "done", "label": {"de": "Erledigt", "en": "Done"}}]


def form_of(step: Step, item: WorkItem) -> dict[str, Any]:
    """The form schema of this item; every approver may have one of their own."""
    if item.kind == WorkItem.Kind.APPROVAL:
        approvers = step.spec.get("approvers") or []
        mine = approvers[item.part] if item.part < len(approvers) else {}
        return mine.get("form") or {}
    return step.spec.get("form") or {}


def check_answer(
    actor: Actor,
    definition: Definition,
    instance: Instance,
    item: WorkItem,
    outcome: str,
    data: dict[str, Any],
    note: str,
) -> dict[str, Any]:
    """The cleaned fields. Raises Invalid for an outcome that the step does not have, a missing reason, wrong fields."""
    step = definition.steps.get(item.step)
    if step is None:
        raise Invalid(_("This version of Flowtic does not know the step."))
    found = next((entry for entry in outcomes_of(step, item.kind) if entry["key"] == outcome), None)
    if found is None:
        raise Invalid(fields={"outcome": _("This step does not have that outcome.")})
    if len(note) > MAX_NOTE:
        raise Invalid(fields={"note": _("The text is too long.")})
    if found.get("reason") and not note.strip():
        raise Invalid(fields={"note": _("Please give a reason.")})
    if item.kind == WorkItem.Kind.APPROVAL and outcome == REJECT:
        return {}
    schema = form_of(step, item)
    if not schema:
        if data:
            raise Invalid(
                fields={f"data.{key}": _("This field does not belong to the step.") for key in list(data)[:20]}
            )
        return {}
    return cleaning.clean(
        schema,
        data,
        now=clock.now(),
        present=context(instance.state),
        lookups=Existing(actor, ticket=item.ticket),
        insider=item.ticket.internal_for(actor),
    )
