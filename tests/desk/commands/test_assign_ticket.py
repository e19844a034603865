"""Claim, assign, hand over, release."""

import pytest

from desk.commands import assign_ticket, claim_ticket, release_ticket
from desk.commands.assignment import AlreadyTaken, AssigneeOutsideDepartment
from desk.models import Ticket
from flowtic.core.errors import Forbidden, Stale
from flowtic.core.models import Event, Operation


def test_agent_claims_a_free_ticket(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status.key) == (alan, "assigned")
    claimed = Event.objects.get(name="ticket.claimed")
    assert (claimed.actor, claimed.via, claimed.ticket_id) == (alan, "web", ticket.pk)
    assert claimed.changes == [{"field": "assignee", "old": None, "new": alan.pk}]
    assert Operation.objects.get(pk=claimed.operation_id).inverse == [
        {
            "command": "assign_ticket",
            "ticket": ticket.pk,
            "arguments": {"assignee": None},
            "set": {"assignee": alan.pk},
        }
    ]


def test_the_second_claim_learns_who_was_faster(as_web, alan, lea, ticket):
    claim_ticket(as_web(alan), ticket)
    with pytest.raises(AlreadyTaken) as refused:
        claim_ticket(as_web(lea), ticket)
    assert refused.value.extra["assignee"] == alan
    assert Event.objects.filter(name="ticket.claimed").count() == 1


def test_claiming_again_records_nothing(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    before = Event.objects.count()
    claim_ticket(as_web(alan), ticket)
    assert Event.objects.count() == before


def test_a_stranger_claims_nothing_and_changes_nothing(as_web, hanna, rita, ticket):
    for person in (hanna, rita):
        with pytest.raises(Forbidden):
            claim_ticket(as_web(person), ticket)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_agent_hands_the_own_ticket_to_a_colleague(as_web, alan, lea, ticket):
    claim_ticket(as_web(alan), ticket)
    assign_ticket(as_web(alan), ticket, assignee=lea)
    ticket.refresh_from_db()
    assert ticket.assignee == lea


def test_dispatch_is_for_leads(as_web, alan, lea, ticket):
    with pytest.raises(Forbidden):
        assign_ticket(as_web(alan), ticket, assignee=lea)
    assign_ticket(as_web(lea), ticket, assignee=alan)
    ticket.refresh_from_db()
    assert ticket.assignee == alan


def test_release_returns_the_ticket_to_the_queue(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    release_ticket(as_web(alan), ticket)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status.key) == (None, "pending_assignment")


def test_nobody_outside_the_department_gets_the_ticket(as_web, lea, hanna, ticket):
    with pytest.raises(AssigneeOutsideDepartment):
        assign_ticket(as_web(lea), ticket, assignee=hanna)


def test_a_stale_assignment_is_refused(as_web, alan, lea, sven, ticket):
    seen = ticket.version
    claim_ticket(as_web(alan), ticket)
    with pytest.raises(Stale):
        assign_ticket(as_web(sven), ticket, assignee=lea, seen=seen)
