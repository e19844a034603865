"""Who: every step that needs people names some, and everybody and everything that is named exists."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from flowtic.core import placeholders
from workflows.definition import format as f
from workflows.definition.findings import Findings, join
from workflows.definition.format import Definition, Step
from workflows.definition.graph import place
from workflows.definition.known import Known
from workflows.definition.readings import PERSON_WORDS, owners

NEEDS = {"person": "person", "role": "role", "field": "field", "skill": "skill"}
QUEUES = ("pull", "dispatcher", "round_robin", "least_loaded", "skill")
SELF = ("requester", "requester.id", "requester.email")


class Directory(Protocol):
    """What exists."""

    def has_person(self, email: str) -> bool: ...

    def has_department(self, key: str) -> bool: ...

    def department_is_staffed(self, key: str) -> bool: ...

    def has_skill(self, key: str) -> bool: ...

    def has_secret(self, name: str) -> bool: ...

    def has_status(self, key: str) -> bool: ...

    def has_priority(self, key: str) -> bool: ...

    def has_request_type(self, key: str) -> bool: ...

    def has_topic(self, topic: str) -> bool: ...


class Anything:
    """A directory for checks without a desk: everything exists."""

    def _yes(self, key: str) -> bool:
        return True

    has_person = has_department = department_is_staffed = has_skill = _yes
    has_secret = has_status = has_priority = has_request_type = has_topic = _yes


def check_people(known: Known, directory: Directory, found: Findings) -> None:
    """Adds everything that is wrong with people, departments and the other things a document names."""
    for step in known.definition.steps.values():
        for path, owner in owners(step):
            if path.endswith("owner"):
                _check_strategy(step, path, owner, directory, found)
            _check_person_field(known, step, path, owner, found)
        _check_self_approval(step, found)
        _check_topic(step, directory, found)
    _check_names(known.definition, directory, found)


def _check_strategy(step: Step, path: str, owner: Mapping[str, Any], directory: Directory, found: Findings) -> None:
    strategy = owner.get("strategy") or ""
    needed = NEEDS.get(strategy)
    if needed and not owner.get(needed):
        message = {
            "person": _("Say which person."),
            "role": _("Say which role."),
            "field": _("Say which field names the person."),
            "skill": _("Say which skill is needed."),
        }[needed]
        found.error(place(step, path, needed), message, step.key)
    key = owner.get("department")
    if strategy in QUEUES and key and directory.has_department(key) and not directory.department_is_staffed(key):
        message = _("Nobody works in the department “%(key)s”; the step would wait for ever.") % {"key": key}
        found.warning(place(step, path, "department"), message, step.key)


def _check_person_field(known: Known, step: Step, path: str, entry: Mapping[str, Any], found: Findings) -> None:
    name = entry.get("field")
    if not name or name in PERSON_WORDS:
        return
    spec = known.specs.get(known.head(name))
    kinds = ("person", "email") if step.kind == f.NOTIFY else ("person",)
    if spec is not None and spec.get("kind") not in kinds:
        message = _("The field “%(name)s” names no person.") % {"name": name}
        found.error(place(step, path, "field"), message, step.key)


def _check_self_approval(step: Step, found: Findings) -> None:
    for number, approver in enumerate(step.spec.get("approvers") or [] if step.kind == f.APPROVAL else []):
        if approver.get("field") in SELF or approver.get("role") == "user":
            message = _("The requester could approve the own request.")
            found.warning(place(step, "approvers", number), message, step.key)


def _check_topic(step: Step, directory: Directory, found: Findings) -> None:
    topic = step.spec.get("topic") if step.kind == f.EXTERNAL else ""
    if topic and not directory.has_topic(topic):
        message = _("No robot has ever asked for tasks of the topic “%(topic)s”.") % {"topic": topic}
        found.warning(place(step, "topic"), message, step.key)
    if topic and not step.spec.get("fallback") and not step.spec.get("on_error"):
        message = _("When no robot does the task, nobody does: there is neither a fallback nor a way for errors.")
        found.warning(place(step), message, step.key)


def _check_names(definition: Definition, directory: Directory, found: Findings) -> None:
    sentences: dict[str, tuple[Callable[[str], bool], str]] = {
        "person": (directory.has_person, _("There is no active person with the address “%(key)s”.")),
        "department": (directory.has_department, _("There is no department “%(key)s”.")),
        "skill": (directory.has_skill, _("There is no skill “%(key)s”.")),
        "secret": (directory.has_secret, _("There is no secret “%(key)s”.")),
        "status": (directory.has_status, _("There is no status “%(key)s”.")),
        "priority": (directory.has_priority, _("There is no priority “%(key)s”.")),
        "request_type": (directory.has_request_type, _("There is no request type “%(key)s”.")),
    }
    for step in definition.steps.values():
        for path, kind, key in named(step):
            exists, sentence = sentences[kind]
            if not exists(key):
                found.error(place(step, path), sentence % {"key": key[:80]}, step.key)


def named(step: Step) -> Iterator[tuple[str, str, str]]:
    """(path, kind of thing, key) of everything the step names that lives outside the document."""
    for path, entry in owners(step):
        for kind in ("person", "department", "skill"):
            if isinstance(entry.get(kind), str) and entry[kind]:
                yield join(path, kind), kind, entry[kind]
    if step.spec.get("ticket_status"):
        yield "ticket_status", "status", step.spec["ticket_status"]
    for number, ticket in enumerate(step.spec.get("tickets") or [] if step.kind == f.CHILD else []):
        for kind in ("department", "priority", "request_type"):
            if isinstance(ticket.get(kind), str) and ticket[kind]:
                yield join("tickets", number, kind), kind, ticket[kind]
    for name in ("department", "priority") if step.kind == f.SET else ():
        source = (step.spec.get("values") or {}).get(f"ticket.{name}")
        if isinstance(source, dict) and isinstance(source.get("value"), str):
            yield f"values/ticket.{name}", name, source["value"]
    for part in ("url", "headers", "body") if step.kind == f.HTTP else ():
        for secret in sorted(placeholders.secret_names(step.spec.get(part))):
            yield part, "secret", secret
