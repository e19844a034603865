"""A request type's form at the desk: for a requester, with the internal fields; templates; answers on the ticket."""

import re

import pytest

from accounts.models import User
from desk.commands import change_fields, create_ticket, save_template
from desk.models import FormDraft, Priority, Ticket, TicketTemplate
from tests.desk.form_schemas import FLAT, PURCHASE
from tests.desk.portal.test_request_form import make_type, send, text, token_in

WHAT, WHY, WHO, REVIEW = (f"/tickets/new/purchase/{page}" for page in ("what", "why", "who", "review"))


@pytest.fixture
def purchase(it):
    return make_type("purchase", PURCHASE, department=it)


@pytest.fixture
def template(as_web, ada, it, db):
    return save_template(
        as_web(ada),
        TicketTemplate(),
        key="vpn",
        name_de="VPN",
        name_en="VPN trouble",
        department=it,
        subject="VPN does not connect",
        description="Which client?",
        priority=Priority.objects.get(key="high"),
        tags=["vpn"],
    )


def fill(client, requester="rita.reiter@example.test"):
    send(client, WHAT, requester=requester, field_item="Mouse", field_amount="9")
    send(client, WHY, field_cost_centre="4711")
    send(client, WHO)
    return client.get(REVIEW)


def test_an_agent_fills_in_for_a_requester(alan_web, alan, rita, purchase):
    review = fill(alan_web)
    assert "rita.reiter@example.test" in text(review)
    answer = alan_web.post(REVIEW, {"token": token_in(review)})
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert (ticket.requester, ticket.reporter, ticket.fields["cost_centre"]) == (rita, alan, "4711")
    page = text(alan_web.get(answer["Location"]))
    assert re.search(r"<dt>Cost centre.*?</dt><dd>4711</dd>", page, re.DOTALL)
    assert "9.00 EUR" in page


def test_the_requester_reads_no_internal_answer(alan_web, web_of, rita, purchase):
    alan_web.post(REVIEW, {"token": token_in(fill(alan_web))})
    ticket = Ticket.objects.get()
    page = text(web_of(rita).get(f"/portal/tickets/{ticket.number}"))
    assert "9.00 EUR" in page
    assert not re.search(r"\b4711\b", page)  # a random token may hold the digits
    assert "4711" not in ticket.description


def test_an_unknown_address_becomes_a_contact_only_with_the_ticket(alan_web, purchase):
    review = fill(alan_web, "Karl <karl@customer.example>")
    assert not User.objects.filter(email="karl@customer.example").exists()
    alan_web.post(REVIEW, {"token": token_in(review)})
    assert Ticket.objects.get().requester.email == "karl@customer.example"


def test_without_a_requester_nothing_is_sent(alan_web, rita, purchase):
    assert send(alan_web, WHAT, requester="nobody", field_item="x", field_amount="1").status_code == 422
    answer = alan_web.post(REVIEW, {"token": FormDraft.objects.get().token})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_the_catalogue_of_the_desk(alan_web, web_of, hanna, purchase, template):
    page = text(alan_web.get("/tickets/new"))
    for address in ("/tickets/new/purchase", "/tickets/new/general", "/tickets/new/general?template=vpn"):
        assert f'href="{address}"' in page, address
    assert "VPN trouble" not in text(web_of(hanna).get("/tickets/new")), "another department's template"
    assert 'id="id_requester"' in text(alan_web.get("/tickets/new", {"requester": "rita.reiter@example.test"}))


def test_a_template_fills_the_general_form_in(alan_web, web_of, hanna, template):
    page = text(alan_web.get("/tickets/new/general?template=vpn"))
    for kept in ('value="VPN does not connect"', "Which client?", 'value="high" selected', 'value="vpn"'):
        assert kept in page, kept
    assert "VPN does not connect" not in text(web_of(hanna).get("/tickets/new/general?template=vpn"))


def test_a_template_fills_a_form_in(alan_web, as_web, lea, it, rita):
    laptop = make_type("laptop", FLAT, department=it)
    values = {"key": "big", "name_de": "Gross", "name_en": "Big", "department": it, "request_type": laptop}
    save_template(as_web(lea), TicketTemplate(), **values, subject="A big one", fields={"model": "15 inch"})
    start = alan_web.get("/tickets/new/laptop?template=big")["Location"]
    page = text(alan_web.get(start))
    assert 'value="15 inch" selected' in page
    assert 'value="A big one"' in page


@pytest.fixture
def bought(rita, it, purchase, as_web, alan):
    fields = {"item": "Server", "amount": "900", "reason": "It broke", "boss": "lea.leitung@example.test"}
    return create_ticket(as_web(alan), subject="", description="", requester=rita, request_type=purchase, fields=fields)


def details(ticket, **values):
    kept = {"requester": "rita.reiter@example.test", "kind": "request", "seen": ticket.version}
    shown = "item,amount,reason,express,cost_centre,boss"
    fields = {"field_item": "Server", "field_amount": "900", "field_reason": "It broke"}
    return {**kept, "shown": shown, **fields, **values}


def test_an_agent_edits_the_answers(alan_web, lea, bought):
    page = text(alan_web.get(f"/tickets/{bought.number}"))
    assert 'name="field_reason"' in page
    assert 'value="Lea Leitung &lt;lea.leitung@example.test&gt;"' in page
    answer = alan_web.post(f"/tickets/{bought.number}/details", details(bought, field_amount="40"))
    assert answer.status_code == 302
    bought.refresh_from_db()
    assert bought.fields == {"item": "Server", "amount": {"amount": "40.00", "currency": "EUR"}, "express": False}


def test_editing_brings_up_new_questions_first(alan_web, lea, bought):
    answer = alan_web.post(f"/tickets/{bought.number}/details", details(bought, field_express="on"))
    assert answer.status_code == 422
    assert 'name="field_until"' in text(answer)


def test_a_stale_edit_shows_both_values(alan_web, as_web, lea, bought):
    change_fields(as_web(lea), bought, fields={"item": "Bigger server"})
    answer = alan_web.post(f"/tickets/{bought.number}/details", details(bought, field_item="Smaller server", seen=1))
    assert answer.status_code == 409
    bought.refresh_from_db()
    assert bought.fields["item"] == "Bigger server"
