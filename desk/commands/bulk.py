"""One act for many tickets: planned with its rows, then row by row, each in a transaction of its own."""

import uuid
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from desk.acts import Act, loaded
from desk.bulk_acts import act_of
from desk.events import BULK_CHANGED
from desk.models import BulkRow, BulkRun, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Conflict, Forbidden, Invalid
from flowtic.core.events import record
from flowtic.core.jobs import enqueue, job
from flowtic.core.journal import grouped, journal
from flowtic.core.models import Job, Operation
from flowtic.core.policy import require
from flowtic.core.undo import CannotUndo, inverse, take_back

MOST = 10_000
AT_ONCE = 20
RESCUE = timedelta(minutes=2)
BATCH = 1000
KIND = "desk.bulk"
S, R = BulkRun.State, BulkRow.State


@command
def plan_bulk(actor: Actor, *, act: dict[str, Any], ids: Iterable[int], missing: int = 0, back: str = "") -> BulkRun:
    """Notes what shall happen to which tickets; nothing happens yet. Ids of tickets that the actor does not see count
    as not found, whether they exist or not. `act` is a step as in a macro; {} when it is chosen later."""
    require(actor, "ticket.bulk")
    if act:
        act_of(act)
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise Invalid(_("Up to %(n)d tickets can be changed at once.") % {"n": MOST})
    seen: set[int] = set()
    for start in range(0, len(wanted), BATCH):
        some = Ticket.objects.visible_to(actor).filter(pk__in=wanted[start : start + BATCH])
        seen.update(some.values_list("pk", flat=True))
    if not seen:
        raise Invalid(_("None of these tickets was found."))
    run = BulkRun.objects.create(
        started_by=actor.user,
        via=actor.via,
        act=act,
        missing=missing + len(wanted) - len(seen),
        back=back[:1000],
        created_at=clock.now(),
    )
    rows = [BulkRow(run=run, ticket_id=pk) for pk in wanted if pk in seen]
    BulkRow.objects.bulk_create(rows, batch_size=BATCH)
    return run


@command
def set_bulk_act(actor: Actor, run: BulkRun, *, act: dict[str, Any]) -> BulkRun:
    """Says what shall happen, before it begins."""
    run = _own(actor, run)
    if run.state != S.PLANNED:
        raise Conflict(_("This change has begun already."))
    act_of(act)
    run.act = act
    run.save(update_fields=["act"])
    return run


@command
def start_bulk(actor: Actor, run: BulkRun) -> BulkRun:
    """Hands a planned run to a worker; started twice it runs once."""
    run = _own(actor, run)
    if run.state == S.PLANNED:
        run.state = S.RUNNING
        run.save(update_fields=["state"])
        enqueue(actor, KIND, {"run": run.pk, "language": translation.get_language() or "en"})
    return run


@command
def stop_bulk(actor: Actor, run: BulkRun) -> BulkRun:
    """No further rows; what was changed stays and can be undone. A run that was only planned is forgotten."""
    run = _own(actor, run)
    if run.state == S.PLANNED:
        run.delete()
    elif run.state == S.RUNNING and not run.undoing:
        run.state = S.STOPPED
        run.save(update_fields=["state"])
        _finish(actor, run)
    return run


def run_at_once(actor: Actor, run: BulkRun) -> BulkRun:
    """The whole run within the request, for few rows."""
    _begin(actor, run)
    return _work_off(actor, run)


@command
def _begin(actor: Actor, run: BulkRun) -> None:
    """A worker goes on with what a dying web process leaves behind."""
    if BulkRun.objects.filter(pk=run.pk, state=S.PLANNED).update(state=S.RUNNING):
        payload = {"run": run.pk, "language": translation.get_language() or "en"}
        enqueue(actor, KIND, payload, at=clock.now() + RESCUE)


@job(KIND)
def run_bulk(work: Job) -> None:
    """The rest of a run, whoever began it; also the way back."""
    run = BulkRun.objects.select_related("started_by").filter(pk=work.payload["run"]).first()
    if run is None:
        return
    actor = Actor(run.started_by, run.via)
    with translation.override(work.payload.get("language") or "en"):
        if run.undoing:
            _undo_rows(actor, run)
        else:
            _work_off(actor, run)


def _work_off(actor: Actor, run: BulkRun) -> BulkRun:
    act = act_of(run.act)
    thing, gone = None, ""
    try:
        thing = act.thing(actor, run.act["value"])
    except CommandError as error:
        gone = error.message
    for row in _rows(run, R.PENDING):
        if not _still_running(run):
            break
        if gone:
            _skip(row, gone)
            continue
        try:
            _do_row(actor, row, act=act, thing=thing)
        except CommandError as error:
            _skip(row, _reason(actor, row, act, thing, error))
    return finish_bulk(actor, run)


@command
def _do_row(actor: Actor, row: BulkRow, *, act: Act, thing: Any) -> None:
    """One ticket. The row is locked and looked at first: of two workers only one does it."""
    locked = BulkRow.objects.select_for_update().filter(pk=row.pk, state=R.PENDING).first()
    if locked is None:
        return
    ticket = Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).first()
    if ticket is None:
        locked.state, locked.reason = R.SKIPPED, _("not found")
    else:
        with grouped("bulk.row") as group:
            act.run(actor, ticket, thing)
        changed = group.operation is not None or not act.is_so(actor, ticket, thing)
        locked.state = R.CHANGED if changed else R.SAME
        locked.operation_id = group.operation.pk if group.operation else None
    locked.save(update_fields=["state", "reason", "operation_id"])


def _reason(actor: Actor, row: BulkRow, act: Act, thing: Any, error: CommandError) -> str:
    """In few words: as the preview says it, where it would have said so."""
    verdict = next((act.verdict(actor, ticket, thing) for ticket in loaded(actor, [row.ticket_id])), None)
    if verdict is not None and verdict.kind == "refused":
        return verdict.reason
    if isinstance(error, Forbidden):
        return _("no right")
    return next((texts[0] for texts in error.fields.values() if texts), error.message)


def _skip(row: BulkRow, reason: str) -> None:
    BulkRow.objects.filter(pk=row.pk, state=R.PENDING).update(state=R.SKIPPED, reason=reason[:300])


@command
def finish_bulk(actor: Actor, run: BulkRun) -> BulkRun:
    """When no row is left: one operation for all."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if run.state == S.RUNNING and not run.rows.filter(state=R.PENDING).exists():
        run.state = S.DONE
        run.save(update_fields=["state"])
        _finish(actor, run)
    return run


def _finish(actor: Actor, run: BulkRun) -> None:
    run.finished_at = clock.now()
    changed = run.rows.filter(state=R.CHANGED).count()
    if run.rows.filter(state=R.CHANGED).exclude(operation_id=None).exists():
        run.operation_id = journal(actor, "tickets.bulk", {"command": "undo_bulk", "arguments": {"run": run.pk}}).pk
    run.save(update_fields=["finished_at", "operation_id"])
    data = {"act": run.act.get("do"), "changed": changed, "run": str(run.key)}
    record(actor, BULK_CHANGED, run, data=data, operation_id=run.operation_id)


# ---- the way back --------------------------------------------------------------------


@inverse("undo_bulk")
def _undo_bulk(actor: Actor, one: dict[str, Any]) -> None:
    """Few rows at once, more by a worker; each for itself: what somebody changed since stays."""
    run = BulkRun.objects.select_for_update().get(pk=one["arguments"]["run"])
    if run.state == S.RUNNING:
        raise CannotUndo(_("The change is still running."))
    run.undoing, run.state = True, S.RUNNING
    run.save(update_fields=["undoing", "state"])
    payload = {"run": run.pk, "language": translation.get_language() or "en"}
    if run.rows.filter(state=R.CHANGED).count() > AT_ONCE:
        enqueue(actor, KIND, payload)
    else:
        _undo_rows(actor, run, inside=True)


def _undo_rows(actor: Actor, run: BulkRun, *, inside: bool = False) -> None:
    """`inside`: within the command that undoes; a row that is refused goes back to its savepoint."""
    for row in _rows(run, R.CHANGED):
        try:
            with transaction.atomic() if inside else nullcontext():
                _undo_row(actor, row)
        except CommandError as error:
            BulkRow.objects.filter(pk=row.pk, state=R.CHANGED).update(state=R.KEPT, reason=error.message[:300])
    BulkRun.objects.filter(pk=run.pk, undoing=True).update(state=S.DONE)


@command
def _undo_row(actor: Actor, row: BulkRow) -> None:
    """One ticket back; locked and looked at first like the way there."""
    locked = BulkRow.objects.select_for_update().filter(pk=row.pk, state=R.CHANGED).first()
    if locked is None:
        return
    operation = (
        Operation.objects.select_for_update().filter(pk=locked.operation_id or uuid.UUID(int=0), undone_at=None).first()
    )
    if operation is None:
        locked.state, locked.reason = R.KEPT, _("This cannot be undone.")
    else:
        take_back(actor, operation)
        operation.undone_at = clock.now()
        operation.save(update_fields=["undone_at"])
        locked.state, locked.reason = R.UNDONE, ""
    locked.save(update_fields=["state", "reason"])


def _rows(run: BulkRun, state: str) -> Iterable[BulkRow]:
    """Rows of that state, a batch at a time, each once."""
    after = 0
    while batch := list(run.rows.filter(Q(state=state), pk__gt=after).order_by("pk")[:200]):
        yield from batch
        after = batch[-1].pk


def _still_running(run: BulkRun) -> bool:
    return BulkRun.objects.filter(pk=run.pk, state=S.RUNNING).exists()


def _own(actor: Actor, run: BulkRun) -> BulkRun:
    require(actor, "ticket.bulk")
    found = BulkRun.objects.visible_to(actor).select_for_update().filter(pk=run.pk).first()
    if found is None:
        raise Conflict(_("This change is no longer planned."))
    return found
