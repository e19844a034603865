"""Claiming from the list and from the ticket: one wins, everybody else sees who."""

import pytest

from desk.commands import claim_ticket
from tests.factories import make_ticket


@pytest.fixture
def row_of(web_of):
    return lambda person, ticket: web_of(person, htmx=True, target=f"tr#ticket-{ticket.pk}")


def claim(client, ticket, **data):
    return client.post(f"/tickets/{ticket.number}/claim", data)


def test_the_row_comes_back_with_its_owner(row_of, alan, ticket):
    answer = claim(row_of(alan, ticket), ticket)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<tr class="row" id="ticket-{ticket.pk}" tabindex="-1" data-focus="#ticket-{ticket.pk}">' in page
    assert "Alan A." in page
    assert f"{ticket.number} is yours." in page
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status.key) == (alan, "assigned")


def test_who_was_slower_sees_who_won(row_of, as_web, lea, alan, ticket):
    claim_ticket(as_web(lea), ticket)
    answer = claim(row_of(alan, ticket), ticket)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'data-focus="#ticket-{ticket.pk}"' in page
    assert "Lea Leitung got there first." in page
    assert "Lea L." in page
    assert "formaction" not in page


def test_a_closed_ticket_cannot_be_taken(row_of, alan, rita, it):
    ticket = make_ticket(rita, it, status="closed")
    answer = claim(row_of(alan, ticket), ticket)
    assert answer.status_code == 409
    assert "A closed ticket cannot be taken over." in answer.content.decode()


def test_without_javascript_one_comes_back_to_the_list(alan_web, as_web, lea, rita, it, ticket):
    answer = claim(alan_web, ticket, next="/tickets?sort=due")
    assert answer["Location"] == "/tickets?sort=due"
    assert f"{ticket.number} is yours." in alan_web.get(answer["Location"]).content.decode()
    other = make_ticket(rita, it)
    claim_ticket(as_web(lea), other)
    assert (
        "Lea Leitung got there first."
        in alan_web.get(claim(alan_web, other, next="/tickets")["Location"]).content.decode()
    )
    assert claim(alan_web, make_ticket(rita, it), next="https://evil.example/")["Location"] == "/"


def test_from_the_ticket_its_head_changes(alan_htmx, alan_web, ticket, rita, it):
    page = claim(alan_htmx, ticket).content.decode()
    assert f'id="ticket-{ticket.pk}-head"' in page
    assert f'data-focus="#ticket-{ticket.pk}-assignment"' in page
    other = make_ticket(rita, it)
    assert claim(alan_web, other)["Location"] == f"/tickets/{other.number}"


def test_strangers_and_bystanders(row_of, web_of, as_web, hanna, rita, otto, ticket):
    assert claim(row_of(hanna, ticket), ticket).status_code == 404
    assert claim(web_of(rita), ticket).status_code == 403
    assert claim(web_of(otto), ticket).status_code == 403
    from desk.commands import add_watcher
    from flowtic.core.actor import Actor

    add_watcher(Actor.system("test"), ticket, person=hanna)
    assert claim(row_of(hanna, ticket), ticket).status_code == 403
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_only_free_tickets_of_ones_departments_offer_the_button(web_of, alan, hanna, as_web, rita, it, hr, ticket):
    mine = make_ticket(rita, hr, assignee=alan)
    page = web_of(alan).get("/tickets").content.decode()
    assert page.count('class="who claim"') == 1
    assert f"/tickets/{ticket.number}/claim" in page
    assert mine.number in page
