"""Actions that write and begin things: an internal note, a workflow, a macro."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import ACTS, Act
from desk.canned_texts import filled
from desk.commands import add_comment
from desk.commands.macros import run_steps, steps_of
from desk.models import Macro, Ticket
from flowtic.core import placeholders
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from workflows.automation.actions.base import (
    DONE,
    SAME,
    Action,
    Doing,
    Param,
    clean_choice,
    clean_id,
    clean_text,
    short,
)
from workflows.automation.plain_values import plain
from workflows.commands.starting import start_workflow
from workflows.models import Instance, Workflow

# Acts of macros that mean the person who runs them; a rule is nobody.
PERSONAL = ("watch", "unwatch", "reply")


def with_names(doing: Doing) -> dict[str, Any]:
    """The facts, and what canned texts call things."""
    values, ticket = doing.values, doing.ticket
    link = f"{settings.BASE_URL}{reverse('desk:ticket', args=[ticket.number])}"
    named = {"first_name": str(values["requester"]["name"]).split(" ", 1)[0]}
    return {
        **values,
        "requester": {**values["requester"], **named},
        "ticket": {**values["ticket"], "link": link},
        "department": {"name": ticket.department.name},
    }


class Note(Action):
    key, label, icon = "note", gettext_lazy("Internal note"), "lock"
    params = (
        Param(
            "text", gettext_lazy("Text"), "text",
            help=gettext_lazy(
                "Placeholders: {{ ticket.subject }}, {{ requester.name }}, {{ department.name }} and every field."
            ),
        ),
    )  # fmt: skip

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        return {"text": clean_text(spec)}

    def words(self, spec: dict[str, Any]) -> str:
        return _("add the note “%(text)s”") % {"text": short(str(spec.get("text", "")))}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        body = placeholders.fill(spec["text"], with_names(doing), escape=plain)
        add_comment(doing.actor, doing.ticket, body=body, internal=True)
        return DONE


class StartWorkflow(Action):
    key, label, icon = "workflow", gettext_lazy("Start workflow"), "play"
    params = (
        Param("workflow", gettext_lazy("Workflow"), "select", lambda: [(row.key, row.name) for row in _startable()]),
    )

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        return {"workflow": clean_choice(spec, "workflow", (row.key for row in _startable()))}

    def words(self, spec: dict[str, Any]) -> str:
        row = Workflow.objects.defer("draft").filter(key=spec.get("workflow")).first()
        return _("start the workflow %(name)s") % {"name": row.name if row else _("(not there any more)")}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        row = Workflow.objects.defer("draft").filter(key=spec["workflow"]).first()
        if row is None:
            raise Invalid(_("This workflow does not exist any more."))
        if Instance.objects.running().filter(ticket=doing.ticket, version__workflow=row).exists():
            return SAME
        start_workflow(doing.actor, doing.ticket, workflow=row)
        return DONE


def _startable() -> Any:
    return Workflow.objects.filter(active=True, live__isnull=False).defer("draft").order_by("key")


class RunMacro(Action):
    """A macro for several people; one with steps that need a person is refused when the rule is saved."""

    key, label, icon = "macro", gettext_lazy("Run macro"), "bolt"
    params = (Param("macro", gettext_lazy("Macro"), "select", lambda: [(str(row.pk), row.name) for row in _macros()]),)

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        pk = clean_id(spec, "macro", _macros(), _("This macro does not exist."))
        _for_machines(Macro.objects.get(pk=pk))
        return {"macro": pk}

    def words(self, spec: dict[str, Any]) -> str:
        row = Macro.objects.filter(pk=spec.get("macro") or 0).first()
        return _("run the macro %(name)s") % {"name": row.name if row else _("(not there any more)")}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        row = _macros().filter(pk=spec["macro"]).first()
        if row is None:
            raise Invalid(_("This macro does not exist any more."))
        _for_machines(row)
        steps = [(_Noted() if act.key == "note" else act, thing) for act, thing in steps_of(doing.actor, row)]
        steps = [(act, thing) for act, thing in steps if not act.is_so(doing.actor, doing.ticket, thing)]
        if not steps:
            return SAME
        run_steps(doing.actor, doing.ticket, row, steps)
        return DONE


class _Noted(Act):
    """A note that is written at once: nobody sits there who could take it back."""

    key = "note"

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return add_comment(actor, ticket, body=filled(thing, actor, ticket), internal=True)


def _macros() -> Any:
    return Macro.objects.filter(active=True).exclude(audience=Macro.Audience.OWN)


def _for_machines(macro: Macro) -> None:
    """Raises Invalid for a macro that only a person can run."""
    for step in macro.steps:
        personal = isinstance(step, Mapping) and (step.get("do") in PERSONAL or step.get("value") == "me")
        if personal or step.get("do") not in ACTS:
            wrong = _("This macro has a step that needs a person: a reply, watching, or “who runs it”.")
            raise Invalid(wrong, fields={"macro": wrong})


WORK_ACTIONS: list[Action] = [Note(), StartWorkflow(), RunMacro()]
