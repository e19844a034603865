"""Crafted requests against the forms: nothing hidden is smuggled, nothing required is skipped, nobody is listed."""

import re

import pytest

from desk.models import FormDraft, Ticket
from tests.desk.form_schemas import PURCHASE
from tests.desk.portal.test_request_form import REVIEW, WHAT, WHO, WHY, make_type, text


@pytest.fixture(autouse=True)
def purchase(it):
    return make_type("purchase", PURCHASE, department=it)


def fill(client, **more):
    client.post(WHAT, {"shown": "item,amount", "field_item": "Mouse", "field_amount": "9", **more})


def test_hidden_and_internal_fields_do_not_get_in(rita_web):
    fill(rita_web)
    crafted = {"shown": "reason,express,until,cost_centre", "field_reason": "x", "field_cost_centre": "4711"}
    rita_web.post(WHY, {**crafted, "field_until": "2027-01-01"})
    rita_web.post(REVIEW, {"field_cost_centre": "4711", "fields": "{}", "insider": "1"})
    assert Ticket.objects.get().fields == {
        "item": "Mouse",
        "amount": {"amount": "9.00", "currency": "EUR"},
        "express": False,
    }


def test_claiming_that_a_question_was_not_shown_does_not_skip_it(rita_web):
    rita_web.post(WHAT, {"shown": "item,amount", "field_item": "Server", "field_amount": "900"})
    assert rita_web.post(WHY, {"shown": "express"}).status_code == 422
    assert rita_web.post(WHY, {"shown": ""}).status_code == 422
    assert rita_web.post(REVIEW, {}).status_code == 422
    assert not Ticket.objects.exists()


def test_requester_and_desk_fields_are_out_of_reach(rita, rita_web, otto):
    crafted = {"requester": otto.email, "_requester": otto.email, "priority": "urgent", "status": "closed"}
    fill(rita_web, **crafted)
    rita_web.post(REVIEW, crafted)
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.priority.key, ticket.status.key) == (rita, "normal", "pending_assignment")


def test_files_of_others_and_paths_are_not_named(rita_web, web_of, otto):
    web_of(otto).post(WHO, {"shown": "boss,offers", "field_offers": "../../secret_key"})
    foreign = "a" * 32
    rita_web.post(WHO, {"shown": "boss,offers", "field_offers": foreign, "drop": foreign})
    fill(rita_web)
    rita_web.post(REVIEW, {})
    assert not Ticket.objects.get().attachments.exists()


def test_people_are_not_listed_and_guessing_ends(rita_web, lea, settings):
    page = text(rita_web.get(WHO))
    assert "datalist" not in page
    assert not re.search(r"\bLea\b", page)  # a random token may hold the letters
    for name in ("Lea Leitung", "lea", str(lea.pk), f"#{lea.pk}"):
        answer = rita_web.post(f"{WHO}/validate?field=field_boss", {"shown": "boss", "field_boss": name})
        assert answer.status_code == 422, name
        assert "Leitung" not in text(answer).replace(name, "")
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "lookup": (3, 3600)}
    for number in range(3):
        guess = {"shown": "boss", "field_boss": f"guess{number}@example.test"}
        rita_web.post(f"{WHO}/validate?field=field_boss", guess)
    assert rita_web.post(f"{WHO}/validate?field=field_boss", guess).status_code == 429


def test_a_suspended_person_cannot_be_named(rita_web, otto):
    otto.state = "suspended"
    otto.save()
    answer = rita_web.post(WHO, {"shown": "boss,offers", "field_boss": otto.email})
    assert answer.status_code == 422
    assert "of a person who uses this desk" in text(answer)


def test_scripts_stay_text(rita_web):
    rita_web.post(WHAT, {"shown": "item,amount", "field_item": "<script>alert(1)</script>", "field_amount": "9"})
    for page in (WHAT, REVIEW):
        assert "<script>alert" not in text(rita_web.get(page))
    rita_web.post(REVIEW, {})
    assert "<script>alert" not in text(rita_web.get(f"/portal/tickets/{Ticket.objects.get().number}"))


def test_a_draft_has_a_size(rita_web):
    long = "x" * 600_000
    answer = rita_web.post(WHY, {"shown": "express,reason", "field_reason": long})
    assert answer.status_code in (413, 422)
    assert not FormDraft.objects.exists() or len(str(FormDraft.objects.get().values)) < 500_000
