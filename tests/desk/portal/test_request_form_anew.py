"""A form that was begun before: go on with it, or begin anew while the draft waits until the new one is sent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.models import FormDraft, Ticket
from tests.desk.form_schemas import PURCHASE
from tests.desk.portal.test_request_form import REVIEW, WHAT, WHO, WHY, make_type, send, text, token_in

START, ANEW, DISCARD = "/portal/new/purchase", "/portal/new/purchase/anew", "/portal/new/purchase/discard"


@pytest.fixture
def begun(rita_web, it):
    """A draft with an answer and a file, left on the second page."""
    make_type("purchase", PURCHASE, department=it)
    send(rita_web, WHAT, field_item="Server", field_amount="900")
    send(rita_web, WHO, field_offers=SimpleUploadedFile("old.txt", b"old"))
    return rita_web


def test_the_page_says_that_a_draft_exists(begun):
    page = begun.get(START)
    assert page.status_code == 200 and "You have begun this form already." in text(page)
    assert f'href="{START}?continue=1"' in text(page) and f'action="{ANEW}"' in text(page)
    assert begun.get(f"{START}?continue=1").status_code == 302
    assert "?continue=1" in text(begun.get("/portal/new"))


def test_without_a_draft_the_form_opens_at_once(rita_web, it):
    make_type("purchase", PURCHASE, department=it)
    assert rita_web.get(START)["Location"] == WHAT
    assert rita_web.post(ANEW)["Location"] == WHAT
    assert not FormDraft.objects.exists()


def test_a_new_one_is_empty_and_the_draft_comes_back_when_it_is_thrown_away(begun):
    before = FormDraft.objects.get()
    assert begun.post(ANEW)["Location"] == WHAT
    assert "Server" not in text(begun.get(WHAT)) and "old.txt" not in text(begun.get(WHO))
    send(begun, WHAT, field_item="Lamp", field_amount="20")
    send(begun, WHO, field_offers=SimpleUploadedFile("new.txt", b"new"))
    assert "new.txt" in text(begun.get(WHO)) and "old.txt" not in text(begun.get(WHO))
    answer = begun.post(DISCARD, follow=True)
    assert "the one from before is there again" in text(answer)
    draft = FormDraft.objects.get()
    assert (draft.values, draft.page) == (before.values, before.page)
    assert draft.token != before.token
    assert [row.name for row in draft.files.all()] == ["old.txt"]
    assert "Server" in text(begun.get(WHAT)) and "old.txt" in text(begun.get(WHO))
    begun.post(DISCARD)
    assert not FormDraft.objects.exists()


def test_begun_anew_twice_it_is_still_the_first_that_waits(begun):
    begun.post(ANEW)
    send(begun, WHAT, field_item="Lamp", field_amount="20")
    begun.post(ANEW)
    begun.post(DISCARD)
    assert FormDraft.objects.get().values["item"] == "Server"


def test_sending_the_new_one_ends_both_and_uses_nothing_of_the_old(begun):
    begun.post(ANEW)
    send(begun, WHAT, field_item="Lamp", field_amount="20")
    send(begun, WHY)
    send(begun, WHO)
    sent = begun.post(REVIEW, {"token": token_in(begun.get(REVIEW))})
    ticket = Ticket.objects.get()
    assert sent["Location"] == f"/portal/tickets/{ticket.number}"
    assert ticket.fields["item"] == "Lamp" and "offers" not in ticket.fields and "_before" not in ticket.fields
    assert not ticket.attachments.exists()
    assert not FormDraft.objects.exists()


def test_nobody_writes_into_the_one_that_waits(begun):
    begun.post(ANEW)
    send(begun, WHAT, field_item="Lamp", field_amount="20", field__before="x", _before="x")
    assert FormDraft.objects.get().values["_before"]["values"]["item"] == "Server"
