"""Proposed changes: kept apart from the draft until a person accepts them, one by one or together."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from desk.commands.form_drafts import save_form_draft
from desk.formschema.schema import check
from desk.models import FormVersionDraft, RequestType
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events
from workflows.commands.definitions import EMPTY, findings, save_draft
from workflows.commands.history import keep_edit
from workflows.models import Proposal, Workflow
from workflows.patches import FORM, WORKFLOW, apply_chosen
from workflows.patches.applying import MOST_OPERATIONS

MAX_WISH, MAX_REFUSED = 2000, 50
Target = Workflow | RequestType


@command
def propose(
    actor: Actor,
    target: Target,
    *,
    operations: Any,
    wish: str = "",
    engine: str = "person",
    engine_version: str = "",
    asked_by: Any = None,
) -> Proposal:
    """Keeps those operations that fit the document as it is, in order, and says which do not. Changes no draft.

    Raises Invalid when none of them fits.
    """
    require(actor, "workflow.edit" if isinstance(target, Workflow) else "form.edit", target)
    kind = WORKFLOW if isinstance(target, Workflow) else FORM
    base, _rev = document_of(target)
    given = operations[:MOST_OPERATIONS] if isinstance(operations, list) else []
    patched = apply_chosen(kind, base, given, range(len(given)))
    fitting = [change for index, change in enumerate(given) if index not in patched.skipped]
    if not fitting:
        raise Invalid(
            _("Nothing of this can be applied."),
            fields={"operations": list(patched.skipped.values())[:MAX_REFUSED] or [_("Give a list of operations.")]},
        )
    row = Proposal(
        key=secrets.token_hex(16),
        kind=kind,
        wish=wish.strip()[:MAX_WISH],
        base=base,
        operations=fitting,
        refused=list(patched.skipped.values())[:MAX_REFUSED],
        engine=engine,
        engine_version=engine_version[:80],
        asked_by=asked_by or actor.user,
        created_at=clock.now(),
    )
    setattr(row, "workflow" if kind == WORKFLOW else "request_type", target)
    row.save()
    record(actor, events.PROPOSED, target, data={"subject": str(target), "engine": engine, "count": len(fitting)})
    return row


@command
def accept_operations(actor: Actor, proposal: Proposal, *, chosen: Collection[int], rev: int | None = None) -> Proposal:
    """Puts the chosen operations into the draft, as this person. `rev`: the draft's revision on screen.

    Raises Invalid, and changes nothing, when one does not fit without another, or the draft would get an error that
    it does not have yet; Stale when the draft was changed in the meantime.
    """
    proposal = Proposal.objects.lock(proposal.pk)
    target = target_of(proposal)
    require(actor, "workflow.edit" if proposal.kind == WORKFLOW else "form.edit", target)
    if proposal.state != Proposal.State.OPEN:
        raise Conflict(_("This proposal was decided already."))
    wanted = sorted({index for index in chosen if 0 <= index < len(proposal.operations)} - set(proposal.accepted))
    if not wanted:
        raise Invalid(_("Choose at least one change."), fields={"chosen": _("Choose at least one change.")})
    before, draft_rev = document_of(target)
    patched = apply_chosen(proposal.kind, before, proposal.operations, wanted)
    if patched.skipped:
        sentences = [_("Change %(number)s: %(reason)s") % {"number": index + 1, "reason": reason}
                     for index, reason in patched.skipped.items()]  # fmt: skip
        raise Invalid(_("Some changes need others first."), fields={"chosen": sentences})
    wrong = new_errors(target, before, patched.document)
    if wrong:
        raise Invalid(_("With this choice the draft would have errors."), fields={"chosen": wrong})
    if isinstance(target, Workflow):
        target = save_draft(actor, target, document=patched.document, rev=rev)
        operations = [proposal.operations[index] for index in wanted]
        keep_edit(actor, target, operations, patched.inverse, before=draft_rev)
    else:
        save_form_draft(actor, target, schema=patched.document, rev=rev)
    proposal.accepted = sorted([*proposal.accepted, *wanted])
    if len(proposal.accepted) == len(proposal.operations):
        _decide(actor, proposal, Proposal.State.DONE)
    proposal.save()
    record(
        actor, events.PROPOSAL_ACCEPTED, target,
        data={"subject": str(target), "count": len(wanted), "engine": proposal.engine},
    )  # fmt: skip
    return proposal


@command
def dismiss_proposal(actor: Actor, proposal: Proposal) -> Proposal:
    """What is left of it is not wanted."""
    proposal = Proposal.objects.lock(proposal.pk)
    target = target_of(proposal)
    require(actor, "workflow.edit" if proposal.kind == WORKFLOW else "form.edit", target)
    if proposal.state == Proposal.State.OPEN:
        _decide(actor, proposal, Proposal.State.DISMISSED)
        proposal.save()
        record(actor, events.PROPOSAL_DISMISSED, target, data={"subject": str(target)})
    return proposal


def document_of(target: Target) -> tuple[dict[str, Any], int]:
    """The document that changes go into (draft, else what is live, else an empty one) and the draft's revision."""
    if isinstance(target, Workflow):
        document = target.draft if target.draft is not None else target.live.document if target.live else None
        return document or {**EMPTY, "name": {"de": target.name_de, "en": target.name_en}}, target.draft_rev
    draft = FormVersionDraft.objects.filter(request_type=target).first()
    if draft is not None and draft.schema is not None:
        return draft.schema, draft.rev
    live = target.live_version.schema if target.live_version else target.schema
    return live or {"fields": []}, draft.rev if draft else 0


def target_of(proposal: Proposal) -> Target:
    """What the proposal is for; a constraint of the table sees to it that there is one."""
    target = proposal.workflow if proposal.kind == WORKFLOW else proposal.request_type
    if target is None:
        raise LookupError(proposal.pk)
    return target


def new_errors(target: Target, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Sentences of the errors that `after` has and `before` has not."""
    known = set(_errors(target, before))
    return [sentence for sentence in _errors(target, after) if sentence not in known]


def _errors(target: Target, document: dict[str, Any]) -> Iterable[str]:
    if isinstance(target, Workflow):
        return [finding.message for finding in findings(document, target) if finding.is_error]
    return [problem.message for problem in check(document)]


def _decide(actor: Actor, proposal: Proposal, state: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.user, clock.now()
