"""Versions of a workflow beside each other: the list, what two of them differ in, and what publishing would change."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from workflows.commands.definitions import findings
from workflows.commands.moving import any_run_of
from workflows.commands.proposals import document_of
from workflows.definition.difference import GONE, MOVED, Comparison, Difference, compare
from workflows.definition.drawing import CHANGED, NEW, Drawing, draw
from workflows.definition.findings import Finding
from workflows.definition.format import parse
from workflows.models import Instance, Workflow, WorkflowVersion
from workflows.names import DatabaseNames
from workflows.queries.catalog import running_by_version, version_numbered
from workflows.queries.samples import Checked, check_samples

DRAFT = 0
MOST_VERSIONS = 100


@dataclass(frozen=True)
class VersionLine:
    """A version in the list with how much it changed against the one before."""

    row: WorkflowVersion
    author: User | None
    running: int
    is_live: bool
    comparison: Comparison | None


class VersionsPage:
    """`first`, `second`: numbers to compare, 0 is the draft; None when nothing is compared."""

    def __init__(self, actor: Actor, workflow: Workflow, first: int | None = None, second: int | None = None) -> None:
        self.actor, self.workflow, self.first, self.second = actor, workflow, first, second

    @cached_property
    def may_edit(self) -> bool:
        return allows(self.actor, "workflow.edit", self.workflow)

    @cached_property
    def may_publish(self) -> bool:
        return allows(self.actor, "workflow.publish", self.workflow)

    @cached_property
    def may_move(self) -> bool:
        return allows(self.actor, "instance.operate", any_run_of(self.workflow))

    @property
    def has_draft(self) -> bool:
        return self.workflow.draft is not None and self.may_edit

    @cached_property
    def names(self) -> DatabaseNames:
        return DatabaseNames()

    @cached_property
    def lines(self) -> list[VersionLine]:
        rows = list(self.workflow.versions.select_related("author").order_by("-number")[:MOST_VERSIONS])
        running = running_by_version(row.pk for row in rows)
        before = [*rows[1:], None]
        return [
            VersionLine(
                row, row.author, running.get(row.pk, 0), row.pk == self.workflow.live_id,
                compare(old.document, row.document) if old else None,
            )
            for row, old in zip(rows, before, strict=True)
        ]  # fmt: skip

    @cached_property
    def running(self) -> int:
        return Instance.objects.running().filter(version__workflow=self.workflow).count()

    @cached_property
    def comparison(self) -> Comparison | None:
        """What the second has that the first has not, and the other way round."""
        if self.first is None or self.second is None:
            return None
        return compare(self._document(self.first), self._document(self.second), self.names)

    def _document(self, number: int) -> Any:
        if number == DRAFT:
            return document_of(self.workflow)[0] if self.may_edit else {}
        return version_numbered(self.workflow, number).document

    @cached_property
    def drawing(self) -> Drawing | None:
        """Both in one picture: new, changed, and what is gone as a ghost."""
        if self.comparison is None:
            return None
        return draw(
            self.comparison.merged,
            marks=self.comparison.marks,
            names=self.names,
            href=lambda key: f"#diff-{key}",
            ident="compared-diagram",
            title=_("What is different"),
        )

    def title(self, number: int | None) -> str:
        return _("Draft") if number == DRAFT else _("Version %(number)s") % {"number": number}

    @property
    def first_title(self) -> str:
        return self.title(self.first)

    @property
    def second_title(self) -> str:
        return self.title(self.second)


class PublishPage(VersionsPage):
    """What publishing the draft would change, and what stands against it."""

    def __init__(self, actor: Actor, workflow: Workflow) -> None:
        live = workflow.live.number if workflow.live else None
        super().__init__(actor, workflow, live, DRAFT if live is not None else None)

    @property
    def next_number(self) -> int:
        return (self.workflow.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.workflow.draft, self.workflow) if self.workflow.draft is not None else []

    @cached_property
    def samples(self) -> list[Checked]:
        """Saved test runs played through the draft."""
        return check_samples(self.actor, self.workflow, self.workflow.draft)

    @property
    def samples_differ(self) -> bool:
        return any(one.differs for one in self.samples)

    @property
    def problems(self) -> list[tuple[str, Finding]]:
        """(name of the step, finding) of errors and notes."""
        names = {key: localised.text(step.name) or key for key, step in parse(self.workflow.draft).steps.items()}
        return [(names.get(one.step, ""), one) for one in self.findings]

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if not one.is_error]

    @property
    def differences(self) -> list[Difference]:
        return list(self.comparison.differences) if self.comparison else []


def mark_words(mark: str) -> str:
    """A mark of a difference, for people."""
    return {NEW: _("new"), CHANGED: _("changed"), GONE: _("goes away"), MOVED: _("moved")}.get(mark) or _("changed")
