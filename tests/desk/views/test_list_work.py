"""The list at work: filters by word and date, groups, two keys, columns, menus of a row, the look beside it, live rows, board."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from desk.commands import note_visit
from desk.models import Participant, Priority, Status, Ticket
from flowtic.core.clock import travel
from tests.factories import make_ticket

LIST = "/tickets"


def text(answer):
    return answer.content.decode()


def numbers(answer):
    return re.findall(r"<td class=c-id>([^<]+)<", text(answer))


def heads(answer):
    return re.findall(r'id="group-(\w+)"', text(answer))


@pytest.fixture
def tickets(rita, otto, it, alan):
    """Five of IT with different dates, owners, states; the moment is a Wednesday noon."""
    now = timezone.now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=12, minute=0)
    noon = monday + timedelta(days=2)
    high, low = Priority.objects.get(key="high"), Priority.objects.get(key="low")
    made = {
        "over": make_ticket(rita, it, due_at=noon - timedelta(hours=1), assignee=alan, tags=["vpn"]),
        "today": make_ticket(otto, it, due_at=noon + timedelta(hours=2), priority=high),
        "week": make_ticket(rita, it, due_at=noon + timedelta(days=3), priority=low),
        "later": make_ticket(rita, it, due_at=noon + timedelta(days=30), status="waiting_requester"),
        "none": make_ticket(rita, it, kind="incident"),
    }
    Ticket.objects.update(language="en")
    Ticket.objects.filter(pk=made["none"].pk).update(language="de")
    return noon, made


def test_filters_by_word_and_their_opposites(tickets, alan_web, alan, as_web):
    noon, made = tickets
    Ticket.objects.filter(pk=made["none"].pk).update(created_at=noon - timedelta(days=40))
    Ticket.objects.filter(pk=made["week"].pk).update(created_at=noon - timedelta(days=1))
    Participant.objects.create(ticket=made["later"], person=alan, level="public", reason="watcher", created_at=noon)
    note_visit(as_web(alan), made["over"])
    Ticket.objects.filter(pk=made["over"].pk).update(updated_at=timezone.now() - timedelta(days=1))
    cases = {
        "status.not=waiting_requester,closed": "over today week none",
        "assignee.not=me": "today week later none",
        "assignee.not=none": "over",
        "tag.not=vpn": "today week later none",
        "priority.not=high,low": "over later none",
        "kind=incident": "none",
        "kind.not=incident&requester.not=otto": "over week later",
        "source=api": "",
        "language=de": "none",
        "language.not=de": "over today week later",
        "due=overdue": "over",
        "due=overdue,today": "over today",
        "due=this_week": "over today week",
        "due=none": "none",
        "due=next_3_days&due=none": "over today week none",
        "created=older_than_30_days": "none",
        "created=last_7_days&created=": "over today week later",
        "created=yesterday": "week",
        "for_me=watching": "later",
        "for_me=mentioned": "",
        "for_me=unread": "today week later none",
        "status=waiting_requester&status.is=not": "over today week none",
    }
    with travel(noon):
        for query, wanted in cases.items():
            found = set(numbers(alan_web.get(f"{LIST}?{query}")))
            assert found == {made[name].number for name in wanted.split()}, query
    for wrong in ("due=soon", "created=last_0_days", "created=last_9999_days", "kind=x", "language=deutsch", "q.not=x",
                  "for_me=all", "open.not=true", "status.not=x"):  # fmt: skip
        assert alan_web.get(f"{LIST}?{wrong}").status_code == 400, wrong
    chips = text(alan_web.get(f"{LIST}?status.not=closed&created=last_30_days&due=overdue,today"))
    for chip in ("Status <b>not Closed</b>", "Created <b>last 30 days</b>", "Due <b>overdue, today</b>"):
        assert chip in chips, chip
    form = text(alan_web.get(f"{LIST}/filters?status.not=closed&created=today&edit=status"))
    for piece in ('name="created" value="today"', 'name="status.is" value="not" checked', 'value="closed" checked'):
        assert piece in form, piece
    unread = text(alan_web.get(LIST))
    assert unread.count("<a title=unread ") == 4


def test_groups_follow_the_order_and_pages_respect_them(tickets, alan_web, web_of, alan, monkeypatch):
    noon, made = tickets
    monkeypatch.setattr("desk.queries.PAGE_SIZE", 2)
    with travel(noon):
        answer = alan_web.get(LIST)
        assert heads(answer) == ["over", "today"]
        found, more, groups = numbers(answer), "x", heads(answer)
        client = web_of(alan, htmx=True, target="tr#more-row")
        while more:
            more = re.search(r'href="(\?[^"]*cursor=[^"]*)"', text(answer))
            if not more:
                break
            answer = client.get(LIST + more.group(1).replace("&amp;", "&"))
            found += numbers(answer)
            groups += heads(answer)
        assert found == [made[name].number for name in ("over", "today", "week", "later", "none")]
        assert groups == ["over", "today", "week", "later", "none"]
        totals = text(alan_web.get(f"{LIST}/count?by=group"))
        assert re.findall(r'id="n-(\w+)"[^>]*>(\d+)<', totals) == [(name, "1") for name in groups]
        for name in ("status", "priority", "department", "assignee", "due"):
            found, query = [], f"?group={name}&sort=-created"
            while query:
                answer = alan_web.get(LIST + query)
                found += numbers(answer)
                more = re.search(r'href="(\?[^"]*cursor=[^"]*)"', text(answer))
                query = more.group(1).replace("&amp;", "&") if more else ""
            assert sorted(found) == sorted(ticket.number for ticket in made.values()), name
            counted = re.findall(r">(\d+)<", text(alan_web.get(f"{LIST}/count?group={name}&by=group")))
            assert sum(map(int, counted)) == 5, name
        # Assignees by name, nobody first; within a group the order that was asked for.
        page = alan_web.get(f"{LIST}?group=assignee&sort=created")
        assert heads(page) == ["0"]
        assert numbers(page) == [made["today"].number, made["week"].number]


def test_two_keys_and_a_list_that_is_too_long_for_them(tickets, alan_web, monkeypatch):
    _noon, made = tickets
    asked = f"{LIST}?open=true&group=none&sort=-priority,created"
    assert numbers(alan_web.get(asked)) == [made[name].number for name in ("today", "over", "later", "none", "week")]
    assert numbers(alan_web.get(f"{LIST}?open=true&group=none&sort=-priority,-created"))[1] == made["none"].number
    monkeypatch.setattr("desk.queries.MAX_SORTED", 3)
    for query in (asked, f"{LIST}?open=true&group=assignee"):
        page = alan_web.get(query)
        assert "sorted by the first key only" in text(page)
        assert len(numbers(page)) == 5
        assert heads(page) == []
    assert alan_web.get(f"{LIST}?sort=-priority,id").status_code == 400


def test_the_order_of_work_finds_the_same_with_and_without_its_index(tickets, alan_web, monkeypatch):
    """Conditions that are kept away from other indexes are still conditions; so is a cursor behind them."""
    _noon, made = tickets
    for few in (500, -1):
        monkeypatch.setattr("desk.list_filter.FEW", few)
        for query, kept in (
            ("priority=high", lambda ticket: ticket.priority.key == "high"),
            ("priority.not=high", lambda ticket: ticket.priority.key != "high"),
            ("assignee=none", lambda ticket: ticket.assignee_id is None),
            ("assignee.not=none&priority=normal,high", lambda ticket: ticket.assignee_id),
        ):
            page = alan_web.get(f"{LIST}?open=true&sort=due&{query}")
            assert sorted(numbers(page)) == sorted(ticket.number for ticket in made.values() if kept(ticket)), query
            assert text(alan_web.get(f"{LIST}/count?open=true&{query}")) == str(len(numbers(page))), query


def test_columns_are_chosen_ordered_and_sized(tickets, alan_web):
    page = text(alan_web.get(f"{LIST}?columns=due,number:s,created,kind"))
    assert re.findall(r'<th class="(c-\w+)"', page)[2:] == ["c-sla", "c-id", "c-sub", "c-dep", "c-dep"]
    assert 'class="col-id col-size-s"' in page
    assert "Incident" in page
    assert "Least time left first" in page
    assert alan_web.get(f"{LIST}?columns=password").status_code == 400
    assert alan_web.get(f"{LIST}?columns=number:<b>,subject").status_code == 200
    form = text(alan_web.get(f"{LIST}/filters?edit=columns&columns=due,number:s"))
    assert re.findall(r'data-column-name="(\w+)"', form)[:4] == ["due", "number", "subject", "status"]


def test_a_row_is_changed_in_its_place(tickets, web_of, alan, hanna, rita, sven, hr):
    _noon, made = tickets
    ticket = made["over"]
    url, target = f"{LIST}/{ticket.number}", f"tr#ticket-{ticket.pk}"
    client = web_of(alan, htmx=True, target="div#quick")
    for name, piece in (
        ("status", 'value="in_progress"'),
        ("priority", 'value="urgent"'),
        ("department", 'value="it"'),
    ):
        assert piece in text(client.get(f"{url}/quick/{name}")), name
    assert "Release" in text(client.get(f"{url}/quick/assignment"))
    assert client.get(f"{url}/quick/subject").status_code == 404
    assert f'action="{url}/status"' in text(web_of(alan).get(f"{url}/quick/status"))
    assert web_of(hanna).get(f"{url}/quick/status").status_code == 404
    assert web_of(hanna).get(f"{url}/peek").status_code == 404
    row = web_of(alan, htmx=True, target=target)
    answer = row.post(
        f"{url}/priority", {"priority": "urgent"}, headers={"HX-Current-URL": "http://x/tickets?columns=due"}
    )
    assert "g-urgent" in text(answer)
    assert "<td class=c-req" not in text(answer)
    assert "/undo/" in text(answer)
    stale = row.post(f"{url}/priority", {"priority": "low", "seen": 1})
    assert (stale.status_code, "g-urgent" in text(stale)) == (409, True)
    card = web_of(alan, htmx=True, target=f"li#ticket-{ticket.pk}").post(f"{url}/status", {"status": "in_progress"})
    assert 'data-status="in_progress"' in text(card)
    gone = row.post(
        f"{LIST}/{made['none'].number}/department", {"department": "hr"}, headers={"HX-Target": "tr#ticket-1"}
    )
    assert "No longer yours to see" in text(gone)


def test_a_look_beside_the_list(tickets, alan_web, web_of, alan, as_web, rita):
    from desk.commands import add_comment

    ticket = tickets[1]["over"]
    add_comment(as_web(alan), ticket, body="<script>alert(1)</script> secret note", internal=True)
    sheet = text(web_of(alan, htmx=True).get(f"{LIST}/{ticket.number}/peek"))
    for piece in (ticket.subject, "secret note", "Internal note", "Rita Reiter"):
        assert piece in sheet, piece
    assert "<script>alert" not in sheet
    page = text(alan_web.get(f"{LIST}?peek={ticket.number}"))
    assert re.search(r'<dialog id="peek"[^>]* open>', page)
    assert "secret note" in page
    assert "secret note" not in text(alan_web.get(f"{LIST}?peek=FT-0"))
    assert web_of(rita).get(f"{LIST}/{ticket.number}/peek")["Location"] == f"/portal/tickets/{ticket.number}"


def test_live_rows_are_fetched_together_under_ones_own_rights(tickets, alan_web, hanna, rita, hr, it):
    foreign, closed = make_ticket(rita, hr), make_ticket(rita, it, status="closed")
    ids = [ticket.pk for ticket in tickets[1].values()]
    maybe = f"{ids[0]},{foreign.pk},{closed.pk},x,{2**80}"
    answer = alan_web.get(f"{LIST}/rows?ids={ids[0]},{ids[1]},{foreign.pk}&maybe={maybe}")
    assert len(numbers(answer)) == 2
    assert answer["X-New-Tickets"] == str(ids[0])
    assert alan_web.get(f"{LIST}/rows")["X-New-Tickets"] == ""
    page = text(alan_web.get(f"{LIST}?assignee=none&open=true"))
    assert 'data-enters="ticket.created ticket.assigned' in page
    assert 'data-topic="tickets"' in page


@pytest.mark.usefixtures("tickets")
def test_the_board_has_a_page_for_each_status(alan_web, web_of, alan, monkeypatch):
    monkeypatch.setattr("desk.list_board.CARDS", 1)
    page = text(alan_web.get(f"{LIST}?layout=board"))
    shown = re.findall(r'<section class="board-col"[^>]*data-status="(\w+)"', page)
    assert shown == [row.key for row in Status.objects.filter(active=True) if row.is_open]
    more = re.search(r'hx-get="(\?[^"]*part=(\w+)[^"]*)" hx-target="#more-(\d+)"', page)
    client = web_of(alan, htmx=True, target=f"li#more-{more.group(3)}")
    cards = text(client.get(LIST + more.group(1).replace("&amp;", "&")))
    assert cards.lstrip().startswith("<li")
    assert len(re.findall(r'class="card board-card"', cards)) == 1
    assert (
        re.findall(r'data-status="(\w+)"', text(alan_web.get(f"{LIST}?layout=board&status=assigned")))[0] == "assigned"
    )
    counted = dict(re.findall(r'id="n-(\d+)"[^>]*>(\d+)<', text(alan_web.get(f"{LIST}/count?layout=board&by=status"))))
    assert sum(map(int, counted.values())) == 5
    assert client.get(f"{LIST}?layout=board&part=closed").status_code == 400


def test_the_cost_of_groups_board_and_views(tickets, alan_web, django_assert_max_num_queries):
    for path, most in ((f"{LIST}?group=status", 13), (f"{LIST}?layout=board", 27), (f"{LIST}/views/counts", 25)):
        alan_web.get(path)
        with django_assert_max_num_queries(most):
            assert alan_web.get(path).status_code == 200
