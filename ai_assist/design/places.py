"""Where people find it: beside the workflows."""

from django.utils.translation import gettext_lazy as _

from ai_assist.design import asking  # noqa: F401  (registers its job)
from ai_assist.queries import assistant_on
from desk.models import RequestType
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from workflows.models import Workflow
from workflows.page_actions import form_action, page_action


def _visible(actor: Actor, workflow: Workflow | None) -> bool:
    if workflow is None:
        return (actor.is_admin or bool(actor.lead_department_ids)) and assistant_on()
    return allows(actor, "workflow.edit", workflow) and assistant_on()


def _form_visible(actor: Actor, form: RequestType) -> bool:
    return allows(actor, "form.edit", form) and assistant_on()


page_action("describe", _("Describe a change"), "spark", "ai:describe", _visible)
form_action(
    "describe",
    _("Describe fields"),
    _("e.g. quantity, size (S, M, L), amount, reason if amount above 500"),
    "ai:describe",
    _form_visible,
)
