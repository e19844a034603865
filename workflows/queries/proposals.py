"""A proposal as its page shows it: what changes, in words and in pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema import fields_of
from desk.formschema.words import label_of
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from workflows.commands.proposals import document_of, new_errors, target_of
from workflows.definition.drawing import CHANGED, GONE, NEW, Drawing, draw
from workflows.definition.format import parse
from workflows.models import Proposal
from workflows.patches import WORKFLOW, apply_chosen
from workflows.patches.words import Naming, sentence


@dataclass(frozen=True)
class Hunk:
    """One operation. `problem`: why it does not fit the draft as it is now, "" when it does."""

    index: int
    words: str
    accepted: bool
    problem: str


@dataclass(frozen=True)
class FieldLine:
    """A field of a form before or after. `mark`: new, chg, gone or ""."""

    label: str
    kind: str
    mark: str


def proposal_keyed(actor: Actor, key: str) -> Proposal:
    """The proposal if the actor may see it; raises NotFound."""
    found = Proposal.objects.visible_to(actor).select_related("workflow", "request_type", "asked_by").filter(key=key)
    row = found.first()
    if row is None:
        raise NotFound(_("This proposal does not exist."))
    return row


class ProposalPage:
    """Before: the draft as it is. After: with everything that is not accepted yet and fits."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.target = target_of(proposal)
        self.before, self.rev = document_of(self.target)
        waiting = set(range(len(proposal.operations))) - set(proposal.accepted)
        self.patched = apply_chosen(proposal.kind, self.before, proposal.operations, waiting)

    @property
    def is_workflow(self) -> bool:
        return self.proposal.kind == WORKFLOW

    @cached_property
    def hunks(self) -> list[Hunk]:
        names = Naming(self.proposal.base, self.before, self.patched.document)
        return [
            Hunk(
                index,
                sentence(change, names),
                index in self.proposal.accepted,
                self.patched.skipped.get(index, ""),
            )
            for index, change in enumerate(self.proposal.operations)
        ]

    @cached_property
    def errors(self) -> list[str]:
        """What would be wrong with everything accepted."""
        return new_errors(self.target, self.before, self.patched.document)

    @cached_property
    def marks(self) -> dict[str, str]:
        """Step -> new, chg or gone."""
        old, new = (_keyed(document.get("steps")) for document in (self.before, self.patched.document))
        return _compared(old, new)

    @cached_property
    def drawings(self) -> tuple[Drawing, Drawing]:
        before, after = (parse(document) for document in (self.before, self.patched.document))
        gone = {key: mark for key, mark in self.marks.items() if mark in (GONE, CHANGED)}
        come = {key: mark for key, mark in self.marks.items() if mark in (NEW, CHANGED)}
        return (
            draw(before, marks=gone, href=lambda _key: "#changes", ident="before", title=_("Draft now")),
            draw(after, marks=come, href=lambda _key: "#changes", ident="after", title=_("With all changes")),
        )

    @cached_property
    def field_lists(self) -> tuple[list[FieldLine], list[FieldLine]]:
        """The fields of a form, before and after."""
        old, new = ({spec["key"]: spec for spec in fields_of(one)} for one in (self.before, self.patched.document))
        marks = _compared(old, new)
        return (
            [FieldLine(label_of(spec), str(spec.get("kind")), _only(marks, key, GONE)) for key, spec in old.items()],
            [FieldLine(label_of(spec), str(spec.get("kind")), _only(marks, key, NEW)) for key, spec in new.items()],
        )


def open_proposals(actor: Actor, workflow: Any) -> list[Proposal]:
    """Undecided ones for a workflow, newest first."""
    rows = Proposal.objects.visible_to(actor).filter(workflow=workflow, state=Proposal.State.OPEN)
    return list(rows.select_related("asked_by").defer("base", "operations")[:10])


def _keyed(items: Any) -> dict[str, Any]:
    return {str(item.get("key")): item for item in items or [] if isinstance(item, dict)}


def _compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    marks = {key: GONE for key in old if key not in new} | {key: NEW for key in new if key not in old}
    return marks | {key: CHANGED for key in old if key in new and old[key] != new[key]}


def _only(marks: Mapping[str, str], key: str, mark: str) -> str:
    found = marks.get(key, "")
    return found if found in (mark, CHANGED) else ""
