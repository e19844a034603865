"""Two tickets become one, and two again."""

from django.utils.translation import gettext as _

from desk import events
from desk.commands.status import move
from desk.concurrency import touch
from desk.models import Status, Ticket, TicketMerge
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.journal import journal, step
from flowtic.core.policy import require
from flowtic.core.prepared import Prepared


@command
def merge_ticket(actor: Actor, source: Ticket, *, into: Ticket) -> TicketMerge:
    """Joins `source` into `into`: its thread is read there, its number leads there, it closes.

    Nothing is moved, so that `unmerge_ticket` gives both back as they were.
    """
    if source.pk == into.pk:
        raise Invalid(fields={"into": _("A ticket cannot be merged into itself.")})
    first, second = sorted((source.pk, into.pk))
    locked = {pk: Ticket.objects.lock(pk) for pk in (first, second)}
    source, target = locked[source.pk], locked[into.pk]
    require(actor, "ticket.merge", source)
    require(actor, "ticket.merge", target)
    if source.merged_into_id == target.pk:
        return source.merges_out.get(undone_at=None)
    if source.merged_into_id or target.merged_into_id:
        raise Conflict(_("One of the tickets was merged already."))
    now = clock.now()
    row = TicketMerge.objects.create(
        source=source,
        target=target,
        previous_status=source.status,
        previous_assignee=source.assignee,
        merged_by=actor.user,
        merged_at=now,
    )
    # What was merged into the source before is now read at the new target too.
    Ticket.objects.filter(merged_into=source).update(merged_into=target)
    source.merged_into, source.updated_at = target, now
    source.save(update_fields=["merged_into", *touch(source, "merged_into")])
    move(actor, source, Status.objects.get(key="closed"), follows=events.MERGED)
    target.updated_at = now
    target.save(update_fields=["updated_at"])
    undo = journal(actor, events.MERGED, step("unmerge_ticket", source.pk, changed={"merged_into": target.pk}))
    record(
        actor,
        events.MERGED,
        source,
        ticket_id=source.pk,
        changes=[change("merged_into", None, target.number)],
        operation_id=undo.pk,
    )
    record(actor, events.RECEIVED, target, ticket_id=target.pk, changes=[change("merged", None, source.number)])
    return row


@command
def unmerge_ticket(actor: Actor, source: Ticket) -> Ticket:
    """Both tickets are again as before the merge; replies written since stay where they were written."""
    source = Ticket.objects.lock(source.pk)
    require(actor, "ticket.merge", source)
    row = source.merges_out.select_related("target", "previous_status").filter(undone_at=None).first()
    if row is None:
        raise Conflict(_("This ticket is not merged."))
    require(actor, "ticket.merge", row.target)
    now = clock.now()
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    earlier = TicketMerge.objects.filter(target=source, undone_at=None).values_list("source_id", flat=True)
    Ticket.objects.filter(pk__in=list(earlier)).update(merged_into=source)
    source.merged_into, source.updated_at = None, now
    source.save(update_fields=["merged_into", *touch(source, "merged_into")])
    move(actor, source, row.previous_status, follows=events.UNMERGED)
    record(
        actor,
        events.UNMERGED,
        source,
        ticket_id=source.pk,
        changes=[change("merged_into", row.target.number, None)],
    )
    return source


_sources = Prepared(lambda ids: Ticket.objects.filter(merged_into__in=ids).values_list("pk"))


def merged_sources(ticket: Ticket) -> list[int]:
    """Ids of the tickets read together with this one.

    Asked alone, never as one condition of several: hardly any ticket is merged, so SQLite takes the index for useless
    and reads the whole table unless the index alone answers.
    """
    return [pk for (pk,) in _sources.among([ticket.pk])]


def thread_ids(ticket: Ticket) -> list[int]:
    """The ticket and what was merged into it: whose comments, files and events make its thread."""
    return [ticket.pk, *merged_sources(ticket)]
