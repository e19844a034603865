"""A ticket that an agent writes for somebody."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from desk.models import Ticket

NEW = "/tickets/new"
TOKEN = "2" * 32


def text(answer):
    return answer.content.decode()


@pytest.fixture
def filled(it):
    return {
        "requester": "Rita Reiter <rita.reiter@example.test>",
        "subject": "No <b>sound</b>",
        "description": "Since **Monday**",
        "department": it.key,
        "priority": "high",
        "kind": "incident",
        "tags": "sound, Room 4",
        "due_at": "2027-01-31T12:30",
        "token": TOKEN,
    }


def test_the_ticket_is_the_requesters_and_says_who_wrote_it(alan_web, alan, rita, filled):
    answer = alan_web.post(NEW, {**filled, "files": SimpleUploadedFile("a.txt", b"x")})
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert (ticket.requester, ticket.reporter, ticket.subject) == (rita, alan, "No <b>sound</b>")
    assert (ticket.priority.key, ticket.kind, ticket.source) == ("high", "incident", "web")
    assert sorted(tag.name for tag in ticket.tags.all()) == ["room 4", "sound"]
    assert ticket.due_at.isoformat() == "2027-01-31T11:30:00+00:00"
    assert ticket.attachments.get().name == "a.txt"
    assert f"Ticket {ticket.number} was created." in text(alan_web.get(answer["Location"]))


@pytest.mark.parametrize(
    ("typed", "name"), [("Karl Kunde <KARL@customer.example>", "Karl Kunde"), ("karl@customer.example", "karl")]
)
def test_an_unknown_address_becomes_a_contact(typed, name, alan_web, filled):
    alan_web.post(NEW, {**filled, "requester": typed})
    person = Ticket.objects.get().requester
    assert (person.email, person.name, person.state) == ("karl@customer.example", name, "contact")


def test_a_refused_ticket_leaves_no_contact(alan_web, filled):
    data = {**filled, "requester": "karl@customer.example", "files": SimpleUploadedFile("a.exe", b"MZ")}
    assert alan_web.post(NEW, data).status_code == 422
    assert not User.objects.filter(email="karl@customer.example").exists()


def test_nothing_typed_is_lost(alan_web, alan_htmx, filled):
    wrong = {**filled, "requester": "<nobody>", "subject": "", "due_at": "tomorrow"}
    answer = alan_web.post(NEW, wrong)
    page = text(answer)
    assert answer.status_code == 422
    for kept in ('value="&lt;nobody&gt;"', "Since **Monday**", 'value="sound, Room 4"', 'value="high" selected'):
        assert kept in page, kept
    for said in ("Please choose a person", "Please enter a subject.", "Please give a date and a time."):
        assert said in page, said
    fragment = alan_htmx.post(NEW, wrong)
    assert fragment.status_code == 422
    assert text(fragment).lstrip().startswith('<div class="form" id="new-fields">')
    assert 'type="file"' not in text(fragment), "chosen files stay where they are"
    assert not Ticket.objects.exists()


def test_sent_twice_it_is_one_ticket(alan_web, alan_htmx, filled):
    first, second = alan_web.post(NEW, filled), alan_htmx.post(NEW, filled)
    assert Ticket.objects.count() == 1
    assert first["Location"] == second["HX-Redirect"]


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("requester", "nobody", 422, "Please choose a person"),
        ("requester", "rita.reiter@example.test", 200, ""),
        ("subject", "", 422, "Please enter a subject."),
        ("due_at", "x", 422, "Please give a date and a time."),
    ],
)
def test_one_field_is_checked_alone(field, value, status, said, alan_htmx, rita, it):
    answer = alan_htmx.post(f"{NEW}/validate?field={field}", {field: value})
    page = text(answer)
    assert answer.status_code == status
    assert re.search(rf'<div class="field-wrap[^"]*" id="id_{field}_wrap"', page)
    assert page.count('class="label"') == 1
    assert ('class="err"' in page) == bool(said)
    assert said in page
    assert alan_htmx.post(f"{NEW}/validate?field=password", {}).status_code == 400


def test_a_link_fills_the_form_in(alan_web, it):
    page = text(alan_web.get(NEW, {"requester": "rita.reiter@example.test", "subject": '"><script>'}))
    assert 'value="rita.reiter@example.test"' in page
    assert "<script>alert" not in page
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_requesters_have_their_own_form(web_of, rita, pia, filled):
    assert web_of(rita).get(NEW)["Location"] == "/portal/new"
    assert web_of(rita).post(NEW, filled).status_code == 403
    assert web_of(pia).get(NEW)["Location"] == "/pending"
    assert not Ticket.objects.exists()
