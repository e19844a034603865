"""The public link of a request type: tickets without a login, and what keeps machines and the curious out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from desk.commands import publish_form, save_configuration
from desk.models import OutgoingMail, RequestType, Ticket
from flowtic.core.errors import Invalid
from flowtic.core.models import Delivery, Event
from flowtic.core.outbox import deliver
from tests.desk.form_schemas import PURCHASE
from tests.desk.portal.test_request_form import make_type, text

SCHEMA = {
    "pages": [
        PURCHASE["pages"][0],
        {**PURCHASE["pages"][1]},
        {"key": "f", "fields": [{"key": "offers", "kind": "file"}]},
    ]
}
SENT = {"name": "Karl Kunde", "email": "Karl@customer.example", "field_item": "Mouse", "field_amount": "9"}


@pytest.fixture
def kind(it, as_web, ada):
    row = make_type("purchase", SCHEMA, department=it)
    return save_configuration(as_web(ada), row, public_link=True)


@pytest.fixture
def url(kind):
    return f"/request/{kind.public_key}"


def send(url, client=None, *, after=10, **data):
    """The form as a person sends it, some seconds after opening it."""
    client = client or Client()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        page = text(client.get(url))
    found = dict(re.findall(r'type="hidden" name="(stamp|shown)" value="([^"]*)"', page))
    with time_machine.travel(start + timedelta(seconds=after), tick=False):
        return client.post(url, {**found, **SENT, **data})


def test_a_stranger_asks_and_gets_a_receipt(url, kind, it):
    answer = send(url)
    assert answer.status_code == 200
    assert "Thank you" in text(answer)
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.request_type, ticket.department) == ("public", kind, it)
    assert (ticket.requester.email, ticket.requester.name) == ("karl@customer.example", "Karl Kunde")
    assert ticket.requester.state == User.State.CONTACT
    assert ticket.form_version == kind.live_version
    event = Event.objects.get(name="ticket.created")
    assert (event.via, event.machine, event.actor) == ("web", "public_form", None)
    assert ticket.number not in text(answer)


def test_known_and_unknown_addresses_get_the_same_answer(url, rita, otto):
    otto.state = "suspended"
    otto.save()
    strip = re.compile(r'nonce="[^"]*"|csrf[^>]*>|content="[^"]*"')
    answers = {
        strip.sub("", text(send(url, email=email))) for email in (rita.email, otto.email, "new@customer.example")
    }
    assert len(answers) == 1
    assert {ticket.requester for ticket in Ticket.objects.all()} == {
        rita,
        User.objects.get(email="new@customer.example"),
    }
    rita.refresh_from_db()
    assert (rita.name, rita.state) == ("Rita Reiter", "active")


def test_what_is_missing_is_said_and_nothing_is_lost(url):
    answer = send(url, email="nobody", field_item="", field_amount="900")
    page = text(answer)
    assert answer.status_code == 422
    for name in ("email", "field_item"):
        assert f'id="id_{name}_error"' in page
    assert 'value="Karl Kunde"' in page
    assert 'name="field_reason"' in page, "brought up by the amount"
    assert not Ticket.objects.exists()


def test_files_come_along_and_internal_fields_do_not(url):
    send(
        url, field_offers=SimpleUploadedFile("a.txt", b"x"), field_cost_centre="4711", requester="1", priority="urgent"
    )
    ticket = Ticket.objects.get()
    assert ticket.attachments.get().name == "a.txt"
    assert "cost_centre" not in ticket.fields
    assert ticket.priority.key == "normal"


@pytest.mark.parametrize(
    ("data", "after", "said"),
    [
        ({"website": "http://spam.example"}, 10, "Thank you"),
        ({}, 1, "That was very fast."),
        ({"stamp": "forged"}, 10, "open for too long"),
        ({"stamp": ""}, 10, "open for too long"),
        ({}, 25 * 3600, "open for too long"),
        ({"field_item": "x" * 70_000}, 10, "too much text"),
        ({"field_offers": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(4)]}, 10, "at most three files"),
        ({"field_offers": SimpleUploadedFile("a.exe", b"MZ")}, 10, "are not accepted"),
    ],
)
def test_machines_make_no_tickets(url, data, after, said):
    answer = send(url, after=after, **data)
    assert said in text(answer)
    assert not Ticket.objects.exists()
    assert not User.objects.filter(email="karl@customer.example").exists()


def test_a_stamp_of_another_form_does_not_count(url, it, as_web, ada):
    other = save_configuration(as_web(ada), make_type("other", SCHEMA), public_link=True)
    stamp = re.search(r'name="stamp" value="([^"]*)"', text(Client().get(f"/request/{other.public_key}")))[1]
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        assert send(url, stamp=stamp).status_code == 422


def test_sent_twice_it_is_one_ticket(url):
    client, start = Client(), timezone.now()
    page = text(client.get(url))
    found = dict(re.findall(r'type="hidden" name="(stamp|shown)" value="([^"]*)"', page))
    with time_machine.travel(start + timedelta(seconds=10), tick=False):
        for _number in range(2):
            assert "Thank you" in text(client.post(url, {**found, **SENT}))
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("same", ["sender", "address"])
def test_there_are_limits(url, settings, same):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "public_form": (2, 3600)}
    for number in range(3):
        client = Client(REMOTE_ADDR="10.0.0.1" if same == "sender" else f"10.0.0.{number}")
        email = f"k{number}@customer.example" if same == "sender" else "same@customer.example"
        answer = send(url, client, email=email)
    assert answer.status_code == 429
    assert 'value="Mouse"' in text(answer)
    assert Ticket.objects.count() == 2


def test_there_is_a_limit_per_form(url, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "public_form_all": (1, 3600)}
    send(url)
    assert send(url, Client(REMOTE_ADDR="10.0.0.9"), email="other@customer.example").status_code == 429


def test_only_where_it_is_switched_on(url, kind, as_web, ada):
    for wrong in ("x" * 32, "None", "..", "a" * 33, "purchase"):
        assert Client().get(f"/request/{wrong}").status_code == 404
    RequestType.objects.update(active=False)
    assert Client().get(url).status_code == 404
    RequestType.objects.update(active=True)
    save_configuration(as_web(ada), kind, public_link=False)
    assert Client().get(url).status_code == 404
    assert Client().post(url, SENT).status_code == 404


def test_a_form_that_asks_for_people_cannot_be_public(as_web, ada, kind):
    private = make_type("private", PURCHASE)
    with pytest.raises(Invalid):
        save_configuration(as_web(ada), private, public_link=True)
    with pytest.raises(Invalid):
        publish_form(as_web(ada), kind, schema=PURCHASE, note="")


def test_questions_are_fetched_anew(url):
    data = {"shown": "item,amount", "field_amount": "900", "name": "Karl"}
    part = Client().post(f"{url}/fields", data, headers={"HX-Request": "true"})
    assert 'name="field_reason"' in text(part)
    assert 'value="Karl"' in text(part)
    assert "data-error-summary" not in text(part)
    assert Client().get(f"{url}/fields")["Location"] == url


def test_who_has_an_account_gets_a_receipt_and_no_strangers_mailbox_is_filled(url, rita):
    """Anybody can type any address: only proved ones get mail before somebody answers."""
    send(url)
    send(url, email=rita.email)
    Delivery.objects.update(next_try=timezone.now())  # the form was sent on a travelled clock
    for row in Delivery.objects.all():
        deliver(row.pk)
    assert [row.recipient for row in OutgoingMail.objects.all()] == [rita]
