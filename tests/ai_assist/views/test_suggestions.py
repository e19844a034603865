"""Yes, no, back and why on the ticket page: what is answered, and to whom."""

import re

import pytest

from ai_assist.models import Suggestion
from desk.commands import change_fields
from desk.models import Ticket
from knowledge.commands import create_article, publish_article, save_category
from knowledge.models import Article
from tests.ai_assist.suggesting import guess, priority, suggest, suggest_priority, switch
from tests.factories import make_ticket

VERBS = ("acceptance", "dismissal", "undoing", "rating")


def address(row, verb):
    return f"/tickets/{row.ticket.number}/suggestions/{row.key}/{verb}"


def post(client, row, verb, **data):
    return client.post(address(row, verb), data)


def test_accepting_answers_the_parts_that_changed(alan_htmx, ticket):
    row = suggest_priority(ticket)
    answer = post(alan_htmx, row, "acceptance")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Ticket.objects.get().priority.key == "urgent"
    for piece in (f'id="ticket-{ticket.pk}-head"', 'id="assist-strip"', 'id="panel"', "Priority taken over."):
        assert piece in page, piece
    assert "accepted a suggestion of the assistant: Priority Urgent (Own history, version 3)" in page


def test_beside_the_assistants_panel_only_its_lines_change(alan_htmx, ticket):
    row = suggest_priority(ticket)
    headers = {"HX-Current-URL": f"http://testserver/tickets/{ticket.number}?panel=assistant"}
    page = alan_htmx.post(address(row, "acceptance"), headers=headers).content.decode()
    assert 'id="assist-class"' in page
    assert address(row, "undoing") in page
    assert 'id="panel"' not in page


def test_without_javascript_every_decision_leads_back(alan_web, ticket):
    row = suggest_priority(ticket)
    for verb in ("acceptance", "undoing"):
        answer = post(alan_web, row, verb)
        assert answer.headers["Location"] == f"/tickets/{ticket.number}"
    assert Ticket.objects.get().priority.key == "normal"
    assert alan_web.get(address(row, "acceptance")).headers["Location"] == f"/tickets/{ticket.number}"


def test_dismissing(alan_htmx, ticket):
    row = suggest_priority(ticket)
    assert post(alan_htmx, row, "dismissal").status_code == 200
    assert Suggestion.objects.get().outcome == "dismissed"


def test_another_value_from_the_evidence(alan_htmx, ticket):
    row = suggest_priority(ticket, others=[(3, 0.08)])
    page = alan_htmx.get(f"/suggestions/{row.key}/why").content.decode()
    assert 'name="value" value="3"' in page
    post(alan_htmx, row, "acceptance", value="3")
    assert Ticket.objects.get().priority.key == "high"


@pytest.mark.parametrize("value", ["99", "-1", "9" * 40, "x", "3;drop"])
def test_a_made_up_value_is_no_way_in(alan_htmx, ticket, value):
    row = suggest_priority(ticket)
    answer = post(alan_htmx, row, "acceptance", value=value)
    assert answer.status_code in (200, 422)
    assert Ticket.objects.get().priority.key in ("normal", "urgent")


def test_a_newer_value_is_shown_beside_the_suggestion(as_web, lea, alan_htmx, ticket):
    row = suggest_priority(ticket)
    change_fields(as_web(lea), ticket, priority=priority("low"))
    answer = post(alan_htmx, row, "acceptance")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Low" in page
    assert "Urgent" in page
    assert Ticket.objects.get().priority.key == "low"


def test_moving_a_ticket_out_of_ones_own_sight(alan_htmx, ticket, hr):
    row = suggest(ticket, guess("department", hr))["department"]
    answer = post(alan_htmx, row, "acceptance")
    assert answer.headers["HX-Redirect"] == "/tickets"
    assert Ticket.objects.get().department == hr


def test_thumbs(alan_htmx, ticket):
    row = suggest_priority(ticket)
    page = post(alan_htmx, row, "rating", rating="1").content.decode()
    assert 'aria-pressed="true"' in page
    assert Suggestion.objects.get().rating == 1
    assert post(alan_htmx, row, "rating", rating="7").status_code == 422


@pytest.mark.parametrize("who", ["rita", "otto", "hanna", "pia"])
def test_who_does_not_work_the_ticket_gets_nothing(web_of, ticket, who, request):
    row, client = suggest_priority(ticket), web_of(request.getfixturevalue(who))
    for verb in VERBS:
        answer = post(client, row, verb, rating="1")
        assert answer.status_code in (302, 403, 404), verb
    why = client.get(f"/suggestions/{row.key}/why")
    assert not re.search(r"\bVPN\b", why.content.decode())  # a random token may hold the letters
    assert why.status_code in (302, 403, 404)
    assert Suggestion.objects.get().outcome == "open"
    assert Suggestion.objects.get().rating is None


def test_a_suggestion_is_reached_through_its_own_ticket_only(alan_web, rita, it, ticket):
    row, other = suggest_priority(ticket), make_ticket(rita, it)
    for verb in VERBS:
        assert alan_web.post(f"/tickets/{other.number}/suggestions/{row.key}/{verb}").status_code == 404
    assert alan_web.get("/suggestions/x/why").status_code == 404


def test_why_names_only_tickets_that_the_reader_works(web_of, alan, sven, rita, it, hr, ticket):
    near, far = make_ticket(rita, it, subject="Near one"), make_ticket(rita, hr, subject="Secret salary")
    row = suggest_priority(ticket, reasons=[{"code": "similar", "tickets": [far.pk, near.pk]}])
    page = web_of(alan).get(f"/suggestions/{row.key}/why").content.decode()
    assert "Near one" in page
    assert "Secret salary" not in page
    assert far.number not in page
    assert "and 1 ticket of another department" in page
    assert "Secret salary" in web_of(sven).get(f"/suggestions/{row.key}/why").content.decode()


def test_switched_off_no_door_is_open(alan_web, ticket):
    row = suggest_priority(ticket)
    switch(False)
    for verb in VERBS:
        assert post(alan_web, row, verb, rating="1").status_code == 404
    assert alan_web.get(f"/suggestions/{row.key}/why").status_code == 404
    for part in ("", "/strip", "/classification", "/related", "/articles"):
        assert alan_web.get(f"/tickets/{ticket.number}/assistant{part}").status_code == 404, part


@pytest.fixture
def article(as_web, sven):
    actor = as_web(sven)
    category = save_category(actor, None, key="net", name_de="Netz", name_en="Network")
    texts = {"title": "Renew a VPN certificate", "body": "Restart **it**."}
    row = create_article(actor, category=category, language="en", tags=[], **texts)
    return publish_article(actor, row, note="First")


def test_an_article_put_into_the_answer_is_counted(alan_web, web_of, rita, hanna, ticket, article):
    path = f"/tickets/{ticket.number}/assistant/articles/{article.pk}/use"
    assert alan_web.post(path).status_code == 204
    assert alan_web.post(path).status_code == 204
    assert [use.ticket_number for use in Article.objects.get().uses.all()] == [ticket.number]
    for person in (rita, hanna):
        assert web_of(person).post(path).status_code in (302, 403, 404)
    assert alan_web.post(path.replace(f"/{article.pk}/", "/999/")).status_code == 404
