"""The dispatcher's board: who sees it, what one sees, and that handing out is fair, atomic per ticket and undoable."""

from datetime import timedelta

import pytest

from accounts.models import Absence
from desk.commands import assign_ticket
from desk.dispatch_board import Board
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_person, make_ticket


@pytest.fixture
def three(ticket, rita, it):
    return [ticket, *(make_ticket(requester=rita, department=it, subject=f"Matter {n}") for n in (2, 3))]


def names(board):
    return [lane.person.name for lane in board.lanes]


def test_leads_hand_out_their_own_departments_work(web_of, lea, sven, alan, rita, three, hr, hanna):
    foreign = make_ticket(requester=rita, department=hr, subject="Payslip")
    page = web_of(lea).get("/dispatch").content.decode()
    assert three[0].subject in page
    assert foreign.subject not in page
    assert hanna.name not in page
    assert foreign.subject in web_of(sven).get("/dispatch").content.decode()
    assert foreign.subject not in web_of(sven).get("/dispatch?department=it").content.decode()
    assert web_of(alan).get("/dispatch").status_code == 403
    assert 'href="/dispatch"' not in web_of(alan).get("/tickets").content.decode()


def test_ticked_tickets_go_to_the_person_whose_plus_is_pressed(web_of, lea, alan, three):
    answer = web_of(lea).post(
        "/dispatch/assign", {"ticket": [row.number for row in three[:2]], "person": alan.pk}, HTTP_HX_REQUEST="true"
    )
    assert answer.status_code == 200
    assert "2 tickets assigned." in answer.content.decode()
    for row in three:
        row.refresh_from_db()
    assert [row.assignee for row in three] == [alan, alan, None]
    event = Event.objects.filter(ticket_id=three[0].pk, name="ticket.assigned").get()
    assert event.data["reason"]["code"] == "by_hand"
    web_of(lea).post(f"/undo/{event.operation_id}")
    for row in three:
        row.refresh_from_db()
    assert [row.assignee for row in three] == [None] * 3


def test_who_was_faster_keeps_it_and_the_rest_goes_on(web_of, as_web, lea, alan, sven, three):
    assign_ticket(as_web(sven), three[0], assignee=sven)
    answer = web_of(lea).post(
        "/dispatch/assign", {"ticket": [row.number for row in three[:2]], "person": alan.pk}, HTTP_HX_REQUEST="true"
    )
    page = answer.content.decode()
    assert f"{three[0].number}: {sven.name} got there first." in page
    three[1].refresh_from_db()
    three[0].refresh_from_db()
    assert (three[0].assignee, three[1].assignee) == (sven, alan)


def test_nobody_is_given_foreign_work_or_to_strangers(web_of, lea, hanna, alan, rita, three, hr):
    foreign = make_ticket(requester=rita, department=hr, subject="Payslip")
    client = web_of(lea)
    assert client.post("/dispatch/assign", {"ticket": foreign.number, "person": alan.pk}).status_code == 422
    assert client.post("/dispatch/assign", {"ticket": three[0].number, "person": hanna.pk}).status_code == 422
    assert web_of(alan).post("/dispatch/assign", {"ticket": three[0].number, "person": alan.pk}).status_code == 403
    foreign.refresh_from_db()
    three[0].refresh_from_db()
    assert (foreign.assignee, three[0].assignee) == (None, None)


def test_the_plan_is_fair_says_why_and_changes_nothing(lea, alan, it, three, as_web):
    second = make_person("bea@flowtic.example", role="agent", departments=[it])
    board = Board(Actor(lea, "web"))
    shares = board.plan()
    assert [share.ticket.pk for share in shares] == [row.pk for row in board.tickets]
    got = [share.lane.person for share in shares]
    assert {alan, lea, second} == set(got)  # three people, three tickets: one each
    assert all("open" in share.words for share in shares)
    assert Event.objects.filter(name="ticket.assigned").count() == 0


def test_the_plan_leaves_out_who_is_away_or_full_and_the_requester(lea, alan, it, three):
    now = clock.now()
    Absence.objects.create(user=alan, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=2))
    lea.capacity = 1
    lea.save(update_fields=["capacity"])
    shares = Board(Actor(lea, "web")).plan()
    assert [share.lane and share.lane.person for share in shares] == [lea, None, None]
    assert shares[1].words == "everybody has reached the limit of open work"
    mine = make_ticket(requester=lea, department=it, subject="My own")
    own = Board(Actor(lea, "web")).plan([mine.number])
    assert own[0].lane is None
    lanes = Board(Actor(lea, "web")).lanes
    assert [lane.away for lane in lanes] == [False, True]
    assert lanes[1].absence is not None


def test_the_plan_says_what_workflows_hand_out_and_leads_to_its_rehearsal(web_of, lea, ada, it, three, monkeypatch):
    monkeypatch.setattr("desk.dispatch_board.is_skipped", lambda row: row == three[0])
    page = web_of(lea).get("/dispatch/plan?department=it").content.decode()
    assert "1 ticket is left out: its workflow hands it out." in page
    assert f'value="{three[1].number}:' in page and f'value="{three[0].number}:' not in page
    assert "/rehearsals/assignment" not in page  # for administrators
    there = "/workflows/rehearsals/assignment?department=it"
    assert there in web_of(ada).get("/dispatch/plan?department=it").content.decode()
    assert '<option value="it" selected' in web_of(ada).get(there).content.decode()


def test_the_confirmed_plan_is_one_operation(web_of, lea, alan, three):
    page = web_of(lea).get("/dispatch/plan")
    assert page.status_code == 200
    pairs = [f"{share.ticket.number}:{share.lane.person.pk}" for share in Board(Actor(lea, "web")).plan()]
    assert all(pair in page.content.decode() for pair in pairs)
    answer = web_of(lea).post("/dispatch/distribute", {"share": pairs, "department": "it"})
    assert answer["Location"] == "/dispatch?department=it"
    found = Event.objects.filter(name="ticket.assigned")
    assert found.count() == 3
    assert len(set(found.values_list("operation_id", flat=True))) == 1
    web_of(lea).post(f"/undo/{found[0].operation_id}")
    for row in three:
        row.refresh_from_db()
        assert row.assignee is None


def test_forged_shares_are_refused(web_of, lea, hanna, three):
    client = web_of(lea)
    for share in (f"{three[0].number}:{hanna.pk}", f"{three[0].number}:x", "nonsense", f"FT-1:{lea.pk}"):
        assert client.post("/dispatch/distribute", {"share": share}).status_code == 422, share
    three[0].refresh_from_db()
    assert three[0].assignee is None


def test_the_cost_does_not_grow_with_the_rows(web_of, lea, rita, it, ticket, django_assert_max_num_queries):
    client = web_of(lea)
    client.get("/dispatch")
    for n in range(8):
        make_ticket(requester=rita, department=it, subject=f"Matter {n}")
        make_person(f"p{n}@flowtic.example", role="agent", departments=[it])
    with django_assert_max_num_queries(26):
        client.get("/dispatch")
