"""Where a field of a form is read, and what would break without it: found in what is written, not guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from desk.field_filters import PREFIX, parts
from desk.formschema import fields_of, label_of
from desk.formschema.pages import Spec
from desk.models import RequestType, SavedView, SlaPolicy, Ticket, TicketTemplate
from flowtic.core import conditions, localised, placeholders
from flowtic.core.actor import Actor
from workflows.definition.format import parse
from workflows.definition.readings import readings
from workflows.models import Workflow, WorkflowRule
from workflows.request_forms import types_of


@dataclass(frozen=True)
class Use:
    """One place that reads the field. `breaks`: it would be wrong without it; else it only goes without."""

    kind: str
    name: str
    where: str = ""
    url: str = ""
    breaks: bool = True


@dataclass(frozen=True)
class Uses:
    """Everything that reads one field, and how many tickets have an answer to it."""

    spec: Spec
    places: tuple[Use, ...]
    tickets: int

    @property
    def breaking(self) -> list[Use]:
        return [one for one in self.places if one.breaks]


def uses(actor: Actor, request_type: RequestType, schema: Any, spec: Spec) -> Uses:
    """`schema`: the draft that is being edited. Personal views of others are only counted in, not named."""
    key = spec["key"]
    found = [
        *_in_form(schema, key),
        *_in_rules(request_type, key),
        *_in_workflows(actor, request_type, key),
        *_in_templates(request_type, key),
        *_in_promises(key),
        *_in_views(actor, key),
    ]
    answered = Ticket.objects.filter(request_type=request_type, fields__has_key=key)
    return Uses(spec, tuple(found), answered.count())


def _in_form(schema: Any, key: str) -> Iterator[Use]:
    for spec in fields_of(schema):
        if key in conditions.names(spec.get("show_when")):
            yield Use(_("This form"), label_of(spec), _("shown when"))
    subject = schema.get("subject") if isinstance(schema, Mapping) else ""
    texts = subject.values() if isinstance(subject, Mapping) else [subject]
    if any(isinstance(text, str) and key in placeholders.names(text) for text in texts):
        yield Use(_("This form"), _("Subject of the ticket"), breaks=False)


def _rules(request_type: RequestType) -> list[WorkflowRule]:
    """The rules that can hold for tickets of this type."""
    found = []
    for rule in WorkflowRule.objects.select_related("workflow").defer("workflow__draft"):
        types = types_of(rule.condition)
        if types is None or request_type.key in types:
            found.append(rule)
    return found


def _in_rules(request_type: RequestType, key: str) -> Iterator[Use]:
    for rule in _rules(request_type):
        if key in conditions.names(rule.condition):
            yield Use(_("Rule"), rule.name, url=reverse("workflows:rule", args=[rule.pk]))


def _in_workflows(actor: Actor, request_type: RequestType, key: str) -> Iterator[Use]:
    """Workflows that the rules give to this type: what is live, and drafts that the actor may edit."""
    ids = {rule.workflow_id for rule in _rules(request_type) if rule.workflow_id}
    edited = set(Workflow.objects.edited_by(actor).values_list("pk", flat=True))
    for workflow in Workflow.objects.filter(pk__in=ids).select_related("live"):
        said: dict[str, bool] = {}
        for document in (
            workflow.live.document if workflow.live else None,
            workflow.draft if workflow.pk in edited else None,
        ):
            for name, strict in _steps_reading(document, key):
                said[name] = said.get(name, False) or strict
        url = reverse("workflows:workflow", args=[workflow.key])
        for name, strict in said.items():
            yield Use(_("Workflow"), workflow.name, _("step “%(step)s”") % {"step": name}, url, strict)


def _steps_reading(document: Any, key: str) -> Iterator[tuple[str, bool]]:
    if not document or key in {field.get("key") for field in document.get("fields") or [] if isinstance(field, dict)}:
        return  # the workflow has a value of its own under that name
    for step in parse(document).steps.values():
        for one in readings(step):
            if one.name == key or one.name.startswith(f"{key}."):
                yield localised.text(step.name) or step.key, one.strict


def _in_templates(request_type: RequestType, key: str) -> Iterator[Use]:
    for row in TicketTemplate.objects.filter(request_type=request_type):
        if key in (row.fields or {}):
            url = reverse("desk:settings_template", args=[row.pk])
            yield Use(_("Ticket template"), row.name, url=url, breaks=False)


def _in_promises(key: str) -> Iterator[Use]:
    for row in SlaPolicy.objects.all():
        if key in conditions.names(row.condition):
            url = reverse("desk:settings_sla_policy", args=[row.pk])
            yield Use(_("Promised times"), row.name, url=url)


def _in_views(actor: Actor, key: str) -> Iterator[Use]:
    others = 0
    visible = set(SavedView.objects.visible_to(actor).values_list("pk", flat=True))
    for view in SavedView.objects.all():
        if not reads_field(view.query, key):
            continue
        if view.pk in visible:
            url = f"{reverse('desk:ticket_list')}?{urlencode({'view': view.key})}"
            yield Use(pgettext("saved", "View"), view.label, url=url)
        else:
            others += 1
    if others:
        yield Use(
            pgettext("saved", "View"),
            ngettext("%(n)d of another person", "%(n)d of other people", others) % {"n": others},
        )


def reads_field(query: str, key: str) -> bool:
    """Whether a list's address filters, sorts or shows by that field."""
    for name, value in parse_qsl(query or ""):
        if parts(name)[0] == key:
            return True
        if name in ("sort", "columns") and f"{PREFIX}{key}" in {one.lstrip("-") for one in value.split(",")}:
            return True
    return False
