"""Merge and back: nothing moves, both tickets are as before."""

import pytest

from desk.commands import add_comment, claim_ticket, merge_ticket, split_comment, unmerge_ticket
from desk.commands.merging import thread_ids
from desk.models import Comment, Ticket, TicketLink
from flowtic.core.errors import Conflict, Forbidden, Invalid
from tests.factories import make_ticket


@pytest.fixture
def other(rita, it):
    return make_ticket(rita, it, subject="The same again")


def state(ticket):
    row = Ticket.objects.get(pk=ticket.pk)
    return (
        row.status.key,
        row.assignee_id,
        row.is_open,
        row.merged_into_id,
        row.closed_at,
        list(row.comments.values_list("pk", flat=True)),
    )


def test_merge_and_unmerge_give_both_back(as_web, alan, ticket, other):
    claim_ticket(as_web(alan), ticket)
    add_comment(as_web(alan), ticket, body="first", internal=False)
    before = state(ticket), state(other)

    merge_ticket(as_web(alan), ticket, into=other)
    assert state(ticket)[0] == "closed"
    assert thread_ids(Ticket.objects.get(pk=other.pk)) == [other.pk, ticket.pk]
    assert Comment.objects.get(body="first").ticket_id == ticket.pk

    unmerge_ticket(as_web(alan), ticket)
    assert (state(ticket), state(other)) == before


def test_a_reply_to_the_merged_ticket_reaches_the_other_one(as_web, alan, rita, ticket, other):
    merge_ticket(as_web(alan), ticket, into=other)
    assert add_comment(as_web(rita), ticket, body="me too", internal=False).ticket_id == other.pk


def test_chains_lead_to_the_last_ticket(as_web, alan, rita, it, ticket, other):
    third = make_ticket(rita, it)
    merge_ticket(as_web(alan), ticket, into=other)
    merge_ticket(as_web(alan), other, into=third)
    assert Ticket.objects.get(pk=ticket.pk).merged_into_id == third.pk
    unmerge_ticket(as_web(alan), other)
    assert Ticket.objects.get(pk=ticket.pk).merged_into_id == other.pk


def test_no_circles_and_no_self(as_web, alan, ticket, other):
    with pytest.raises(Invalid):
        merge_ticket(as_web(alan), ticket, into=ticket)
    merge_ticket(as_web(alan), ticket, into=other)
    with pytest.raises(Conflict):
        merge_ticket(as_web(alan), other, into=ticket)


def test_both_tickets_must_be_the_agents(as_web, alan, rita, hr, ticket):
    foreign = make_ticket(rita, hr)
    for source, target in ((ticket, foreign), (foreign, ticket)):
        with pytest.raises(Forbidden):
            merge_ticket(as_web(alan), source, into=target)


def test_a_reply_becomes_a_ticket_of_its_own(as_web, alan, rita, ticket):
    reply = add_comment(as_web(rita), ticket, body="And my badge is lost.", internal=False)
    new = split_comment(as_web(alan), reply, subject="Badge lost")
    assert (new.requester, new.description) == (rita, "And my badge is lost.")
    assert TicketLink.objects.get(source=new).kind == "split"
    assert Comment.objects.get(pk=reply.pk).ticket_id == ticket.pk


def test_a_note_is_not_split_off_into_the_open(as_web, alan, ticket):
    note = add_comment(as_web(alan), ticket, body="secret", internal=True)
    with pytest.raises(Invalid):
        split_comment(as_web(alan), note, subject="x")
