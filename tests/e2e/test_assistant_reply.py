"""A reply recommendation from the first word to the sent comment, with a model on loopback that obeys attackers."""

import re
import threading

import pytest
from django.db import connection

from ai_assist.commands.providers import save_feature, save_provider
from ai_assist.models import Suggestion
from desk.models import Comment
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from tests.ai_assist.llm.desk import make_article, vpn_ticket
from tests.model_server import ModelServer, behaviours

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = (
    "Dear Rita,\n\nyour certificate has expired. Please renew it in the portal [1]. ![x](http://sink.example/?d=1) "
    "See [here](http://sink.example) [1].\n\nBest regards"
)


@pytest.fixture
def model(settings):
    """A slow model that answers every feature."""
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1"]
    with ModelServer(behaviours.slow(ANSWER, 0.25)) as server:
        machine = Actor.system("test")
        row = save_provider(
            machine, None, name="Own server", base_url=server.base_url, api_key="sk", active=True, timeout=20
        )
        for feature in ("reply", "summary", "rewrite"):
            save_feature(
                machine,
                feature,
                provider=row,
                model="fake",
                enabled=True,
                max_output_tokens=400,
                price_in=0,
                price_out=0,
            )
        yield server


@pytest.fixture
def worker(monkeypatch):
    """Jobs are done beside the pages, as in a real installation: the page sees the text grow."""
    threads = []

    def publish(pk, queue):
        def work():
            try:
                jobs.run(pk)
            finally:
                connection.close()

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    monkeypatch.setattr(jobs, "publish", publish)
    yield
    for thread in threads:
        thread.join(30)


def test_a_reply_is_drafted_inserted_changed_and_sent(open_page, check_page, model, worker, rita, alan, it):
    make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.", public=True)
    ticket = vpn_ticket(rita, it)
    page = open_page(alan, f"{ticket.get_absolute_url()}?panel=assistant")
    section = page.locator("#assist-reply")
    section.get_by_role("button", name="Suggest a reply").click()

    # It grows in the panel, not in the composer; the lie at its beginning is never shown.
    section.locator(".ai-box .prose", has_text="Dear Rita").wait_for(timeout=30_000)
    assert "Best regards" not in section.inner_text()
    assert page.locator("#composer-body").input_value() == ""
    insert = section.get_by_role("button", name="Insert")
    insert.wait_for(timeout=20_000)
    assert "renew it in the portal" in section.inner_text()
    assert "has expired" not in section.inner_text()
    assert section.locator("a[href^=http]").count() == 0
    assert section.locator("img").count() == 0
    check_page(page, "assistant-reply")

    insert.click()
    body, mark = page.locator("#composer-body"), page.locator("#written-mark")
    mark.wait_for(state="visible")
    text = body.input_value()
    assert text.startswith("Dear Rita,")
    assert "renew it in the portal." in text
    assert "[1]" not in text
    assert not Comment.objects.filter(ticket=ticket).exists()
    check_page(page, "assistant-reply-inserted")
    body.press("End")
    body.press_sequentially(" Hello!")
    mark.wait_for(state="hidden")

    page.locator("#composer").get_by_role("button", name=re.compile("^Send")).click()
    page.locator("#thread").get_by_text("renew it in the portal").wait_for()
    comment = Comment.objects.get(ticket=ticket)
    assert (comment.author, comment.is_internal) == (alan, False)
    assert "Hello!" in comment.body
    row = Suggestion.objects.get(feature="reply")
    assert (row.outcome, row.decided_by) == ("accepted", alan)
    assert page.seen.problems == []


def test_other_words_for_what_the_agent_wrote(open_page, model, worker, rita, alan, it):
    model.behaviour = behaviours.slow("Good morning, we look at it. Kind regards", 0.1)
    ticket = vpn_ticket(rita, it)
    page = open_page(alan, ticket.get_absolute_url())
    page.locator("#composer-body").fill("hi, will look at it")
    page.locator("#composer summary", has_text="Rewrite").click()
    page.get_by_role("button", name="Friendlier").click()
    page.get_by_role("button", name="Take over").click(timeout=20_000)
    assert page.locator("#composer-body").input_value() == "Good morning, we look at it. Kind regards"
    assert page.locator("#rewritten").inner_text() == ""
    assert "will look at it" in model.prompts[-1]
    assert page.seen.problems == []


def test_with_the_model_away_the_ticket_is_worked_all_the_same(open_page, model, worker, rita, alan, it):
    model.behaviour = behaviours.refuses_key
    ticket = vpn_ticket(rita, it)
    page = open_page(alan, f"{ticket.get_absolute_url()}?panel=assistant")
    page.locator("#assist-reply").get_by_role("button", name="Suggest a reply").click()
    page.locator("#assist-reply").get_by_text("refuses the key").wait_for(timeout=20_000)
    page.locator("#composer-body").fill("I answer myself.")
    page.locator("#composer").get_by_role("button", name=re.compile("^Send")).click()
    page.locator("#thread").get_by_text("I answer myself.").wait_for()
    assert Job.objects.filter(kind="ai.ask", state="done").count() == 1
