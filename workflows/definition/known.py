"""The values a workflow can read: its fields, those of its forms, what Flowtic knows of ticket and requester."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import localised
from flowtic.core.conditions import FieldInfo
from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition.format import Definition, Step

Specs = Iterable[Mapping[str, Any]]


class Known:
    """`request_fields`: the field specs of the request type's form; None when nobody knows them here."""

    def __init__(self, definition: Definition, request_fields: Specs | None = None) -> None:
        self.definition = definition
        self.request_fields = None if request_fields is None else list(request_fields)

    @cached_property
    def specs(self) -> dict[str, Mapping[str, Any]]:
        """Field specs by key: the request form's, the workflow's own, the step forms'; the first one counts."""
        found: dict[str, Mapping[str, Any]] = {}
        own = [*(self.request_fields or []), *self.definition.fields]
        for spec in [*own, *(spec for step in self.definition.steps.values() for spec in form_specs(step))]:
            found.setdefault(spec["key"], spec)
        return found

    @cached_property
    def infos(self) -> dict[str, FieldInfo]:
        """Every name that conditions may read, labelled in the reader's language."""
        found = {key: forms.info(spec) for key, spec in self.specs.items()}
        for name, kind in implied_fields(self.definition).items():
            found.setdefault(name, FieldInfo(name, name, kind))
        for name, kind in f.READ_ONLY.items():
            found[name] = FieldInfo(name, read_only_labels().get(name, name), kind)
        for step in self.definition.steps.values():
            name = f"steps.{step.key}.outcome"
            label = _("Outcome of “%(step)s”") % {"step": localised.text(step.name) or step.key}
            found[name] = FieldInfo(name, label, "text", outcome_labels(step))
        return found

    def head(self, name: str) -> str:
        """The known name that a path reads: items.0.name reads items; '' when there is none."""
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            found = ".".join(parts[:count])
            if found in self.infos:
                return found
        return ""


def form_specs(step: Step) -> list[Mapping[str, Any]]:
    """The fields that people fill in at this step."""
    if step.kind == f.APPROVAL:
        return [spec for approver in step.spec.get("approvers") or [] for spec in forms.specs(approver.get("form"))]
    return list(forms.specs(step.spec.get("form"))) if step.kind in (f.FORM, f.EXTERNAL) else []


def implied_fields(definition: Definition) -> dict[str, str]:
    """Values that steps leave without a field of that name: the last error, what was classified."""
    found = {}
    for step in definition.steps.values():
        if step.spec.get("on_error") and step.kind in (f.HTTP, f.EXTERNAL):
            found["error"] = "text"
        elif step.kind == f.CLASSIFY:
            found |= {"department": "department", "priority": "choice"}
    return found


def outcome_labels(step: Step) -> dict[str, Any]:
    """The outcomes of a step and their names."""
    if step.kind == f.APPROVAL:
        return {
            f.APPROVE: step.spec.get("approve_label") or _("approved"),
            f.REJECT: step.spec.get("reject_label") or _("rejected"),
        }
    listed = step.spec.get("outcomes") if step.kind == f.FORM else None
    found = {one["key"]: one.get("label") or one["key"] for one in listed or [] if one.get("key")}
    return found or {"done": _("done")}


def read_only_labels() -> dict[str, str]:
    return {
        "ticket.number": _("Ticket number"),
        "ticket.subject": _("Subject"),
        "ticket.priority": _("Priority"),
        "ticket.department": _("Department"),
        "ticket.requester": _("Requester"),
        "ticket.request_type": _("Request type"),
        "ticket.source": _("Channel"),
        "ticket.created_at": _("Created"),
        "requester.id": _("Requester"),
        "requester.email": _("Requester’s e-mail address"),
        "requester.name": _("Requester’s name"),
        "requester.role": _("Requester’s role"),
        "requester.department": _("Requester’s department"),
        "requester.manager": _("Requester’s manager"),
    }
