"""The transition table is enforced; times and guards follow."""

from datetime import timedelta

import pytest

from desk import guards
from desk.commands import change_status, claim_ticket, reopen_ticket
from desk.commands.status import TooLateToReopen, TransitionNotAllowed
from desk.models import Status, StatusTransition
from desk.schedule import close_resolved_tickets
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden, Stale
from flowtic.core.models import Event


def status(key):
    return Status.objects.get(key=key)


def test_an_agent_resolves_and_the_times_are_kept(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    ticket = change_status(as_web(alan), ticket, status=status("resolved"))
    assert (ticket.status.key, ticket.is_open, ticket.closed_at) == ("resolved", False, None)
    assert ticket.resolved_at is not None
    event = Event.objects.filter(name="ticket.status_changed", ticket_id=ticket.pk).last()
    assert event.changes == [{"field": "status", "old": "assigned", "new": "resolved"}]


def test_the_same_status_again_records_nothing(as_web, alan, ticket):
    before = Event.objects.count()
    change_status(as_web(alan), ticket, status=status("pending_assignment"))
    assert Event.objects.count() == before


def test_a_transition_that_is_not_in_the_table_is_refused(as_web, alan, ticket):
    StatusTransition.objects.filter(target=status("waiting_requester"), role="agent").delete()
    with pytest.raises(TransitionNotAllowed):
        change_status(as_web(alan), ticket, status=status("waiting_requester"))


def test_a_status_switched_off_is_refused(as_web, alan, ticket):
    Status.objects.filter(key="waiting_approval").update(active=False)
    with pytest.raises(TransitionNotAllowed):
        change_status(as_web(alan), ticket, status=status("waiting_approval"))


def test_the_requester_may_close_but_not_resolve(as_web, rita, ticket):
    with pytest.raises(TransitionNotAllowed):
        change_status(as_web(rita), ticket, status=status("resolved"))
    assert change_status(as_web(rita), ticket, status=status("closed")).status.key == "closed"


def test_an_agent_who_only_asked_acts_as_a_user(as_web, hanna, it, alan):
    from tests.factories import make_ticket

    own = make_ticket(hanna, it)
    with pytest.raises(TransitionNotAllowed):
        change_status(as_web(hanna), own, status=status("resolved"))
    assert change_status(as_web(hanna), own, status=status("closed")).status.key == "closed"


def test_strangers_change_nothing(as_web, otto, hanna, ticket):
    for person in (otto, hanna):
        with pytest.raises(Forbidden):
            change_status(as_web(person), ticket, status=status("closed"))


def test_a_stale_status_change_is_refused(as_web, alan, sven, ticket):
    seen = ticket.version
    change_status(as_web(sven), ticket, status=status("in_progress"))
    with pytest.raises(Stale) as refused:
        change_status(as_web(alan), ticket, status=status("waiting_requester"), seen=seen)
    assert refused.value.extra["current"]["status"] == status("in_progress")


def test_the_requester_reopens_within_fourteen_days_only(as_web, rita, alan, ticket):
    ticket = change_status(as_web(alan), ticket, status=status("closed"))
    with clock.travel(ticket.closed_at + timedelta(days=15)), pytest.raises(TooLateToReopen):
        reopen_ticket(as_web(rita), ticket)
    with clock.travel(ticket.closed_at + timedelta(days=13)):
        assert reopen_ticket(as_web(rita), ticket).is_open
    assert Event.objects.filter(name="ticket.reopened", ticket_id=ticket.pk).exists()


def test_reopening_gives_the_ticket_back_to_its_assignee(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(alan), ticket, status=status("closed"))
    ticket = reopen_ticket(as_web(alan), ticket)
    assert (ticket.assignee, ticket.status.key, ticket.closed_at) == (alan, "assigned", None)


def test_a_guard_binds_the_machine_too(ticket, monkeypatch):
    monkeypatch.setattr(guards, "_guards", [lambda actor, ticket, status: "An approval is still open."])
    with pytest.raises(guards.Guarded, match="approval"):
        change_status(Actor.system("sla"), ticket, status=status("closed"))


def test_resolved_tickets_close_by_themselves(as_web, alan, ticket, settings):
    settings.FLOWTIC_AUTO_CLOSE_DAYS = 7
    with clock.travel(clock.now() - timedelta(days=8)):
        change_status(as_web(alan), ticket, status=status("resolved"))
    assert close_resolved_tickets() == 1
    ticket.refresh_from_db()
    assert ticket.status.key == "closed"
    assert Event.objects.filter(ticket_id=ticket.pk, machine="auto_close").exists()


def test_freshly_resolved_tickets_stay(as_web, alan, ticket):
    change_status(as_web(alan), ticket, status=status("resolved"))
    assert close_resolved_tickets() == 0
