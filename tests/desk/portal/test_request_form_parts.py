"""What a form's pages fetch while they are filled in, and how numbers are written in German."""

import pytest

from desk.models import FormDraft
from tests.desk.form_schemas import PURCHASE
from tests.desk.portal.test_request_form import WHAT, WHY, make_type, send, text


@pytest.fixture(autouse=True)
def purchase(it):
    return make_type("purchase", PURCHASE, department=it)


def test_htmx_fetches_the_questions_anew(rita_web):
    send(rita_web, WHAT, field_item="Mouse", field_amount="9")
    page = text(rita_web.get(WHY))
    assert f'hx-post="{WHY}/fields"' in page
    part = rita_web.post(f"{WHY}/fields", {"shown": "express", "field_express": "on"}, headers={"HX-Request": "true"})
    assert text(part).strip().startswith('<div class="form" id="request-page">')
    assert 'name="field_until"' in text(part)
    assert "data-error-summary" not in text(part)
    assert rita_web.get(f"{WHY}/fields")["Location"] == WHY


def test_one_field_is_checked_alone(rita_web):
    url = f"{WHAT}/validate?field=field_amount"
    wrong = rita_web.post(url, {"shown": "item,amount", "field_amount": "lots"})
    assert wrong.status_code == 422
    assert "Please enter a number." in text(wrong)
    assert text(wrong).count('class="label"') == 1
    assert rita_web.post(url, {"shown": "item,amount", "field_amount": "12,5"}).status_code == 422
    assert rita_web.post(url, {"shown": "item,amount", "field_amount": "12.5"}).status_code == 200
    assert rita_web.post(f"{WHAT}/validate?field=field_cost_centre", {}).status_code == 400


def test_german_numbers_are_read_as_written(rita, rita_web):
    rita.language = "de"
    rita.save()
    headers = {"Accept-Language": "de"}
    shown = {"shown": "item,amount"}
    assert rita_web.post(WHAT, {**shown, "field_item": "x", "field_amount": "12,5"}, headers=headers).status_code == 302
    assert FormDraft.objects.get().values["amount"] == {"amount": "12.5", "currency": "EUR"}
    assert 'value="12,5"' in text(rita_web.get(WHAT, headers=headers))
