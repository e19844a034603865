"""What workflows say to people: names of steps, why something failed, who was chosen and why."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk.dispatching.words import reason_words
from desk.sentences import explains
from flowtic.core import localised
from flowtic.core.models import Event
from workflows import events
from workflows.commands.answers import outcomes_of
from workflows.commands.drive import definition_of
from workflows.definition.format import Definition
from workflows.engine.operations import Obstacle
from workflows.models import Workflow, WorkItem


def step_name(item: WorkItem) -> str:
    """The step's name in the reader's language."""
    return name_of(definition_of(item.instance.version_id), item.step)


def name_of(definition: Definition, key: str) -> str:
    step = definition.steps.get(key)
    return (localised.text(step.name) if step else "") or key or "–"


def error_words(code: str, message: str) -> str:
    """Why a step stands still, in the reader's language; unknown codes say the message as it is."""
    known = {
        "endless": _("The workflow moves in a circle without ever waiting."),
        "too_many_visits": _("The step was entered too many times."),
        "unknown_step": _("This version of Flowtic does not know the step."),
        "no_way_on": _("The step does not say where to go from here."),
        "no_branches": _("The split has fewer than two branches."),
        "too_many_branches": _("The workflow would go on in too many places at once."),
        "nobody_approves": _("The step names nobody who approves."),
        "no_date": _("The field holds no date to wait for."),
        "refused": _("The address may not be called."),
        "timeout": _("The server did not answer in time."),
        "too_large": _("The answer was too large."),
        "dns": _("The server's name cannot be found."),
        "connect": _("The server cannot be reached."),
        "tls": _("The connection is not secure."),
    }
    if code == "formula":
        return _("A formula cannot be computed: %(error)s") % {"error": message}
    if message == "no_worker":
        return _("No robot took the task in time.")
    return str(known.get(code) or message or code)


def obstacle_words(obstacle: Obstacle) -> str:
    sentences = {
        "not_running": _("The workflow is not running."),
        "step_missing": _("The step “%(step)s” does not exist in the new version."),
        "kind_differs": _("The step “%(step)s” is of another kind in the new version."),
        "approvers_differ": _("The step “%(step)s” has another number of approvers in the new version."),
        "join_missing": _("The join “%(step)s” does not exist in the new version."),
        "field_missing": _("The step “%(step)s” of the new version reads “%(name)s”, which nobody fills in any more."),
        "topic_unknown": _(
            "No robot has ever asked for the topic “%(name)s”, which “%(step)s” has in the new version."
        ),
    }
    return sentences[obstacle.code] % {"step": obstacle.step, "name": obstacle.name}


def owner_words(owner: dict[str, Any]) -> str:
    """The pool of an item: a department, a role, a skill."""
    parts = []
    if owner.get("role"):
        parts.append(str(dict(User.Role.choices).get(owner["role"], owner["role"])))
    elif owner.get("department"):
        department = Department.objects.filter(pk=owner["department"]).first()
        parts.append(department.name if department else "–")
    if owner.get("skill"):
        parts.append(f"{owner['skill']} ≥ {owner['level']}" if owner.get("level") else owner["skill"])
    return ", ".join(parts) or "–"


@explains(events.ITEM_OPENED, events.ITEM_ASSIGNED, events.ITEM_CLAIMED, events.ITEM_RELEASED, events.ITEM_RETURNED)
@explains(events.ITEM_COMPLETED, events.ITEM_REMINDED, events.ITEM_ESCALATED, events.ITEM_FAILED)
@explains(events.FAILED, events.RETRIED, events.SKIPPED, events.JUMPED, events.REPEATED, events.ADVANCED)
def event_words(event: Event) -> dict[str, str]:
    """The words of an event's sentence."""
    data = event.data
    definition = definition_of(data["version"]) if data.get("version") else None
    words = {key: str(value) for key, value in data.items() if isinstance(value, str | int)}
    if definition is not None:
        words["step"] = name_of(definition, data.get("step", ""))
        words["target"] = name_of(definition, data.get("target", ""))
        words["outcome"] = _outcome(definition, data)
        moves = data.get("moves") or []
        words["moves"] = " → ".join(name_of(definition, key) for key in moves)
    words["error"] = error_words(data.get("code", ""), data.get("error", ""))
    words["owner"] = _owner(data)
    if isinstance(data.get("reason"), dict):
        words["reason"] = reason_words(data["reason"])
    return words


def _owner(data: dict[str, Any]) -> str:
    if data.get("assignee"):
        return User.objects.filter(pk=data["assignee"]).values_list("name", flat=True).first() or "–"
    return owner_words(data.get("owner") or {})


def _outcome(definition: Definition, data: dict[str, Any]) -> str:
    step = definition.steps.get(data.get("step", ""))
    key = data.get("outcome", "")
    if step is None or not key:
        return key or "–"
    entries = outcomes_of(step, step.kind)
    found = next((entry for entry in entries if entry["key"] == key), None)
    return localised.text(found.get("label")) if found else key


@explains(events.STARTED, events.FINISHED, events.CANCELLED, events.MIGRATED, events.PUBLISHED)
@explains(events.DRAFT_SAVED, events.CHANGED)
def workflow_words(event: Event) -> dict[str, str]:
    words = {key: str(value) for key, value in event.data.items() if isinstance(value, str | int)}
    found = Workflow.objects.filter(key=words.get("workflow", "")).first()
    words["workflow"] = found.name if found else words.get("workflow", "–")
    if words.get("reason") == "withdrawn":
        words["reason"] = _("the request was withdrawn")
    return words
