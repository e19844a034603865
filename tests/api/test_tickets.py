"""`/tickets` and `/tickets/{number}`: create, read, change."""

import pytest

from accounts.models import User
from desk.models import Ticket
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem
from tests.factories import make_ticket

NEW = {"subject": "Netzwerkdrucker druckt nicht", "description": "Seit heute früh **E-403**."}


def test_a_requester_creates_a_ticket_and_finds_it_where_the_answer_says(rest, rita, it):
    answer = rest(rita).post("/tickets", NEW)

    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/tickets/{body['number']}"
    assert answer["ETag"] == '"1"'
    assert (body["subject"], body["source"], body["requester"]["email"]) == (NEW["subject"], "api", rita.email)
    assert body["created_at"].endswith("Z")
    again = rest(rita).client.get(answer["Location"])
    assert again.json() == body
    event = Event.objects.get(name="ticket.created")
    assert (event.actor, event.via) == (rita, "api")


def test_an_agent_creates_for_somebody_unknown_who_becomes_a_contact(rest, sven, it):
    body = {**NEW, "requester_email": "Neu@Example.org", "priority": "high", "tags": ["VPN", "vpn"], "department": "it"}
    answer = rest(sven).post("/tickets", body).json()

    person = User.objects.get(email="neu@example.org")
    assert person.state == "contact"
    assert answer["requester"]["id"] == person.pk
    assert answer["reporter"]["id"] == sven.pk
    assert (answer["priority"]["key"], answer["tags"], answer["department"]["key"]) == ("high", ["vpn"], "it")


def test_a_refused_ticket_leaves_no_contact_behind(rest, sven, it):
    body = {**NEW, "requester_email": "neu@example.org", "department": "nowhere"}
    problem(rest(sven).post("/tickets", body), 422)
    assert not User.objects.filter(email="neu@example.org").exists()


def test_an_agent_creates_for_somebody_known(rest, sven, rita, it):
    answer = rest(sven).post("/tickets", {**NEW, "requester_email": rita.email.upper()}).json()
    assert answer["requester"]["id"] == rita.pk


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"description": "x"}, "subject"),
        ({"subject": "x"}, "description"),
        ({**NEW, "subject": "  \u200b "}, "subject"),
        ({**NEW, "subject": "a\x00b"}, "subject"),
        ({**NEW, "subject": "zwei\nZeilen"}, "subject"),
        ({**NEW, "subject": "x" * 256}, "subject"),
        ({**NEW, "description": "a\x00b"}, "description"),
        ({**NEW, "description": "x\x1b[31m"}, "description"),
        ({**NEW, "subject": 5}, "subject"),
        ({**NEW, "department": "nowhere"}, "department"),
        ({**NEW, "department": "IT"}, "department"),
        ({**NEW, "priority": "critical"}, "priority"),
        ({**NEW, "request_type": "none_such"}, "request_type"),
        ({**NEW, "requester_email": "not an address"}, "requester_email"),
        ({**NEW, "tags": "vpn"}, "tags"),
        ({**NEW, "tags": ["x"] * 21}, "tags"),
        ({**NEW, "tags": ["x" * 61]}, "tags.0"),
        ({**NEW, "kind": "complaint"}, "kind"),
        ({**NEW, "unknown": 1}, "unknown"),
    ],
)
def test_what_a_new_ticket_may_not_be(rest, sven, it, body, field):
    answer = rest(sven).post("/tickets", body)
    # A NUL escape is refused while reading already: no text can hold it.
    if answer.status_code == 400:
        problem(answer, 400, "bad_request")
    else:
        assert field in fields_of(problem(answer, 422, "invalid"))
    assert not Ticket.objects.exists()


def test_long_and_foreign_texts_survive(rest, rita, it):
    text = "Größe: ∅ 漢字 🖨️ \t<b>&amp;</b>\r\n" * 3000
    body = rest(rita).post("/tickets", {"subject": "🔥" * 255, "description": text}).json()
    stored = Ticket.objects.get(number=body["number"])
    assert stored.subject == "🔥" * 255
    assert stored.description == text.strip()


def test_fields_of_the_request_type(rest, sven, rita, it):
    from desk.models import RequestType

    schema = {"fields": [{"key": "room", "required": True}, {"key": "seats", "kind": "number"}]}
    RequestType.objects.create(key="move", name_de="Umzug", name_en="Move", department=it, schema=schema)
    client = rest(rita)

    assert fields_of(problem(client.post("/tickets", {**NEW, "request_type": "move"}), 422)) == {"fields.room"}
    wrong = {**NEW, "request_type": "move", "fields": {"room": "4.11", "seats": "many", "other": 1}}
    assert fields_of(problem(client.post("/tickets", wrong), 422)) == {"fields.seats", "fields.other"}
    made = client.post("/tickets", {**NEW, "request_type": "move", "fields": {"room": "4.11", "seats": 3}}).json()
    assert (made["fields"], made["request_type"], made["department"]["key"]) == (
        {"room": "4.11", "seats": 3},
        "move",
        "it",
    )

    desk = rest(sven)
    changed = desk.patch(f"/tickets/{made['number']}", {"fields": {"seats": 4}}).json()
    assert changed["fields"] == {"room": "4.11", "seats": 4}
    foreign = desk.patch(f"/tickets/{made['number']}", {"fields": {"colour": "red"}})
    assert fields_of(problem(foreign, 409)) == {"fields.colour"}


def test_an_agent_changes_fields(rest, alan, ticket, hr):
    answer = rest(alan).patch(f"/tickets/{ticket.number}", {"subject": "Neu", "priority": "urgent", "tags": ["b", "a"]})

    body = answer.json()
    assert answer.status_code == 200
    assert (body["subject"], body["priority"]["key"], body["tags"]) == ("Neu", "urgent", ["a", "b"])
    assert answer["ETag"] == f'"{body["version"]}"'
    assert body["version"] > 1
    ticket.refresh_from_db()
    assert ticket.subject == "Neu"


def test_null_and_nothing_change_nothing(rest, alan, ticket):
    for body in ({}, {"subject": None, "tags": None}):
        assert rest(alan).patch(f"/tickets/{ticket.number}", body).json()["version"] == 1


def test_moving_a_ticket_away_still_answers_it(rest, alan, ticket, hr):
    answer = rest(alan).patch(f"/tickets/{ticket.number}", {"department": "hr"})
    assert answer.json()["department"]["key"] == "hr"
    problem(rest(alan).get(f"/tickets/{ticket.number}"), 404)


def test_requesters_change_nothing_but_may_know_it_exists(rest, rita, otto, ticket):
    problem(rest(rita).patch(f"/tickets/{ticket.number}", {"priority": "urgent"}), 403, "forbidden")
    problem(rest(otto).patch(f"/tickets/{ticket.number}", {"priority": "urgent"}), 404, "not_found")
    ticket.refresh_from_db()
    assert (ticket.priority.key, ticket.version) == ("normal", 1)


def test_if_match(rest, alan, ticket):
    client, path = rest(alan), f"/tickets/{ticket.number}"
    first = client.patch(path, {"subject": "eins"}, If_Match='"1"')
    assert first.status_code == 200
    stale = client.patch(path, {"subject": "zwei"}, If_Match='"1"')
    problem(stale, 412, "stale_version")
    for odd in ('W/"2"', "2", '"x"', '"1", "2"', '"99999999999999999999"'):
        problem(client.patch(path, {"subject": "drei"}, If_Match=odd), 412)
    assert client.patch(path, {"subject": "vier"}, If_Match=first["ETag"]).json()["subject"] == "vier"
    assert client.patch(path, {"subject": "fünf"}, If_Match="*").json()["subject"] == "fünf"


def test_a_merged_ticket_says_where_it_went(rest, alan, ticket, rita, it):
    other = make_ticket(rita, it)
    rest(alan).post(f"/tickets/{ticket.number}/merge", {"into": other.number})

    answer = rest(alan).get(f"/tickets/{ticket.number}")
    assert (answer.status_code, answer.json()["merged_into"]) == (200, other.number)
    assert answer["Link"] == f'</api/v1/tickets/{other.number}>; rel="successor-version"'
    problem(rest(alan).patch(f"/tickets/{ticket.number}", {"subject": "x"}), 409)


@pytest.mark.parametrize(
    "number", ["FT-2026-999999", "x", "0", "..", "FT-2026-000001%00", "ü", "a" * 3000, "'OR 1=1--"]
)
def test_numbers_that_are_none(rest, ada, ticket, number):
    problem(rest(ada).get(f"/tickets/{number}"), 404, "not_found")


def test_strangers_and_other_departments_see_nothing(rest, otto, hanna, ticket):
    for person in (otto, hanna):
        client = rest(person)
        assert client.get("/tickets").json()["results"] == []
        for suffix in ("", "/comments", "/events", "/attachments", "/watchers", "/links"):
            problem(client.get(f"/tickets/{ticket.number}{suffix}"), 404, "not_found")


def test_names_come_in_the_language_asked_for(rest, rita, ticket):
    path = f"/tickets/{ticket.number}"
    german = rest(rita).get(path, Accept_Language="de-DE,de;q=0.9")
    assert (german.json()["status"]["name"], german["Content-Language"]) == ("Zuweisung offen", "de")
    assert rest(rita).get(path, Accept_Language="en").json()["status"]["name"] == "Pending assignment"
