"""A form built by somebody who leads a department: two languages, a condition, published; a requester gets it."""

import pytest
from playwright.sync_api import expect

from desk.commands import publish_form
from desk.models import RequestType
from flowtic.core.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {
    "fields": [
        {"key": "place", "kind": "text", "label": {"de": "Ort", "en": "Place"}, "required": True},
    ]
}


@pytest.fixture
def trip(it, ada):
    row = RequestType.objects.create(
        key="trip", name_de="Dienstreise", name_en="Business trip", department=it, leads_publish=True
    )
    publish_form(Actor(ada, "web"), row, schema=FORM, note="first")
    return row


def saved(page, control, text):
    """Types into a control of the inspector and waits until the draft has it."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit" in answer.url) as answer:
        control.fill(text)
        control.press("Tab")
    assert answer.value.status == 200


def test_a_form_is_built_published_and_asked(open_page, lea, rita, trip):
    page = open_page(lea, "")
    page.goto("/forms/trip/edit", timeout=40_000)  # the first page of all: the server reads every template
    inspector, preview = page.get_by_role("complementary", name="Properties"), page.locator("#preview-form")
    page.keyboard.press("s")
    inspector.get_by_label("What is asked?").fill("Do you need a hotel?")
    inspector.get_by_label("Kind").select_option("yes_no")
    inspector.get_by_role("button", name="Add field").press("Enter")
    expect(preview.get_by_label("Do you need a hotel?")).to_be_visible()
    expect(page.get_by_text("1 text missing")).to_be_visible()
    saved(page, inspector.get_by_label("Label (German)"), "Wird ein Hotel gebraucht?")
    expect(page.get_by_text("1 text missing")).to_have_count(0)
    # A second one behind it, asked only when the first says yes.
    inspector.get_by_role("link", name="Field after this").press("Enter")
    inspector.get_by_label("What is asked?").fill("How many nights?")
    inspector.get_by_label("Kind").select_option("number")
    inspector.get_by_role("button", name="Add field").press("Enter")
    saved(page, inspector.get_by_label("Label (German)"), "Wie viele Nächte?")
    inspector.get_by_role("button", name="Condition", exact=True).press("Enter")
    row = inspector.get_by_role("group", name="Comparison")
    row.get_by_label("Field").select_option("Do you need a hotel?")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit" in answer.url):
        row.get_by_label("Value").select_option("Yes")
    expect(inspector).to_contain_text("Do you need a hotel? is yes")
    expect(preview.get_by_label("How many nights?")).to_have_count(0)
    preview.get_by_label("Do you need a hotel?").check()
    expect(preview.get_by_label("How many nights?")).to_be_visible()
    page.get_by_role("link", name="Deutsch").press("Enter")
    expect(page.locator("#preview-form").get_by_label("Wird ein Hotel gebraucht?")).to_be_visible()
    # Moved by the keyboard, taken back by the keyboard; a mistake stays where it was typed.
    field = page.locator("#fb-row-how_many_nights")
    field.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".fb-link").nth(1)).to_contain_text("How many nights?")
    expect(page.get_by_text("1 problem")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(".fb-link").nth(2)).to_contain_text("How many nights?")
    inspector.get_by_label("Smallest").fill("none")
    inspector.get_by_label("Smallest").press("Tab")
    expect(inspector).to_contain_text("Give a number.")
    saved(page, inspector.get_by_label("Smallest"), "1")
    # Gone to another field right after typing: nothing is lost.
    inspector.get_by_label("Label (English)").fill("Nights in a hotel")
    page.locator("#fb-row-place").click()
    expect(inspector.get_by_label("Label (English)")).to_have_value("Place")
    expect(field).to_contain_text("Nights in a hotel")
    page.get_by_role("link", name="Publish").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Nights in a hotel")
    page.get_by_label("What is new?").fill("Hotel")
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("Live: version 2")).to_be_visible()
    assert page.seen.problems == []
    mine = open_page(rita, "/portal/new/trip", language="de")
    mine.get_by_label("Wird ein Hotel gebraucht?").check()
    expect(mine.get_by_label("Wie viele Nächte?")).to_be_visible()


def test_it_looks_right_and_works_without_a_script(open_page, check_page, ada, trip):
    plain = open_page(ada, "/forms/trip/edit?add=form", javascript=False)
    plain.get_by_label("What is asked?").fill("Budget")
    plain.get_by_label("Kind").select_option("money")
    plain.get_by_role("button", name="Add field").click()
    plain.get_by_label("Label (German)").fill("Geld")
    plain.get_by_role("button", name="Condition", exact=True).click()
    plain.get_by_role("group", name="Comparison").get_by_label("Field").select_option("Place")
    plain.get_by_role("group", name="Comparison").get_by_label("Value").fill("Rome")
    plain.get_by_role("button", name="Save").last.click()
    expect(plain.get_by_label("Label (German)")).to_have_value("Geld")
    expect(plain.locator(".cond-words")).to_contain_text("Place is “Rome”")
    for size, theme, language in (("desktop", "light", "en"), ("phone", "dark", "de")):
        for path in ("/forms/trip/edit?field=budget", "/forms/trip/publication", "/settings/forms"):
            check_page(open_page(ada, path, size=size, theme=theme, language=language), f"form-{path}")
