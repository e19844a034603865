"""Workflows, their versions and drafts, as the administration shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from flowtic.core.policy import allows
from workflows import templates_library
from workflows.commands.definitions import findings
from workflows.commands.drive import definition_of
from workflows.commands.moving import any_run_of
from workflows.definition.drawing import Drawing, draw
from workflows.definition.findings import Finding
from workflows.definition.format import Definition, parse
from workflows.definition.words import step_words
from workflows.models import Instance, Workflow, WorkflowVersion, WorkItem
from workflows.names import DatabaseNames


@dataclass(frozen=True)
class Version:
    """A published version in the list of versions."""

    row: WorkflowVersion
    author: User | None
    running: int
    is_live: bool


def workflow_named(actor: Actor, key: str) -> Workflow:
    rows = Workflow.objects.visible_to(actor).select_related("department", "live", "draft_by").defer("live__document")
    found = rows.filter(key=key).first() if "\0" not in key else None
    if found is None:
        raise NotFound(_("This workflow does not exist."))
    return found


def version_numbered(workflow: Workflow, number: int) -> WorkflowVersion:
    found = workflow.versions.filter(number=number).first()
    if found is None:
        raise NotFound(_("This version does not exist."))
    return found


BEGINNERS = ("purchase", "onboarding", "incident")


def templates_left(names: Iterable[str] | None = None) -> list[tuple[str, str, str]]:
    """(key, name, description) of the templates, or of these, that are not installed yet."""
    taken = set(Workflow.objects.values_list("key", flat=True))
    found = []
    for key in names or templates_library.names():
        if key not in taken:
            document = templates_library.read(key)["workflow"]
            name, text = localised.text(document.get("name")), localised.text(document.get("description"))
            found.append((key, name or key, text))
    return found


class WorkflowPage:
    """One workflow; `shown`: the number of the version to look at, 0 for the draft, None for what is most current."""

    def __init__(self, actor: Actor, workflow: Workflow, *, shown: int | None = None, step: str = "") -> None:
        self.actor, self.workflow, self.step = actor, workflow, step
        self._asked = shown

    @cached_property
    def may_edit(self) -> bool:
        return allows(self.actor, "workflow.edit", self.workflow)

    @cached_property
    def may_publish(self) -> bool:
        return allows(self.actor, "workflow.publish", self.workflow)

    @cached_property
    def may_move(self) -> bool:
        """Running tickets to another version: whoever helps runs on."""
        return allows(self.actor, "instance.operate", any_run_of(self.workflow))

    @cached_property
    def may_configure(self) -> bool:
        return allows(self.actor, "workflow.configure")

    @property
    def has_draft(self) -> bool:
        return self.workflow.draft is not None

    @cached_property
    def shown(self) -> int:
        """0: the draft."""
        if self._asked is not None and (self._asked or (self.has_draft and self.may_edit)):
            return self._asked
        return self.workflow.live.number if self.workflow.live else 0

    @cached_property
    def definition(self) -> Definition:
        if self.shown == 0:
            return parse(self.workflow.draft if self.may_edit else {})
        return definition_of(version_numbered(self.workflow, self.shown).pk)

    @cached_property
    def drawing(self) -> Drawing:
        mark = f"version={self.shown}"
        return draw(
            self.definition,
            counts=self._standing(),
            selected=self.step,
            names=self.names,
            href=lambda key: f"?{mark}&step={key}#step",
        )

    @cached_property
    def names(self) -> DatabaseNames:
        return DatabaseNames()

    @property
    def chosen(self) -> tuple[str, str] | None:
        """Name and words of the step that was clicked."""
        step = self.definition.steps.get(self.step)
        if step is None:
            return None
        return localised.text(step.name) or step.key, step_words(step, self.definition, self.names)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is wrong with the draft."""
        return findings(self.workflow.draft, self.workflow) if self.has_draft else []

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    @cached_property
    def versions(self) -> list[Version]:
        rows = list(self.workflow.versions.select_related("author").defer("document").order_by("-number")[:100])
        running = running_by_version(row.pk for row in rows)
        live = self.workflow.live_id
        return [Version(row, row.author, running.get(row.pk, 0), row.pk == live) for row in rows]

    @cached_property
    def running(self) -> int:
        return sum(version.running for version in self.versions)

    def _standing(self) -> dict[str, int]:
        """How many steps of the shown version wait for people or robots, by step."""
        if self.shown == 0:
            return {}
        items = WorkItem.objects.open().filter(
            instance__version__workflow=self.workflow, instance__version__number=self.shown
        )
        return dict(items.order_by().values_list("step").annotate(number=Count("instance", distinct=True)))


def running_by_version(ids: Iterable[int]) -> dict[Any, int]:
    """How many runs are on their way, by version."""
    rows = Instance.objects.running().filter(version__in=list(ids)).order_by()
    return dict(rows.values_list("version").annotate(number=Count("pk")))
