"""Replies and notes, and what they do to the ticket."""

from datetime import timedelta

import pytest

from desk.commands import add_comment, change_status, claim_ticket
from desk.models import Comment, Status, Ticket, TicketLink
from flowtic.core import clock
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event


def status(key):
    return Status.objects.get(key=key)


def test_the_first_reply_of_an_agent_is_the_first_response(as_web, alan, ticket):
    add_comment(as_web(alan), ticket, body="I look into it.", internal=True)
    ticket.refresh_from_db()
    assert ticket.first_response_at is None
    reply = add_comment(
        as_web(alan), ticket, body="Which **floor**?", internal=False, status=status("waiting_requester")
    )
    ticket.refresh_from_db()
    assert (ticket.first_response_at, ticket.status.key) == (reply.created_at, "waiting_requester")
    assert reply.html == "<p>Which <strong>floor</strong>?</p>\n"


def test_the_event_of_a_note_never_holds_its_text(as_web, alan, ticket):
    add_comment(as_web(alan), ticket, body="canary-5511 is the password", internal=True)
    event = Event.objects.get(name="ticket.noted")
    assert "canary" not in str(event.data) + str(event.changes)
    assert event.public is False


def test_requesters_and_strangers_write_no_notes(as_web, rita, otto, hanna, ticket):
    for person in (rita, otto, hanna):
        with pytest.raises(Forbidden):
            add_comment(as_web(person), ticket, body="x", internal=True)
    for person in (otto, hanna):
        with pytest.raises(Forbidden):
            add_comment(as_web(person), ticket, body="x", internal=False)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("body", ["", "  \n", "\0"])
def test_an_empty_text_is_refused(as_web, rita, ticket, body):
    with pytest.raises(Invalid) as refused:
        add_comment(as_web(rita), ticket, body=body, internal=False)
    assert "body" in refused.value.fields


@pytest.mark.parametrize(("before", "after"), [("waiting_requester", "in_progress"), ("resolved", "assigned")])
def test_the_requesters_reply_brings_the_ticket_back(as_web, rita, alan, ticket, before, after):
    claim_ticket(as_web(alan), ticket)
    change_status(as_web(alan), ticket, status=status(before))
    add_comment(as_web(rita), ticket, body="Here it is.", internal=False)
    ticket.refresh_from_db()
    assert (ticket.status.key, ticket.assignee) == (after, alan)


def test_waiting_for_approval_is_not_ended_by_a_reply(as_web, rita, alan, ticket):
    change_status(as_web(alan), ticket, status=status("waiting_approval"))
    add_comment(as_web(rita), ticket, body="Any news?", internal=False)
    ticket.refresh_from_db()
    assert ticket.status.key == "waiting_approval"


def test_a_late_reply_to_a_closed_ticket_opens_a_linked_follow_up(as_web, rita, alan, ticket):
    ticket = change_status(as_web(alan), ticket, status=status("closed"))
    with clock.travel(ticket.closed_at + timedelta(days=20)):
        comment = add_comment(as_web(rita), ticket, body="It is broken again.", internal=False)
    new = comment.ticket
    assert new.pk != ticket.pk
    assert (new.requester, new.description, new.department) == (rita, "It is broken again.", ticket.department)
    assert TicketLink.objects.get(source=new, target=ticket).kind == "follow_up"
    assert Ticket.objects.get(pk=ticket.pk).status.key == "closed"


def test_a_reply_with_a_forbidden_status_writes_nothing(as_web, rita, ticket):
    from desk.commands.status import TransitionNotAllowed

    with pytest.raises(TransitionNotAllowed):
        add_comment(as_web(rita), ticket, body="Done.", internal=False, status=status("resolved"))
    assert not Comment.objects.exists()
    assert not Event.objects.filter(name="ticket.commented").exists()


def test_comments_do_not_raise_the_version(as_web, alan, ticket):
    add_comment(as_web(alan), ticket, body="x", internal=False)
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_visible_comments_follow_the_relation(as_web, rita, alan, hanna, otto, sven, ticket):
    add_comment(as_web(alan), ticket, body="public", internal=False)
    add_comment(as_web(alan), ticket, body="internal", internal=True)
    seen = {
        person.name: set(Comment.objects.visible_to(as_web(person)).values_list("body", flat=True))
        for person in (rita, alan, hanna, otto, sven)
    }
    assert seen[rita.name] == {"public"}
    assert seen[alan.name] == seen[sven.name] == {"public", "internal"}
    assert seen[hanna.name] == seen[otto.name] == set()
