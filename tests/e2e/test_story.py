"""The whole way in a real browser: sign up, confirm, wait, be approved, ask, be answered, close."""

import re

import pytest
from django.core import mail

from accounts.models import User
from desk.models import Ticket
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def link_in(message):
    return re.search(r"http://\S+", message.body).group(0).rstrip(".,)")


def sign_up(page):
    """Fills the form, follows the link in the mail; ends in the waiting room."""
    page.locator("main [name=name]").fill("Nora Neu")
    page.locator("main [name=email]").fill("nora@example.test")
    page.locator("main [name=reason]").fill("I teach in room 4.")
    page.locator("main [name=password1]").fill(PASSWORD)
    page.locator("main [name=password2]").fill(PASSWORD)
    page.locator("main form:has([name=password1]) button[type=submit]").click()
    page.wait_for_url("**/confirm-email/**")
    page.goto(link_in(next(message for message in mail.outbox if "nora@example.test" in message.to)))
    confirm = page.locator("main form[action*=confirm-email] button")
    if confirm.count():
        confirm.first.click()
        page.wait_for_load_state()
    assert User.objects.get(email="nora@example.test").state == "pending"


def log_in(page):
    if "/login" in page.url:
        page.locator("main [name=login]").fill("nora@example.test")
        page.locator("main [name=password]").fill(PASSWORD)
        page.locator("main form:has([name=password]) button[type=submit]").click()
        page.wait_for_load_state()


def write(page, kind, text, status=""):
    page.locator(f"#composer label[data-kind={kind}]").click()
    page.locator("#composer textarea").fill(text)
    if status:
        page.locator("#composer select[name=status]").select_option(status)
    page.locator("#composer button[type=submit]").click()
    page.locator("#thread").get_by_text(text).wait_for()


def test_from_sign_up_to_closed(open_page, ada, alan, it):
    nora = open_page(None, "/accounts/signup/")
    sign_up(nora)

    admin = open_page(ada, "/settings/people/pending")
    admin.locator("li", has_text="Nora Neu").get_by_role("button", name="Approve").click()
    admin.locator("main").get_by_role("button", name="Approve").wait_for(state="hidden")
    assert User.objects.get(email="nora@example.test").state == "active"

    nora.goto("/portal/new")
    log_in(nora)
    nora.goto("/portal/new")
    nora.locator("main [name=subject]").fill("Projector in room 4 is dark")
    nora.locator("main [name=description]").fill("It hums but shows nothing.")
    nora.locator("main [name=department]").select_option(label="IT operations")
    nora.locator("main form:has([name=description]) button[type=submit]").click()
    nora.wait_for_url("**/portal/tickets/FT-*")
    ticket = Ticket.objects.get()

    agent = open_page(alan, "/tickets")
    agent.get_by_role("button", name=re.compile("Claim")).first.click()
    agent.locator(f"#ticket-{ticket.pk}").get_by_text("Alan A.").wait_for()
    agent.goto(f"/tickets/{ticket.number}")
    write(agent, "note", "Lamp is probably dead.")
    write(agent, "reply", "Does the lamp light up at all?", "waiting_requester")
    ticket.refresh_from_db()
    assert ticket.status.key == "waiting_requester"

    nora.reload()
    assert nora.get_by_text("Does the lamp light up at all?").count() == 1
    assert nora.get_by_text("Lamp is probably dead.").count() == 0
    nora.locator("textarea[name=body]").fill("No, it stays dark.")
    nora.locator("form:has(textarea[name=body]) button[type=submit]").click()
    nora.get_by_text("No, it stays dark.").first.wait_for()
    ticket.refresh_from_db()
    assert ticket.status.key == "in_progress"

    agent.reload()
    write(agent, "reply", "The lamp is replaced.", "resolved")

    nora.reload()
    nora.locator("form[action$=closure] button").click()
    confirm = nora.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger")
    if confirm.count():
        confirm.last.click()
    nora.wait_for_load_state()
    nora.get_by_text("The ticket is closed.").first.wait_for()
    ticket.refresh_from_db()
    assert ticket.status.key == "closed"
    assert nora.seen.problems == agent.seen.problems == admin.seen.problems == []
