"""Installing a template: request type with its form, workflow, and the rule that joins them."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.commands.skills import save_skill
from accounts.models import Department, Skill
from desk.commands.configuration import save_configuration
from desk.models import RequestType
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict
from flowtic.core.models import Secret
from flowtic.core.policy import require
from workflows import templates_library
from workflows.commands.definitions import create_workflow, publish
from workflows.commands.rules import save_rule
from workflows.models import Workflow, WorkflowRule


@command
def install_template(actor: Actor, key: str) -> Workflow:
    """The template's workflow, published and asked for by its request type.

    Departments and secrets must exist; skills are added. Raises Conflict when they do not or the key is in use.
    """
    require(actor, "workflow.configure")
    template = templates_library.read(key)
    needed = template.get("requires") or {}
    missing = set(needed.get("departments") or []) - set(Department.objects.active().values_list("key", flat=True))
    if missing:
        raise Conflict(_("These departments are missing: %(keys)s.") % {"keys": ", ".join(sorted(missing))})
    unknown = set(needed.get("secrets") or []) - set(Secret.objects.values_list("name", flat=True))
    if unknown:
        raise Conflict(_("These secrets are missing: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if RequestType.objects.filter(key=key).exists() or Workflow.objects.filter(key=key).exists():
        raise Conflict(_("A request type or workflow with this key exists."))
    for skill in needed.get("skills") or []:
        if not Skill.objects.filter(key=skill["key"]).exists():
            save_skill(actor, None, key=skill["key"], **_names(skill["name"]))
    request_type = _request_type(actor, template["request_type"])
    document = template["workflow"]
    owner = request_type.department
    workflow = create_workflow(
        actor, key=key, department=owner, document=document, **_names(document.get("name") or key)
    )
    save_rule(
        actor,
        None,
        name=localised.text(template["request_type"]["name"]),
        condition={"field": "ticket.request_type", "op": "is", "value": key},
        workflow=workflow,
        position=WorkflowRule.objects.count() + 1,
        active=True,
    )
    # After the rule: it says which form is filled in before, so the fields are checked too.
    publish(actor, workflow, note=_("From the template"))
    return Workflow.objects.get(pk=workflow.pk)


def _request_type(actor: Actor, spec: dict[str, Any]) -> RequestType:
    description = spec.get("description") or ""
    row = save_configuration(
        actor,
        RequestType(),
        key=spec["key"],
        department=Department.objects.get(key=spec["department"]),
        description_de=localised.text(description, "de"),
        description_en=localised.text(description, "en"),
        schema=spec.get("schema") or {},
        **_names(spec["name"]),
    )
    assert isinstance(row, RequestType)  # noqa: S101  (for the type checker)
    return row


def _names(name: Any) -> dict[str, str]:
    return {"name_de": localised.text(name, "de"), "name_en": localised.text(name, "en")}
