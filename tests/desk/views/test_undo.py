"""The button of the toast: POST /undo/<operation>."""

import re

import pytest

from desk.models import Priority, Ticket
from flowtic.core.models import Operation
from tests.factories import make_ticket

HTMX = {"HX-Request": "true"}


def url_in(response):
    found = re.search(r'hx-post="(/undo/[0-9a-f-]{36})"', response.content.decode())
    return found[1] if found else ""


@pytest.fixture
def desk(client, alan):
    client.force_login(alan)
    return client


def shown(ticket):
    return {**HTMX, "HX-Current-URL": f"http://testserver/tickets/{ticket.number}"}


def test_a_change_offers_its_undo_and_the_undo_draws_the_page_again(desk, ticket):
    address = f"/tickets/{ticket.number}/priority"
    response = desk.post(address, {"priority": "high"}, headers=shown(ticket))
    url = url_in(response)
    response = desk.post(url, headers=shown(ticket))
    html = response.content.decode()
    assert f'hx-target="#ticket-{ticket.pk}-head"' in html
    assert 'id="thread"' in html
    assert "Undone." in html
    ticket.refresh_from_db()
    assert ticket.priority.key == "normal"
    again = desk.post(url, headers=shown(ticket))
    assert (again.status_code, "undone already" in again.content.decode()) == (409, True)


def test_the_list_gets_its_row_back(desk, ticket):
    listed = {**HTMX, "HX-Target": f"tr#ticket-{ticket.pk}", "HX-Current-URL": "http://testserver/tickets"}
    url = url_in(desk.post(f"/tickets/{ticket.number}/claim", headers=listed))
    html = desk.post(url, headers=listed).content.decode()
    assert f'<hx-partial hx-target="#ticket-{ticket.pk}"' in html
    assert 'class="who claim"' in html


def test_without_javascript_the_toast_of_the_next_page_has_the_button(desk, ticket):
    response = desk.post(f"/tickets/{ticket.number}/status", {"status": "in_progress"}, follow=True)
    url = url_in(response)
    response = desk.post(url, {"next": f"/tickets/{ticket.number}"}, follow=True)
    assert "Undone." in response.content.decode()
    assert Ticket.objects.get().status.key == "pending_assignment"
    # Refused: a sentence on the same page.
    html = desk.post(url, {"next": f"/tickets/{ticket.number}"}, follow=True).content.decode()
    assert "undone already" in html
    # A ticket that was moved out of sight can be brought back from the list.
    moved = desk.post(f"/tickets/{ticket.number}/department", {"department": "general"}, follow=True)
    assert moved.redirect_chain[-1][0] == "/tickets"
    desk.post(url_in(moved))
    assert Ticket.objects.get().department.key == "it"


def test_somebody_elses_operation_and_unknown_ones_are_not_found(desk, ticket, lea, otto, client):
    desk.post(f"/tickets/{ticket.number}/priority", {"priority": "high"})
    operation = Operation.objects.latest("created_at")
    for person in (lea, otto):
        client.force_login(person)
        assert client.post(f"/undo/{operation.pk}", headers=HTMX).status_code in (403, 404)
    assert client.post("/undo/00000000-0000-0000-0000-000000000000").status_code in (302, 403)
    assert Ticket.objects.get().priority == Priority.objects.get(key="high")


def test_merge_and_its_undo(desk, ticket, rita, it):
    other = make_ticket(rita, it)
    response = desk.post(f"/tickets/{ticket.number}/merge", {"number": other.number}, follow=True)
    assert response.redirect_chain[-1][0] == f"/tickets/{other.number}"
    desk.post(url_in(response), headers=shown(other))
    assert Ticket.objects.get(pk=ticket.pk).merged_into is None


def test_the_board_is_drawn_anew(desk, ticket):
    url = url_in(desk.post(f"/tickets/{ticket.number}/priority", {"priority": "high"}, headers=shown(ticket)))
    at = {**HTMX, "HX-Current-URL": "http://testserver/tickets?layout=board"}
    assert desk.post(url, {"board": "1"}, headers=at)["HX-Redirect"] == "/tickets?layout=board"
