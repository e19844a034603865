"""Taking back what one did: rights, time, values that somebody changed since."""

from datetime import timedelta

import pytest

from desk.commands import (
    add_watcher,
    assign_ticket,
    change_fields,
    change_status,
    claim_ticket,
    link_tickets,
    merge_ticket,
    unlink_tickets,
)
from desk.models import Priority, Status, Ticket, TicketLink
from flowtic.core.errors import CommandError, Forbidden, NotFound
from flowtic.core.journal import heard
from flowtic.core.models import Event, Operation
from flowtic.core.undo import CannotUndo, undo
from tests.factories import make_ticket


def status(key):
    return Status.objects.get(key=key)


def last():
    return Operation.objects.order_by("-created_at", "-pk").first()


def did(change, *args, **kwargs):
    """The operation that the command made."""
    with heard() as found:
        change(*args, **kwargs)
    return found[-1]


def test_every_kind_of_change_goes_back(as_web, lea, alan, hr, rita, otto, ticket):
    lead = as_web(lea)
    other = make_ticket(rita, ticket.department)
    before = ticket.subject
    changes = [
        (assign_ticket, {"assignee": alan}, lambda t: t.assignee, None),
        (change_status, {"status": status("waiting_requester")}, lambda t: t.status.key, "pending_assignment"),
        (change_fields, {"priority": Priority.objects.get(key="urgent")}, lambda t: t.priority.key, "normal"),
        (change_fields, {"subject": "Another one"}, lambda t: t.subject, before),
        (change_fields, {"tags": ["vpn", "home"]}, lambda t: list(t.tags.all()), []),
        (change_fields, {"department": hr}, lambda t: t.department.key, "it"),
        (add_watcher, {"person": otto}, lambda t: t.participants.filter(person=otto).count(), 0),
        (link_tickets, {"other": other, "kind": "blocks"}, lambda t: TicketLink.objects.count(), 0),
        (merge_ticket, {"into": other}, lambda t: t.merged_into, None),
    ]
    for change, arguments, value, expected in changes:
        operation = did(change, lead, Ticket.objects.get(pk=ticket.pk), **arguments)
        assert value(Ticket.objects.get(pk=ticket.pk)) != expected, change
        undo(lead, operation.pk)
        assert value(Ticket.objects.get(pk=ticket.pk)) == expected, change
    assert Ticket.objects.get(pk=ticket.pk).status.key == "pending_assignment"
    assert Event.objects.filter(name="operation.undone", actor=lea).count() == len(changes)
    assert Event.objects.filter(name="ticket.released", ticket_id=ticket.pk).exists()


def test_a_removed_link_comes_back_and_two_changes_at_once_are_one_operation(as_web, lea, rita, it, hr, ticket):
    lead, other = as_web(lea), make_ticket(rita, it)
    link = link_tickets(lead, ticket, other=other, kind="related")
    undo(lead, did(unlink_tickets, lead, link).pk)
    assert TicketLink.objects.filter(source=ticket, target=other, kind="related").exists()
    high = Priority.objects.get(key="high")
    with heard() as found:
        change_fields(lead, ticket, priority=high, department=hr, tags=["vpn"])
    assert len(found) == 1
    undo(lead, found[0].pk)
    ticket.refresh_from_db()
    assert (ticket.priority.key, ticket.department, list(ticket.tags.all())) == ("normal", it, [])


def test_a_claimed_ticket_goes_back_to_the_status_it_had(as_web, alan, it, rita):
    ticket = make_ticket(rita, it, status="new")
    operation = did(claim_ticket, as_web(alan), ticket)
    undo(as_web(alan), operation.pk)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status.key) == (None, "new")


def test_a_handed_over_ticket_and_one_moved_away_come_back_to_who_did_it(as_web, alan, lea, hr, ticket):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(alan), ticket, status=status("in_progress"))
    undo(as_web(alan), did(assign_ticket, as_web(alan), ticket, assignee=lea).pk)
    moved = did(change_fields, as_web(alan), ticket, department=hr)
    ticket.refresh_from_db()
    assert not ticket.internal_for(as_web(alan))
    undo(as_web(alan), moved.pk)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.department.key, ticket.status.key) == (alan, "it", "in_progress")


def test_what_somebody_changed_since_stays(as_web, alan, lea, ticket):
    high = did(change_fields, as_web(alan), ticket, priority=Priority.objects.get(key="high"))
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="urgent"))
    with pytest.raises(CannotUndo) as refused:
        undo(as_web(alan), high.pk)
    assert refused.value.message == f"Lea Leitung changed the priority of {ticket.number} since."
    ticket.refresh_from_db()
    assert ticket.priority.key == "urgent"
    assert Operation.objects.get(pk=high.pk).undone_at is None


def test_only_ones_own_once_in_time_and_with_the_rights_of_now(as_web, as_api, alan, lea, ada, it, ticket, settings):
    mine = did(change_fields, as_web(alan), ticket, priority=Priority.objects.get(key="high"))
    for stranger in (lea, ada):
        with pytest.raises(NotFound):
            undo(as_web(stranger), mine.pk)
    with pytest.raises(Forbidden):
        undo(as_api(alan, "tickets:read"), mine.pk)
    alan.memberships.all().delete()
    alan.refresh_from_db()
    with pytest.raises(CommandError) as refused:
        undo(as_web(type(alan).objects.get(pk=alan.pk)), mine.pk)
    assert refused.value.status in (403, 404)
    alan.memberships.create(department=it)
    fresh = as_web(type(alan).objects.get(pk=alan.pk))
    Operation.objects.filter(pk=mine.pk).update(created_at=mine.created_at - timedelta(minutes=11))
    with pytest.raises(CannotUndo, match="time"):
        undo(fresh, mine.pk)
    Operation.objects.filter(pk=mine.pk).update(created_at=mine.created_at)
    undo(fresh, mine.pk)
    with pytest.raises(CannotUndo, match="already"):
        undo(fresh, mine.pk)
    ticket.refresh_from_db()
    assert ticket.priority.key == "normal"


def test_a_merge_can_be_undone_for_a_day(as_web, lea, rita, it, ticket):
    operation = did(merge_ticket, as_web(lea), ticket, into=make_ticket(rita, it))
    Operation.objects.update(created_at=operation.created_at - timedelta(hours=23))
    undo(as_web(lea), operation.pk)
    ticket.refresh_from_db()
    assert (ticket.merged_into, ticket.status.key) == (None, "pending_assignment")
