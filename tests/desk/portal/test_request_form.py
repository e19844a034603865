"""A request type's form in the portal, without JavaScript: pages, draft, review, sending."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.commands import publish_form
from desk.models import FormDraft, RequestType, Ticket
from flowtic.core.actor import Actor
from tests.desk.form_schemas import FLAT, PURCHASE

TYPED = {"subject": "No network", "description": "Since *nine* o'clock."}
WHAT, WHY, WHO, REVIEW = (f"/portal/new/purchase/{page}" for page in ("what", "why", "who", "review"))


def text(answer):
    return answer.content.decode()


def make_type(key, schema, **values):
    row = RequestType.objects.create(key=key, name_de=key.title(), name_en=key.title(), **values)
    publish_form(Actor.system("test"), row, schema=schema, note="")
    row.refresh_from_db()
    return row


@pytest.fixture
def laptop(hr):
    return make_type("laptop", FLAT, department=hr)


@pytest.fixture
def purchase(it):
    return make_type("purchase", PURCHASE, department=it)


def send(client, url, **data):
    """The page as a browser without JavaScript sends it: with the questions that were on it."""
    shown = re.search(r'name="shown" value="([^"]*)"', text(client.get(url)))
    return client.post(url, {**({"shown": shown[1]} if shown else {}), **data})


def token_in(page):
    return re.search(r'name="token" value="([0-9a-f]{32})"', text(page))[1]


def test_the_catalogue_leads_to_the_forms(rita_web, laptop, purchase):
    page = text(rita_web.get("/portal/new"))
    assert 'href="/portal/new/laptop"' in page
    assert 'href="/portal/new/general"' in page
    found = text(rita_web.get("/portal/new", {"q": "LAPtop"}))
    assert 'href="/portal/new/laptop"' in found
    assert 'href="/portal/new/purchase"' not in found
    assert "No form has these words." in text(rita_web.get("/portal/new", {"q": "unicorn"}))
    assert rita_web.get("/portal/new", {"type": "laptop"})["Location"] == "/portal/new/laptop"
    assert rita_web.get("/portal/new/laptop")["Location"] == "/portal/new/laptop/form"
    assert 'name="subject"' in text(rita_web.get("/portal/new/general"))


def test_a_flat_form_asks_for_subject_and_description_too(rita_web, laptop, hr):
    page = text(rita_web.get("/portal/new/laptop/form"))
    assert "Which size?" in page
    assert 'type="date"' in page
    answers = {
        "field_model": "15 inch",
        "field_needed": "2026-12-01",
        "field_price": "1250.50",
        "field_extras": ["Dock", "Bag"],
        "field_urgent": "on",
        "field_boss": "boss@example.test",
        "field_shop": "https://example.test/a",
    }
    sent = send(rita_web, "/portal/new/laptop/form", **TYPED, **answers)
    ticket = Ticket.objects.get()
    assert sent["Location"] == f"/portal/tickets/{ticket.number}"
    assert (ticket.subject, ticket.request_type, ticket.department) == ("No network", laptop, hr)
    assert ticket.form_version == laptop.live_version
    assert ticket.fields == {
        "model": "15 inch",
        "needed": "2026-12-01",
        "price": 1250.5,
        "extras": ["Dock", "Bag"],
        "urgent": True,
        "boss": "boss@example.test",
        "shop": "https://example.test/a",
    }
    page = text(rita_web.get(sent["Location"]))
    assert "Dock, Bag" in page
    assert "Which size?" in page
    assert not FormDraft.objects.exists()


def test_wrong_answers_stand_at_their_questions_and_stay(rita_web, laptop):
    answer = send(
        rita_web, "/portal/new/laptop/form", subject="", description="x", field_needed="soon", field_model="17 inch"
    )
    page = text(answer)
    assert answer.status_code == 422
    for name in ("subject", "field_needed", "field_model"):
        assert f'id="id_{name}_error"' in page
    assert 'value="soon"' in page
    assert not Ticket.objects.exists()
    assert FormDraft.objects.get().values["needed"] == "soon", "what does not fit is kept too"
    assert 'value="soon"' in text(rita_web.get("/portal/new/laptop/form")), "also by another browser"


def test_unknown_and_retired_types_are_not_there(rita_web, laptop):
    RequestType.objects.update(active=False)
    for key in ("laptop", "nothing", "a%00b"):
        assert rita_web.get(f"/portal/new/{key}").status_code == 404
        assert rita_web.post(f"/portal/new/{key}/form", TYPED).status_code == 404
    assert not Ticket.objects.exists()


def test_page_by_page_to_the_review_and_away(rita_web, rita, lea, purchase):
    assert "Step 1 of 4" in text(rita_web.get(WHAT))
    assert send(rita_web, WHAT, field_item="Server", field_amount="900")["Location"] == WHY
    page = text(rita_web.get(WHY))
    assert "Reason" in page, "shown because of the page before"
    assert "Until" not in page
    assert "Cost centre" not in page
    assert send(rita_web, WHY, field_reason="It broke")["Location"] == WHO
    offer = SimpleUploadedFile("offer.txt", b"cheap")
    assert send(rita_web, WHO, field_boss=lea.email, field_offers=offer)["Location"] == REVIEW
    review = rita_web.get(REVIEW)
    for said in ("Server", "900.00 EUR", "It broke", "Lea Leitung", "offer.txt", f'href="{WHAT}"'):
        assert said in text(review), said
    sent = rita_web.post(REVIEW, {"token": token_in(review)})
    ticket = Ticket.objects.get()
    assert sent["Location"] == f"/portal/tickets/{ticket.number}"
    assert ticket.subject == "Purchase: Server"
    assert ticket.description.splitlines()[0] == "Item: Server"
    attachment = ticket.attachments.get()
    assert ticket.fields == {
        "item": "Server",
        "amount": {"amount": "900.00", "currency": "EUR"},
        "reason": "It broke",
        "express": False,
        "boss": lea.pk,
        "offers": [attachment.key],
    }
    assert not FormDraft.objects.exists()
    page = text(rita_web.get(sent["Location"]))
    assert "Lea Leitung" in page
    assert f'href="/attachments/{attachment.key}"' in page


def test_back_keeps_what_was_typed_even_if_it_does_not_fit(rita_web, purchase):
    send(rita_web, WHAT, field_item="Server", field_amount="900")
    back = send(rita_web, WHY, field_reason="", field_express="on", way="back")
    assert back["Location"] == WHAT
    assert 'value="Server"' in text(rita_web.get(WHAT))
    assert re.search(r'name="field_express"[^>]*checked', text(rita_web.get(WHY)))


def test_an_answer_that_brings_a_question_is_asked_again_first(rita_web, purchase):
    send(rita_web, WHAT, field_item="Mouse", field_amount="9")
    answer = send(rita_web, WHY, field_express="on")
    assert answer.status_code == 422
    assert "Your answers bring up more questions." in text(answer)
    assert 'name="field_until"' in text(answer)
    assert 'id="id_field_until_error"' not in text(answer), "it was not on the page yet"
    assert send(rita_web, WHY, field_express="on", field_until="").status_code == 422
    assert send(rita_web, WHY, field_express="on", field_until="2027-01-01")["Location"] == WHO


def test_the_draft_waits_where_it_was_left(rita_web, web_of, otto, purchase):
    send(rita_web, WHAT, field_item="Server", field_amount="900")
    saved = send(rita_web, WHY, field_reason="It b", way="save")
    assert saved["Location"] == "/portal/new"
    page = text(rita_web.get("/portal/new"))
    assert "Not sent yet" in page
    assert rita_web.get("/portal/new/purchase?continue=1")["Location"] == WHY
    assert "It b</textarea>" in text(rita_web.get(WHY))
    assert "Not sent yet" not in text(web_of(otto).get("/portal/new")), "a draft is its writer's own"
    assert 'value="Server"' not in text(web_of(otto).get(WHAT))
    rita_web.post("/portal/new/purchase/discard")
    assert not FormDraft.objects.exists()


def test_a_review_cannot_skip_what_is_missing(rita_web, purchase):
    send(rita_web, WHAT, field_item="Server", field_amount="900")
    review = rita_web.get(REVIEW)
    assert "Something is still missing." in text(review)
    answer = rita_web.post(REVIEW, {"token": token_in(review)})
    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    assert FormDraft.objects.exists()
    assert not Ticket.objects.exists()


def test_sent_twice_it_is_one_ticket(rita_web, laptop, purchase):
    send(rita_web, WHAT, field_item="Mouse", field_amount="9")
    token = token_in(rita_web.get(REVIEW))
    first, second = rita_web.post(REVIEW, {"token": token}), rita_web.post(REVIEW, {"token": token})
    assert first["Location"] == second["Location"]
    data = {**TYPED, "field_model": "13 inch", "shown": "_subject,_description,model"}
    data["token"] = token_in(rita_web.get("/portal/new/laptop/form"))
    data["shown"] = re.search(r'name="shown" value="([^"]*)"', text(rita_web.get("/portal/new/laptop/form")))[1]
    first, second = (rita_web.post("/portal/new/laptop/form", data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 2
    other = rita_web.post("/portal/new/laptop/form", {**data, "subject": "Another one"})
    assert other.status_code == 422
    assert "This form was sent before." in text(other)
    assert 'value="Another one"' in text(other)
    assert not FormDraft.objects.filter(token=data["token"]).exists()


def test_a_refused_file_keeps_everything_else(rita_web, purchase):
    answer = send(rita_web, WHO, field_boss="nobody@example.test", field_offers=SimpleUploadedFile("a.exe", b"MZ"))
    assert answer.status_code == 422
    assert "Files such as a.exe are not accepted." in text(answer)
    assert 'value="nobody@example.test"' in text(answer)
    assert not FormDraft.objects.get().files.exists()


def test_a_kept_file_can_be_taken_back(rita_web, purchase):
    send(rita_web, WHO, field_offers=SimpleUploadedFile("a.txt", b"a"))
    kept = FormDraft.objects.get().files.get()
    assert "a.txt" in text(rita_web.get(WHO))
    send(rita_web, WHO, drop=kept.key, field_offers=SimpleUploadedFile("b.txt", b"b"))
    assert [row.name for row in FormDraft.objects.get().files.all()] == ["b.txt"]


def test_a_form_that_changed_meanwhile_keeps_the_answers_and_says_so(rita_web, purchase, ada):
    send(rita_web, WHAT, field_item="Server", field_amount="900")
    what = {"key": "what", "fields": [*PURCHASE["pages"][0]["fields"], {"key": "colour", "required": True}]}
    schema = {"pages": [what, *PURCHASE["pages"][1:]]}
    publish_form(Actor(ada), purchase, schema=schema, note="")
    page = text(rita_web.get(WHAT))
    assert "This form was changed since you began." in page
    assert 'value="Server"' in page
    assert 'name="field_colour"' in page
