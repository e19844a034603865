"""Who is told of what, and why. One row per event and person."""

import pytest

from accounts.commands import create_contact
from desk.commands import (
    add_comment,
    add_watcher,
    assign_ticket,
    change_fields,
    change_status,
    claim_ticket,
    create_ticket,
    merge_ticket,
    release_ticket,
    reopen_ticket,
    unmerge_ticket,
)
from desk.models import Priority, Status
from desk.notices import who_is_told
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from flowtic.core.request_context import current_request_id
from tests.factories import make_person, make_ticket


def told_of(name, ticket):
    """{e-mail name: reason} of the newest such event."""
    event = Event.objects.filter(name=name, ticket_id=ticket.pk).latest("pk")
    return {told.person.name.split()[0]: told.reason for told in who_is_told(event)}


@pytest.fixture
def busy(as_web, alan, sven, otto, ticket):
    """Rita asked, Alan works on it, Otto follows it."""
    claim_ticket(as_web(alan), ticket)
    add_watcher(as_web(sven), ticket, person=otto)
    ticket.refresh_from_db()
    return ticket


def test_a_new_ticket_is_acknowledged(as_web, rita, sven, it):
    own = create_ticket(as_web(rita), subject="S", description="D", department=it)
    for_her = create_ticket(as_web(sven), subject="S", description="D", department=it, requester=rita)
    assert told_of("ticket.created", own) == told_of("ticket.created", for_her) == {"Rita": "receipt"}


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("rita", {"Alan": "assignee", "Otto": "watcher"}),
        ("alan", {"Rita": "requester", "Otto": "watcher"}),
        ("sven", {"Alan": "assignee", "Rita": "requester", "Otto": "watcher"}),
        ("otto", {"Alan": "assignee", "Rita": "requester"}),
    ],
)
def test_a_reply_goes_to_all_but_its_author(author, told, busy, as_web, request):
    add_comment(as_web(request.getfixturevalue(author)), busy, body="News", internal=False)
    assert told_of("ticket.commented", busy) == told


def test_a_note_goes_to_the_assignee_only(busy, as_web, alan, sven):
    add_comment(as_web(sven), busy, body="Inside", internal=True)
    assert told_of("ticket.noted", busy) == {"Alan": "assignee"}
    add_comment(as_web(alan), busy, body="Inside", internal=True)
    assert told_of("ticket.noted", busy) == {}


def test_an_assignment_is_told_to_whom_it_concerns(as_web, alan, lea, ticket):
    assign_ticket(as_web(lea), ticket, assignee=alan)
    assert told_of("ticket.assigned", ticket) == {"Alan": "assignee"}


def test_what_i_do_myself_is_no_news(as_web, lea, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    assert told_of("ticket.claimed", ticket) == {}
    release_ticket(as_web(alan), ticket)
    assign_ticket(as_web(lea), ticket, assignee=lea)
    assert told_of("ticket.assigned", ticket) == {}


def test_an_assignment_that_is_over_is_not_told(as_web, alan, lea, ticket):
    assign_ticket(as_web(lea), ticket, assignee=alan)
    assign_ticket(as_web(lea), ticket, assignee=None)
    assert told_of("ticket.assigned", ticket) == {}


@pytest.mark.parametrize("key", ["waiting_requester", "waiting_approval", "resolved", "closed", "rejected"])
def test_requester_and_watchers_hear_of_a_state_that_matters(key, busy, as_web, alan):
    change_status(as_web(alan), busy, status=Status.objects.get(key=key))
    assert told_of("ticket.status_changed", busy) == {"Rita": "requester", "Otto": "watcher"}


def test_a_state_within_the_work_is_not_told(busy, as_web, alan):
    change_status(as_web(alan), busy, status=Status.objects.get(key="in_progress"))
    assert told_of("ticket.status_changed", busy) == {}


def test_a_reply_with_a_state_is_one_piece_of_news(busy, as_web, alan):
    token = current_request_id.set("one-click-of-alan")
    try:
        done = Status.objects.get(key="resolved")
        add_comment(as_web(alan), busy, body="Fixed.", internal=False, status=done)
    finally:
        current_request_id.reset(token)
    assert told_of("ticket.commented", busy) == {"Rita": "requester", "Otto": "watcher"}
    assert told_of("ticket.status_changed", busy) == {}


def test_two_clicks_are_two_pieces_of_news(busy, as_web, alan):
    """The control: another request is not the same breath."""
    add_comment(as_web(alan), busy, body="Fixed.", internal=False)
    token = current_request_id.set("the-second-click")
    try:
        change_status(as_web(alan), busy, status=Status.objects.get(key="resolved"))
    finally:
        current_request_id.reset(token)
    assert told_of("ticket.status_changed", busy) == {"Rita": "requester", "Otto": "watcher"}


def test_a_reopened_ticket_is_told_to_the_assignee(busy, as_web, alan, rita):
    change_status(as_web(alan), busy, status=Status.objects.get(key="resolved"))
    reopen_ticket(as_web(rita), busy)
    assert told_of("ticket.reopened", busy) == {"Alan": "assignee", "Otto": "watcher"}


def test_the_clock_closes_and_the_requester_hears_of_it(busy, as_web, alan):
    change_status(as_web(alan), busy, status=Status.objects.get(key="resolved"))
    change_status(Actor.system("auto_close"), busy, status=Status.objects.get(key="closed"))
    assert told_of("ticket.status_changed", busy) == {"Rita": "requester", "Otto": "watcher"}


def test_a_merge_is_told_once(as_web, sven, rita, it, ticket):
    target = make_ticket(rita, it)
    merge_ticket(as_web(sven), ticket, into=target)
    assert told_of("ticket.merged", ticket) == {"Rita": "requester"}
    assert told_of("ticket.status_changed", ticket) == {}
    unmerge_ticket(as_web(sven), ticket)
    assert told_of("ticket.reopened", ticket) == {"Rita": "requester"}


def test_work_inside_the_desk_is_not_told(busy, as_web, alan, hr):
    change_fields(as_web(alan), busy, priority=Priority.objects.get(key="high"), tags=["vpn"])
    change_fields(as_web(alan), busy, department=hr)
    for name in ("ticket.changed", "ticket.department_changed", "ticket.watcher_added"):
        assert told_of(name, busy) == {}


def test_everybody_is_told_once_by_the_strongest_reason(as_web, alan, sven, it):
    own = make_ticket(alan, it)
    claim_ticket(as_web(alan), own)
    add_watcher(as_web(alan), own, person=alan)
    add_comment(as_web(sven), own, body="News", internal=False)
    assert told_of("ticket.commented", own) == {"Alan": "assignee"}


@pytest.mark.parametrize("state", ["suspended", "rejected"])
def test_who_was_turned_away_is_told_nothing(state, busy, as_web, alan, rita, otto):
    for person in (rita, otto):
        person.state = state
        person.save()
    add_comment(as_web(alan), busy, body="News", internal=False)
    assert told_of("ticket.commented", busy) == {}


# ---- people without an account -------------------------------------------------------------


def test_a_contact_that_an_agent_noted_down_gets_a_receipt(as_web, sven, it):
    guest = create_contact(as_web(sven), email="guest@example.test", name="Guest")
    ticket = create_ticket(as_web(sven), subject="S", description="D", department=it, requester=guest)
    assert told_of("ticket.created", ticket) == {"Guest": "receipt"}


def test_a_contact_that_a_machine_made_gets_none(sven, it):
    guest = create_contact(Actor.system("mail"), email="guest@example.test", name="Guest")
    ticket = create_ticket(Actor.system("mail"), subject="S", description="D", department=it, requester=guest)
    assert told_of("ticket.created", ticket) == {}


def test_the_desk_still_writes_to_a_contact(as_web, sven, it):
    guest = create_contact(Actor.system("mail"), email="guest@example.test", name="Guest")
    ticket = make_ticket(guest, it)
    add_comment(as_web(sven), ticket, body="Which building?", internal=False)
    assert told_of("ticket.commented", ticket) == {"Guest": "requester"}


def test_a_contact_without_an_address_and_one_who_only_watches_are_left_out(as_web, sven, it, ticket):
    nobody = create_contact(as_web(sven), email=None, name="Nobody")
    add_watcher(as_web(sven), ticket, person=make_person("Watching Guest", state="contact"))
    silent = make_ticket(nobody, it)
    for where in (silent, ticket):
        add_comment(as_web(sven), where, body="Hello?", internal=False)
    assert told_of("ticket.commented", silent) == {}
    assert told_of("ticket.commented", ticket) == {"Rita": "requester"}
