"""Who gets in: every active person, to their own tickets; everybody else is turned away without learning anything."""

import pytest
from django.test import Client
from django.urls import reverse

from desk.commands import add_watcher
from tests.factories import make_ticket

PAGES = ["desk:portal", "desk:portal_tickets", "desk:portal_new"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("person", ["rita", "otto", "alan", "lea", "sven", "ada"])
def test_every_role_may_ask_for_help(name, person, web_of, request):
    answer = web_of(request.getfixturevalue(person)).get(reverse(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_visitors_log_in_first(name, db):
    url = reverse(name)
    answer = Client().get(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", PAGES)
def test_htmx_of_an_ended_session_is_told_so(name, db):
    answer = Client().get(reverse(name), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("name", PAGES)
def test_who_waits_for_approval_is_shown_that(name, pia, web_of):
    answer = web_of(pia).get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:pending"))


def doors_of(number):
    return {name: reverse(f"desk:portal_{name}", args=[number]) for name in ("ticket", "reply", "close", "reopen")}


@pytest.mark.parametrize("person", ["otto", "hanna"])
def test_strangers_find_nothing(person, web_of, ticket, request):
    before = ticket.version
    client, urls = web_of(request.getfixturevalue(person)), doors_of(ticket.number)
    unknown = doors_of("FT-2026-999999")
    for name, url in urls.items():
        found = client.get(url) if name == "ticket" else client.post(url, {"body": "let me in"})
        missing = client.get(unknown[name]) if name == "ticket" else client.post(unknown[name], {"body": "let me in"})
        assert (found.status_code, missing.status_code) == (404, 404)
        assert ticket.subject not in found.content.decode()
    ticket.refresh_from_db()
    assert (ticket.version, ticket.comments.count(), ticket.is_open) == (before, 0, True)


def test_the_requester_finds_the_ticket(rita_web, ticket):
    answer = rita_web.get(reverse("desk:portal_ticket", args=[ticket.number]))
    assert answer.status_code == 200
    assert ticket.subject in answer.content.decode()


def test_a_watcher_reads_and_answers_but_does_not_close(otto, sven, as_web, web_of, ticket):
    add_watcher(as_web(sven), ticket, person=otto)
    client, urls = web_of(otto), doors_of(ticket.number)
    assert urls["close"] not in client.get(urls["ticket"]).content.decode()
    assert client.post(urls["close"]).status_code == 302
    ticket.refresh_from_db()
    assert ticket.is_open
    assert client.post(urls["reply"], {"body": "Same here."}).status_code == 302
    assert ticket.comments.get().author == otto


def test_who_only_works_a_ticket_is_sent_to_the_desk(alan, web_of, ticket):
    answer = web_of(alan).get(reverse("desk:portal_ticket", args=[ticket.number]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:ticket", args=[ticket.number]))


def test_an_agent_who_sees_only_the_public_part_reads_it_here(hanna, web_of, ticket):
    """Somebody was mentioned: neither requester nor watcher, and no agent of the department."""
    ticket.participants.create(person=hanna, level="public", reason="mention", created_at=ticket.created_at)
    assert web_of(hanna).get(reverse("desk:portal_ticket", args=[ticket.number])).status_code == 200


def test_an_agent_reads_the_own_ticket_as_everybody_does(alan, it, ticket, web_of):
    own = make_ticket(alan, it, subject="My chair is broken")
    client = web_of(alan)
    assert client.get(reverse("desk:portal_ticket", args=[own.number])).status_code == 200
    listed = client.get(reverse("desk:portal_tickets")).content.decode()
    assert "My chair is broken" in listed
    assert ticket.subject not in listed


def test_addresses_of_forms_lead_to_the_page_when_opened(rita_web, ticket):
    """After a login the browser comes back to the address of the form with a GET."""
    urls = doors_of(ticket.number)
    for name in ("reply", "close", "reopen"):
        assert rita_web.get(urls[name])["Location"] == urls["ticket"]


def test_posting_needs_the_token_of_the_form(rita, ticket):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(doors_of(ticket.number)["reply"], {"body": "forged"}, headers=headers)
        assert answer.status_code == 403
    assert not ticket.comments.exists()
