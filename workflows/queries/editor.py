"""The page of the workflow editor: list, picture, form of the chosen step, problems, state of the draft."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from workflows.commands.definitions import findings
from workflows.commands.editing import holder
from workflows.commands.history import next_redo, next_undo
from workflows.commands.proposals import document_of
from workflows.definition.branching import BRANCHING, Block, Blocks
from workflows.definition.difference import marks_between
from workflows.definition.drawing import ICONS, NEW, TONES, Drawing, draw
from workflows.definition.findings import Finding
from workflows.definition.format import DECISION, END, KINDS, MAX_STEPS, Definition, Step, parse
from workflows.definition.phrases import Telling
from workflows.definition.words import kind_words, short_words, step_words
from workflows.editing.changes import FIRST, raw_step
from workflows.editing.kinds import step_form
from workflows.editing.outline import Row, outline
from workflows.editing.parts import StepForm
from workflows.editing.starters import OFFERED
from workflows.editing.texts import show_json
from workflows.models import Editing, Instance, Workflow
from workflows.names import DatabaseNames
from workflows.patches.words import Naming, sentence
from workflows.queries.choices import Choices
from workflows.queries.evidence import Evidence, reads_formulas
from workflows.request_forms import asked_before
from workflows.watching import others

STEPS, DIAGRAM, STEP = "steps", "diagram", "step"


@dataclass(frozen=True)
class EditorRow:
    """A line of the list: a step, or the heading of a branch."""

    row: Row
    name: str = ""
    words: str = ""
    icon: str = ""
    tone: str = ""
    mark: str = ""
    problem: str = ""
    selected: bool = False
    is_end: bool = False
    share: str = ""
    # What moves along, and the place behind it, as the operation `place` takes it.
    block: str = ""
    to: str = ""


@dataclass(frozen=True)
class Problem:
    finding: Finding
    where: str


@dataclass(frozen=True)
class Watching:
    person: Any
    step: str
    words: str


class EditorPage:
    """`adding`: (after, way) while a step is put in; `form`: one with what was typed; `more`: a list that grows."""

    def __init__(
        self,
        actor: Actor,
        workflow: Workflow,
        *,
        step: str = "",
        view: str = "",
        adding: tuple[str, str] | None = None,
        form: StepForm | None = None,
        more: str = "",
        error: Any = None,
    ) -> None:
        self.actor, self.workflow = actor, workflow
        self._step, self.view, self.adding, self._form, self._more = step, view or STEPS, adding, form, more
        self.error = error
        self.notice: tuple[str, str] | None = None
        self._known_shares: dict[str, dict[str, int]] = {}

    # ---- the draft ------------------------------------------------------------------------

    @cached_property
    def document(self) -> dict[str, Any]:
        return document_of(self.workflow)[0]

    @cached_property
    def definition(self) -> Definition:
        return parse(self.document)

    @cached_property
    def names(self) -> DatabaseNames:
        return DatabaseNames()

    @cached_property
    def marks(self) -> dict[str, str]:
        """What is new or edited against the version in use; nothing before one is published."""
        if self.workflow.live is None or self.workflow.draft is None:
            return {}
        return marks_between(self.workflow.live.document, self.document)

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.document, self.workflow)

    @cached_property
    def problems(self) -> list[Problem]:
        return [Problem(one, self._name(one.step)) for one in self.findings]

    @property
    def errors(self) -> int:
        return sum(one.is_error for one in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @property
    def has_draft(self) -> bool:
        return self.workflow.draft is not None

    @property
    def next_number(self) -> int:
        numbers = self.workflow.versions.order_by("-number").values_list("number", flat=True)
        return (numbers.first() or 0) + 1

    @cached_property
    def running(self) -> int:
        return Instance.objects.running().filter(version__workflow=self.workflow).count()

    # ---- who ------------------------------------------------------------------------------

    @cached_property
    def holder(self) -> Any:
        """Somebody else who edits now; None when nobody does."""
        editing = Editing.objects.select_related("editor").filter(workflow=self.workflow).first()
        found = holder(editing)
        return None if found == self.actor.user else found

    @cached_property
    def watchers(self) -> list[Watching]:
        """Everybody else who has the draft open."""
        found = []
        for one in others(self.workflow, self.actor.user):
            said = _("%(name)s is editing, you are reading") if one.person == self.holder else _("%(name)s is reading")
            words, at = said % {"name": one.person.name}, self._name(one.step)
            found.append(Watching(one.person, one.step, f"{words}: {at}" if at else words))
        return found

    @property
    def read_only(self) -> bool:
        return self.holder is not None

    @cached_property
    def may_publish(self) -> bool:
        return allows(self.actor, "workflow.publish", self.workflow)

    @cached_property
    def undo(self) -> str:
        """What undo takes back, in words; '' when there is nothing."""
        return self._said(next_undo(self.workflow))

    @cached_property
    def redo(self) -> str:
        return self._said(next_redo(self.workflow))

    def _said(self, edit: Any) -> str:
        if edit is None:
            return ""
        names = Naming(self.document)
        said = [sentence(change, names) for change in edit.operations[:3]]
        return "; ".join(said) or _("the last change")

    # ---- list and picture -----------------------------------------------------------------

    @cached_property
    def rows(self) -> list[EditorRow]:
        worst = {one.step: "warning" for one in self.findings if not one.is_error}
        worst |= {one.step: "error" for one in self.findings if one.is_error}
        tell = Telling(self.definition, self.names)
        return [self._row(row, worst, tell) for row in outline(self.definition)]

    def _row(self, row: Row, worst: dict[str, str], tell: Telling) -> EditorRow:
        if row.is_branch:
            share = self._shares(row.key).get(row.way)
            said = {"n": share, "all": self._evidence.total} if share is not None else {}
            return EditorRow(row, share=_("%(n)d of %(all)d") % said if said else "")
        step = self.definition.steps[row.key]
        rejected = step.kind == END and step.spec.get("status") == "rejected"
        return EditorRow(
            row,
            localised.text(step.name) or step.key,
            short_words(step, self.names, tell.infos),
            "x" if rejected else ICONS.get(step.kind, "help"),
            "bad" if rejected else TONES.get(step.kind, "auto"),
            self.marks.get(row.key, ""),
            worst.get(row.key, ""),
            row.key == self.selected,
            step.kind == END,
            block="" if self.read_only else " ".join(self._blocks.of(self._blocks.head(row.key)).keys),
            to="" if step.kind in (END, *BRANCHING) else row.key,
        )

    def _shares(self, key: str) -> dict[str, int]:
        """How many past requests each way of a condition would get; formulas are worked out for the chosen one only."""
        step = self.definition.steps[key]
        if key != self.selected and reads_formulas(step):
            return {}
        if key not in self._known_shares:
            self._known_shares[key] = self._evidence.shares(step)
        return self._known_shares[key]

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.actor, self.workflow)

    @cached_property
    def drawing(self) -> Drawing:
        return draw(
            self.definition,
            marks=self.marks,
            problems={one.step: (one.is_error, one.message) for one in self.findings if not one.is_error}
            | {one.step: (True, one.message) for one in self.findings if one.is_error},
            selected=self.selected,
            names=self.names,
            href=lambda key: f"?step={key}&view={STEP}",
        )

    @property
    def is_full(self) -> bool:
        return len(self.definition.steps) >= MAX_STEPS

    # ---- the chosen step ------------------------------------------------------------------

    @cached_property
    def selected(self) -> str:
        if self._step in self.definition.steps:
            return self._step
        if self.definition.start in self.definition.steps:
            return self.definition.start
        return next(iter(self.definition.steps), "")

    @property
    def step(self) -> Step | None:
        return self.definition.steps.get(self.selected)

    @property
    def name(self) -> str:
        return self._name(self.selected)

    @property
    def number(self) -> int:
        return next((one.row.number for one in self.rows if one.row.key == self.selected), 0)

    @property
    def kind(self) -> str:
        return kind_words(self.step.kind) if self.step else ""

    @property
    def words(self) -> str:
        return step_words(self.step, self.definition, self.names) if self.step else ""

    @property
    def step_problems(self) -> list[Finding]:
        return [one for one in self.findings if one.step == self.selected]

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.definition, asked_before(self.workflow))

    @cached_property
    def form(self) -> StepForm:
        form = self._form or step_form(raw_step(self.definition, self.selected), self.choices, more=self._more)
        if self.step is not None and self.step.kind == DECISION:
            said, total = _("%(n)d of the last %(all)d requests would go here."), self._evidence.total
            form.say({way: said % {"n": n, "all": total} for way, n in self._shares(self.selected).items()})
        return form

    @cached_property
    def evidence(self) -> str:
        """Where past requests would go at this condition, when the notes at its branches do not say all."""
        if self.step is None or sum(self._shares(self.selected).values()) == self._evidence.total:
            return ""
        return self._evidence.sentence(self.step)

    @property
    def json(self) -> str:
        return show_json(raw_step(self.definition, self.selected))

    @property
    def kinds(self) -> list[tuple[str, str, str, str]]:
        """(kind, words, icon, tone) of what can be added."""
        return [(kind, kind_words(kind), ICONS[kind], TONES.get(kind, "auto")) for kind in OFFERED]

    @property
    def other_kinds(self) -> list[tuple[str, str]]:
        now = self.step.kind if self.step else ""
        return [(kind, kind_words(kind)) for kind in KINDS if kind != now and kind not in ("split", "join")]

    @cached_property
    def block(self) -> Block | None:
        """The chosen step with all that only belongs to its branches."""
        return self._blocks.of(self._blocks.head(self.selected)) if self.step else None

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(self.definition)

    @property
    def places(self) -> list[tuple[str, str]]:
        """("key" or "key way", words) of the places that the step can be moved to."""
        own = self.block.keys if self.block else ()
        found = [(FIRST, _("in front of all"))] if self.definition.start not in own else []
        for one in self.rows:
            if one.row.is_branch and one.row.key not in own:
                found.append((f"{one.row.key} {one.row.way}", f"{self._name(one.row.key)} › {one.row.label}"))
            elif one.to and one.row.key not in own:
                found.append((one.to, _("after “%(name)s”") % {"name": one.name}))
        return found

    @cached_property
    def other_workflows(self) -> list[Workflow]:
        rows = Workflow.objects.edited_by(self.actor).exclude(pk=self.workflow.pk).defer("draft")
        return list(rows.order_by("key")[:100])

    @property
    def adding_words(self) -> str:
        """Where the new step goes."""
        after, way = self.adding or ("", "")
        if not after:
            return ""
        label = next((one.row.label for one in self.rows if one.row.key == after and one.row.way == way), "")
        name = self._name(after)
        return f"{name} › {label}" if label else name

    def href(self, **parts: str) -> str:
        return f"?{urlencode(parts)}"

    def _name(self, key: str) -> str:
        found = self.definition.steps.get(key)
        return (localised.text(found.name) or key) if found else ""

    @property
    def edited(self) -> Counter[str]:
        """How many steps are new and how many edited."""
        return Counter("new" if mark == NEW else "edited" for mark in self.marks.values())
