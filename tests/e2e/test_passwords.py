"""The button that shows a password, and what an administrator sees of a person who leaves, in a real browser."""

import pytest
from django.test import Client

from tests.factories import make_ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ACCESS = "section[aria-labelledby=access-title]"


def test_a_password_can_be_shown_and_is_sent_as_a_password(open_page, check_page, transactional_db):
    page = open_page(None, "/accounts/login/")
    field = page.locator("input[name=password]")
    button = page.get_by_role("button", name="Show the password")
    field.fill("secret words")
    assert (field.get_attribute("type"), button.get_attribute("aria-pressed")) == ("password", "false")
    button.click()
    assert (field.get_attribute("type"), button.get_attribute("aria-pressed")) == ("text", "true")
    assert field.input_value() == "secret words"
    assert page.evaluate("document.activeElement.name") == "password"
    check_page(page, "password-shown")
    button.focus()
    page.keyboard.press("Space")
    assert field.get_attribute("type") == "password"
    button.click()
    page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    page.fill("input[name=login]", "somebody@example.test")
    page.click("button.btn-primary[type=submit]")
    assert field.get_attribute("type") == "password"  # as the browser sends and remembers it


def test_without_scripts_there_is_no_button(open_page, transactional_db):
    page = open_page(None, "/accounts/signup/", javascript=False)
    assert page.locator(".secret input[type=password]").count() == 2
    assert page.get_by_role("button", name="Show the password").count() == 0


@pytest.mark.django_db
def test_every_password_field_has_a_place_for_it(alan):
    browser = Client()
    pages = [browser.get(path).content.decode() for path in ("/accounts/login/", "/accounts/signup/")]
    browser.force_login(alan, backend=BACKEND)
    pages.append(browser.get("/accounts/password/change/").content.decode())
    for text in pages:
        fields = text.count('type="password"')
        assert fields >= 1
        assert text.count('<div class="secret">') == fields


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_the_question_of_the_successor(open_page, check_page, transactional_db, ada, alan, lea, rita, it, size, theme):
    make_ticket(rita, it, assignee=alan)
    page = open_page(ada, f"/settings/people/{alan.pk}", size=size, theme=theme)
    page.locator(ACCESS).scroll_into_view_if_needed()
    assert "Open tickets: 1" in page.inner_text(ACCESS)
    check_page(page, f"person-leaves-{size}")
    page.check(f"{ACCESS} input[value=hand_over]")
    page.fill(f"{ACCESS} input[name=successor]", lea.email)
    page.click(f"{ACCESS} button[type=submit]")
    page.click("#confirm-dialog button[value=yes]")
    page.get_by_text("Reactivate").first.wait_for()
    alan.refresh_from_db()
    assert alan.state == "suspended"
    assert lea.pk == type(make_ticket(rita, it)).objects.order_by("pk").first().assignee_id
