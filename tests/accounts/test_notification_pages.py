"""The bell, the page, the table of choices, and the same through the API."""

import re

import pytest

from accounts.models import Notification, NotificationSettings
from desk.commands import add_comment, assign_ticket
from desk.notifying import write_notifications
from flowtic.core.models import Event
from tests.api.conftest import Rest, problem
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(as_web, alan, sven, ticket):
    """Alan has three unread notifications about one ticket."""
    assign_ticket(as_web(sven), ticket, assignee=alan)
    for internal in (True, False):
        add_comment(as_web(sven), ticket, body="<b>CANARY</b>", internal=internal)
    for event in Event.objects.filter(ticket_id=ticket.pk, actor=sven):
        write_notifications(event)
    return Notification.objects.filter(person=alan)


def test_the_bell_and_the_page(client, told, alan, ticket):
    client.force_login(alan)
    assert client.get("/notifications/count").json() == {"unread": 3}
    recent = client.get("/notifications/recent").content.decode()
    assert recent.count('class="notice notice-new"') == 3 and "You are the assignee" in recent
    page = client.get("/notifications").content.decode()
    assert page.count(f'<span class="num text-ink-3">{ticket.number}</span>') == 1, "grouped by ticket"
    only = client.get("/notifications?kind=assignment").content.decode()
    assert [text.count('class="notice notice-new"') for text in (page, only)] == [3, 1]
    assert "No notifications" in client.get("/notifications?kind=promise").content.decode()
    assert client.get("/notifications?kind=nonsense&unread=1").status_code == 200


def test_reading_some_all_or_those_of_a_ticket(client, told, alan, rita, hanna, it, ticket):
    client.force_login(alan)
    first = told.order_by("pk").first()
    fetched = {"X-Requested-With": "fetch"}
    assert client.post("/notifications/read", {"id": first.pk}, headers=fetched).json() == {"unread": 2}
    assert client.post("/notifications/read", {"ticket": ticket.pk + 999}, headers=fetched).json() == {"unread": 2}
    assert client.post("/notifications/read", {"ticket": ticket.pk}, headers=fetched).json() == {"unread": 0}
    assert client.post("/notifications/read", {"all": "1", "next": "/notifications"})["Location"] == "/notifications"
    assert client.post("/notifications/read", {"all": "1", "next": "//evil.test"})["Location"] == "/notifications"
    for wrong in ({}, {"id": "x"}, {"ticket": "-1"}, {"id": "9" * 30}):
        assert client.post("/notifications/read", wrong).status_code == 400, wrong
    # Another person's rows are no business of one's own.
    told.update(read_at=None)
    client.force_login(hanna)
    client.post("/notifications/read", {"id": first.pk})
    client.post("/notifications/read", {"all": "1"})
    assert told.filter(read_at=None).count() == 3
    assert str(ticket.number) not in client.get("/notifications").content.decode()


def test_the_table_of_choices(client, alan, it, hr):
    client.force_login(alan)
    page = client.get("/me/notifications?department=hr").content.decode()
    assert "Other rules for Hr" in page or "Other rules for Human resources" in page
    fields = dict.fromkeys(re.findall(r'<select class="field" name="([^"]+-mail)"', page), "now")
    values = fields | {"place": ["all", "hr"], "all-note-mail": "daily", "hr-note-mail": "off", "hr-note-app": "on"}
    answer = client.post("/me/notifications", values | {"quiet_from": "20:00", "quiet_until": "06:30"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = NotificationSettings.objects.get(person=alan)
    assert row.choices["note"] == {"in_app": False, "mail": "daily"}
    assert row.departments["hr"]["note"] == {"in_app": True, "mail": "off"}
    assert (row.quiet_from.hour, row.quiet_until.minute) == (20, 30)
    wrong = client.post("/me/notifications", values | {"quiet_from": "20:00"})
    assert wrong.status_code == 422 and 'value="20:00"' in wrong.content.decode()
    assert client.post("/me/notifications", values | {"all-note-mail": "sometimes"}).status_code == 422
    client.post("/me/notifications", values | {"hr-remove": "on"})
    row.refresh_from_db()
    assert (row.departments, row.quiet_from) == ({}, None)


def test_what_everybody_gets_is_not_kept_as_a_choice(client, alan):
    client.force_login(alan)
    page = client.get("/me/notifications").content.decode()
    values = {"place": "all"}
    for name, options in re.findall(r'<select class="field" name="([^"]+)".*?>(.*?)</select>', page):
        values[name] = re.search(r'value="(\w+)" selected', options)[1]
    for name in re.findall(r'<input type="checkbox" class="check" name="([^"]+)"[^>]* checked', page):
        values[name] = "on"
    assert client.post("/me/notifications", values).status_code == 302
    assert not NotificationSettings.objects.exclude(choices={}).exists()


def test_the_api(api, told, alan, hanna, as_web, sven, rita, it, ticket):
    mine, other = Rest(api(alan)), Rest(api(hanna))
    body = mine.get("/notifications?limit=2").json()
    assert [row["ticket"] for row in body["results"]] == [ticket.number] * 2 and body["next"]
    assert "CANARY" not in str(body)
    assert body["results"][0]["by"] == sven.name and body["results"][0]["read_at"] is None
    ids = [row["id"] for row in body["results"]]
    assert other.get("/notifications").json()["results"] == []
    assert other.post("/notifications/read", {"ids": ids}).json() == {"unread": 0}
    assert mine.post("/notifications/read", {"ids": ids}).json() == {"unread": 1}
    assert len(mine.get("/notifications?unread=true").json()["results"]) == 1
    assert mine.post("/notifications/read", {"all": True}).json() == {"unread": 0}
    assert mine.post("/notifications/read", {}).json() == {"unread": 0}
    problem(mine.post("/notifications/read", {"ids": [0]}), 422)
    problem(Rest(api(alan, "people:read")).get("/notifications"), 403)


def test_muting_from_the_ticket(client, alan, hanna, rita, it, ticket):
    client.force_login(alan)
    place = f"/tickets/{ticket.number}"
    assert "Mute this ticket" in client.get(place).content.decode()
    client.post(f"{place}/mute")
    page = client.get(place).content.decode()
    assert "Hear of this ticket again" in page and "muted" in page
    client.post(f"{place}/mute", {"off": "1"})
    assert "Mute this ticket" in client.get(place).content.decode()
    client.force_login(hanna)
    assert client.post(f"{place}/mute").status_code == 404
    assert make_ticket(rita, it).pk
