"""What steps read: the values in their conditions, formulas and texts, and the people they name by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowtic.core import conditions, formulas, placeholders
from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition.format import Step

# Words for people that are no fields.
PERSON_WORDS = ("requester", "requester.manager", "requester.id", "requester.email", "assignee")


@dataclass(frozen=True)
class Reading:
    """A step reads a value. `strict`: an empty one is a mistake there, not just an empty place in a text."""

    path: str
    name: str
    strict: bool = True


def readings(step: Step) -> Iterator[Reading]:
    """Every value the step reads, with its place inside the step."""
    for path, tree in condition_trees(step):
        certain = _asked_for(tree)
        for name in sorted(conditions.names(tree)):
            yield Reading(path, name, name not in certain)
    for path, source in sources(step):
        if isinstance(source.get("field"), str):
            yield Reading(f"{path}/field", source["field"], strict=False)
        if isinstance(source.get("formula"), str):
            for name in sorted(formulas.names(source["formula"])):
                yield Reading(f"{path}/formula", name)
    for path, text in templates(step):
        for name in sorted(placeholders.names(text)):
            yield Reading(path, name, strict=False)
    for path, form in step_forms(step):
        for name in sorted(forms.reads(form)):
            yield Reading(path, name, strict=False)
    yield from _named_fields(step)


def step_forms(step: Step) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, form) of the forms that people fill in at the step."""
    if step.kind in (f.FORM, f.EXTERNAL) and step.spec.get("form"):
        yield "form", step.spec["form"]
    for number, approver in enumerate(step.spec.get("approvers") or [] if step.kind == f.APPROVAL else []):
        if approver.get("form"):
            yield f"approvers/{number}/form", approver["form"]


def _named_fields(step: Step) -> Iterator[Reading]:
    if step.kind == f.WAIT and step.spec.get("until"):
        yield Reading("until", step.spec["until"])
    for path, entry in owners(step):
        if entry.get("field") and entry["field"] not in PERSON_WORDS:
            yield Reading(f"{path}/field", entry["field"])
    for number, name in enumerate(step.spec.get("variables") or [] if step.kind == f.EXTERNAL else []):
        yield Reading(f"variables/{number}", name, strict=False)


def owners(step: Step) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, entry) of every place that names people: owners, approvers, receivers."""
    if step.kind == f.FORM and step.spec.get("owner"):
        yield "owner", step.spec["owner"]
    fallback = step.spec.get("fallback") or {}
    if step.kind == f.EXTERNAL and fallback.get("owner"):
        yield "fallback/owner", fallback["owner"]
    for number, approver in enumerate(step.spec.get("approvers") or [] if step.kind == f.APPROVAL else []):
        yield f"approvers/{number}", approver
    for number, receiver in enumerate(step.spec.get("to") or [] if step.kind == f.NOTIFY else []):
        if isinstance(receiver, dict):
            yield f"to/{number}", receiver


def condition_trees(step: Step) -> Iterator[tuple[str, Any]]:
    if step.kind == f.DECISION:
        for number, branch in enumerate(step.spec.get("branches") or []):
            yield f"branches/{number}/when", branch.get("when")


def _asked_for(tree: Any) -> set[str]:
    """Fields that the condition itself asks to be empty or filled in."""
    found, waiting = set(), [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("op") in ("empty", "not_empty") and isinstance(one.get("field"), str):
                found.add(one["field"])
            waiting.append(one.get("not"))
            for inner in (one.get("all"), one.get("any")):
                waiting.extend(inner if isinstance(inner, list) else [])
    return found


def sources(step: Step) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, set expression) of set steps and of the fields of child tickets."""
    if step.kind == f.SET:
        for name, source in (step.spec.get("values") or {}).items():
            if isinstance(source, dict):
                yield f"values/{name}", source
    for number, ticket in enumerate(step.spec.get("tickets") or [] if step.kind == f.CHILD else []):
        fields = ticket.get("fields")
        for name, source in (fields if isinstance(fields, dict) else {}).items():
            if isinstance(source, dict):
                yield f"tickets/{number}/fields/{name}", source


def templates(step: Step) -> Iterator[tuple[str, str]]:
    """(path, text) of every text with placeholders."""
    if step.kind == f.HTTP:
        yield from _texts("url", step.spec.get("url"))
        yield from _texts("headers", step.spec.get("headers"))
        yield from _texts("body", step.spec.get("body"))
    elif step.kind == f.NOTIFY:
        yield from _texts("subject", step.spec.get("subject"))
        yield from _texts("text", step.spec.get("text"))
    elif step.kind == f.CHILD:
        for number, ticket in enumerate(step.spec.get("tickets") or []):
            for part in ("subject", "description"):
                yield from _texts(f"tickets/{number}/{part}", ticket.get(part))


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """All texts inside a value."""
    waiting = [(path, value)]
    while waiting:
        place_, one = waiting.pop()
        if isinstance(one, str):
            yield place_, one
        elif isinstance(one, dict):
            waiting.extend((f"{place_}/{key}", inner) for key, inner in one.items())
        elif isinstance(one, list):
            waiting.extend((f"{place_}/{number}", inner) for number, inner in enumerate(one))
