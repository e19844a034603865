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


def test_from_sign_up_to_closed(open_page, ada, alan, it):
    nora = open_page(None, "/accounts/signup/")
    nora.get_by_label("Name", exact=True).fill("Nora Neu")
    nora.get_by_label(re.compile("^E-mail")).fill("nora@example.test")
    nora.locator("input[type=password]").nth(0).fill(PASSWORD)
    nora.locator("input[type=password]").nth(1).fill(PASSWORD)
    nora.locator("main form button[type=submit], main form button:not([type])").first.click()
    nora.wait_for_url("**/confirm-email/**")
    nora.goto(link_in(next(message for message in mail.outbox if "nora@example.test" in message.to)))
    if nora.locator("main form button").count():
        nora.locator("main form button").first.click()
    assert User.objects.get(email="nora@example.test").state == "pending"

    admin = open_page(ada, "/settings/people/pending")
    row = admin.locator("article, li, tr, form, section").filter(has_text="Nora Neu").last
    row.get_by_role("button", name=re.compile("Approve")).first.click()
    admin.wait_for_timeout(500)
    assert User.objects.get(email="nora@example.test").state == "active"

    nora.goto("/portal/new")
    if "/login" in nora.url:
        nora.locator("input[name=login]").fill("nora@example.test")
        nora.locator("input[name=password]").fill(PASSWORD)
        nora.locator("main form button").first.click()
        nora.goto("/portal/new")
    nora.locator("[name=subject]").fill("Projector in room 4 is dark")
    nora.locator("[name=description]").fill("It hums but shows nothing.")
    nora.locator("[name=department]").select_option(label="IT operations")
    nora.locator("main form button[type=submit], main form button:not([type])").last.click()
    nora.wait_for_url("**/portal/tickets/FT-*")
    ticket = Ticket.objects.get()

    agent = open_page(alan, "/tickets")
    agent.get_by_role("button", name=re.compile("Claim")).first.click()
    agent.wait_for_timeout(500)
    agent.goto(f"/tickets/{ticket.number}")
    agent.get_by_role("tab", name=re.compile("note", re.IGNORECASE)).click()
    agent.locator("#composer textarea:visible").fill("Lamp is probably dead.")
    agent.locator("#composer button[type=submit]:visible").click()
    agent.get_by_text("Lamp is probably dead.").first.wait_for()
    agent.get_by_role("tab", name=re.compile("reply", re.IGNORECASE)).click()
    agent.locator("#composer textarea:visible").fill("Does the lamp light up at all?")
    agent.locator("#composer select[name=status]:visible").select_option("waiting_requester")
    agent.locator("#composer button[type=submit]:visible").click()
    agent.get_by_text("Does the lamp light up at all?").first.wait_for()
    ticket.refresh_from_db()
    assert ticket.status.key == "waiting_requester"

    nora.reload()
    assert nora.get_by_text("Does the lamp light up at all?").count() == 1
    assert nora.get_by_text("Lamp is probably dead.").count() == 0
    nora.locator("textarea[name=body]").fill("No, it stays dark.")
    nora.locator(
        "form:has(textarea[name=body]) button[type=submit], form:has(textarea[name=body]) button:not([type])"
    ).first.click()
    nora.get_by_text("No, it stays dark.").first.wait_for()
    ticket.refresh_from_db()
    assert ticket.status.key == "in_progress"

    agent.reload()
    agent.locator("#composer textarea:visible").fill("The lamp is replaced.")
    agent.locator("#composer select[name=status]:visible").select_option("resolved")
    agent.locator("#composer button[type=submit]:visible").click()
    agent.get_by_text("The lamp is replaced.").first.wait_for()

    nora.reload()
    nora.get_by_role("button", name=re.compile("Close")).first.click()
    confirm = nora.locator("dialog[open] button", has_text=re.compile("Close"))
    if confirm.count():
        confirm.last.click()
    nora.wait_for_timeout(500)
    ticket.refresh_from_db()
    assert ticket.status.key == "closed"
    assert nora.seen.problems == agent.seen.problems == admin.seen.problems == []
