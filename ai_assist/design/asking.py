"""Asking for a workflow or a form, and the worker's part of it."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from ai_assist import llm
from ai_assist.commands import suggestions
from ai_assist.design.prompts import ANSWER, design_messages
from ai_assist.design.rules import operations_for
from ai_assist.models import Suggestion
from desk.formschema import fields_of
from desk.models import RequestType
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Invalid
from flowtic.core.models import Job
from flowtic.core.policy import require
from workflows.commands.definitions import create_workflow
from workflows.commands.proposals import document_of, propose
from workflows.models import Workflow
from workflows.patches import FORM, WORKFLOW
from workflows.request_forms import asked_before

JOB = "ai.design"
MAX_WISH = 2000
Target = Workflow | RequestType


@command
def ask_design(actor: Actor, target: Target, *, wish: str) -> Suggestion:
    """Has a worker propose changes for that description. Its `value` will be {"proposal": key}."""
    require(actor, "workflow.edit" if isinstance(target, Workflow) else "form.edit", target)
    wish = wish.strip()
    if not wish or len(wish) > MAX_WISH:
        raise Invalid(fields={"wish": _("Describe the change in 1 to %(n)d characters.") % {"n": MAX_WISH}})
    feature = Suggestion.Feature.WORKFLOW if isinstance(target, Workflow) else Suggestion.Feature.FORM
    row = suggestions.begin(actor, feature, subject=target, options={"wish": wish})
    jobs.enqueue(actor, JOB, {"suggestion": row.pk})
    return row


@command
def ask_new_workflow(
    actor: Actor, *, key: str, name_de: str, name_en: str, department: Department | None, wish: str
) -> Suggestion:
    """A workflow that is empty but for its name, and the question what shall be in it."""
    workflow = create_workflow(actor, key=key, name_de=name_de, name_en=name_en, department=department)
    return ask_design(actor, workflow, wish=wish)


@jobs.job(JOB)
def design(job: Job) -> None:
    """Proposes operations: the model's where one is set up, else what the rules understand."""
    row = Suggestion.objects.select_related("asked_by").filter(pk=job.payload["suggestion"]).first()
    target = target_of(row) if row is not None else None
    if row is None or target is None or row.asked_by is None or row.state != Suggestion.State.WAITING:
        return
    actor = Actor(row.asked_by, "celery")
    try:
        operations, engine, version = _operations(actor, row, target)
        proposal = propose(
            actor, target, operations=operations, wish=row.options["wish"], engine=engine, engine_version=version
        )
    except llm.LlmError as error:
        suggestions.fail(row, error.code, error.sentence)
    except CommandError as error:
        suggestions.fail(row, error.code, error.message)
    else:
        suggestions.finish(row, value={"proposal": proposal.key}, engine=engine, engine_version=version)


def target_of(row: Suggestion) -> Target | None:
    """The workflow or request type that the suggestion is about."""
    model: Any = Workflow if row.feature == Suggestion.Feature.WORKFLOW else RequestType
    found: Target | None = model.objects.filter(pk=row.subject_id).first()
    return found


def _operations(actor: Actor, row: Suggestion, target: Target) -> tuple[Any, str, str]:
    """Operations, the engine that found them, and its version. Raises LlmError, Invalid."""
    kind = WORKFLOW if isinstance(target, Workflow) else FORM
    document, _rev = document_of(target)
    if not llm.available(row.feature):
        changes = operations_for(kind, document, row.options["wish"])
        if not changes:
            missing = llm.why_not(row.feature)
            if kind == FORM:
                raise Invalid(_("%(missing)s Without one a list of fields is understood, with commas or one in each "
                                "line.") % {"missing": missing})  # fmt: skip
            raise Invalid(
                _("%(missing)s Without one only plain wishes are understood: an approval, waiting, telling the "
                  "requester, a field in quotes.") % {"missing": missing}
            )  # fmt: skip
        return changes, Suggestion.Engine.RULES, ""
    messages = design_messages(kind, document, row.options["wish"], _known(kind, target))
    found = llm.run(row.feature, messages, schema=ANSWER, person=actor, suggestion=row)
    return found.data["operations"], Suggestion.Engine.LLM, found.model


def _known(kind: str, target: Target) -> str:
    """Keys that the model may name: departments, and the fields of the request's form."""
    departments = ", ".join(Department.objects.active().values_list("key", flat=True)[:100])
    lines = [f"Departments: {departments}"]
    if kind == WORKFLOW and isinstance(target, Workflow):
        names = [f"{spec['key']} ({spec.get('kind')})" for spec in asked_before(target) or []]
        lines.append(f"Fields of the request: {', '.join(names)}" if names else "")
    elif isinstance(target, RequestType):
        lines.append(f"Fields now: {', '.join(spec['key'] for spec in fields_of(document_of(target)[0]))}")
    return "\n".join(line for line in lines if line)
