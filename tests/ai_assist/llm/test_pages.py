"""The pages of what language models write, and of their settings: who gets in, what stands there, what is saved."""

import pytest
from django.test import Client

from ai_assist.commands.asking import ask_answer, ask_article, ask_reply, ask_rewrite
from ai_assist.models import ModelCall, Suggestion
from desk.commands import add_comment
from flowtic.core.actor import Actor
from knowledge.models import Article
from tests.ai_assist.llm.desk import category, make_article, solved, vpn_ticket
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(settings):
    def make(person, **headers):
        client = Client(headers=headers)
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


# ---- what is written -----------------------------------------------------------------


def test_a_reply_is_asked_for_watched_and_inserted(
    provider, server, web, rita, it, alan, django_capture_on_commit_callbacks
):
    make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.", public=True)
    server.behaviour = behaviours.says("Hello Rita,\n\nrenew it [1].")
    ticket, client = vpn_ticket(rita, it), web(alan, **HTMX)
    page = f"/tickets/{ticket.number}/assistant/reply"
    assert "Suggest a reply" in client.get(page).text
    with django_capture_on_commit_callbacks() as jobs:
        asked = client.post(page, {"tone": "short"}).text
    assert 'hx-trigger="every 700ms"' in asked
    for job in jobs:
        job()
    done = client.get(page).text
    assert "every 700ms" not in done
    assert "renew it" in done
    row = Suggestion.objects.get(feature="reply")
    answer = client.post(f"{page}/{row.key}/insertion")
    assert answer.status_code == 200
    row.refresh_from_db()
    assert (row.outcome, row.decided_by) == ("accepted", alan)
    assert ModelCall.objects.get().suggestion == row


def test_a_refused_question_says_why(web, rita, it, alan):
    page = f"/tickets/{vpn_ticket(rita, it).number}/assistant/reply"
    answer = web(alan, **HTMX).post(page, {"tone": "rude"})
    assert answer.status_code == 422


def test_with_the_assistant_off_nothing_of_it_is_on_any_page(provider, limits, web, rita, it, alan, sven):
    limits(enabled=False)
    ticket = vpn_ticket(rita, it)
    page = web(alan).get(ticket.get_absolute_url())
    assert page.status_code == 200
    for word in ("assist-", "assistant", "Rewrite", "rewriting", "written-mark"):
        assert word not in page.text, word
    for part in ("reply", "summary"):
        assert web(alan).get(f"/tickets/{ticket.number}/assistant/{part}").status_code == 404
    assert web(alan).get("/knowledge/ask").status_code == 404


def test_with_the_assistant_on_the_composer_offers_other_words(web, rita, it, alan):
    page = web(alan).get(vpn_ticket(rita, it).get_absolute_url())
    assert "rewriting?how=shorter" in page.text


def test_rewriting_without_a_model_says_what_is_missing(web, rita, it, alan):
    page = f"/tickets/{vpn_ticket(rita, it).number}/assistant/rewriting?how=shorter"
    answer = web(alan, **HTMX).post(page, {"body": "Hello"})
    assert answer.status_code == 409
    assert "No language model is set up" in answer.text


@pytest.mark.parametrize("who", ["hanna", "otto"])
def test_strangers_find_nothing_written(provider, web, rita, it, alan, sven, hanna, otto, who, in_worker):
    ticket = vpn_ticket(rita, it)
    stranger = {"hanna": hanna, "otto": otto}[who]
    reply = in_worker(ask_reply, Actor(alan, "web"), ticket)
    other = in_worker(ask_rewrite, Actor(alan, "web"), ticket, text="Hello", how="de")
    question = in_worker(ask_answer, Actor(alan, "web"), "How?")
    old = solved(rita, it, alan, answer="Renew it.")
    article = in_worker(ask_article, Actor(sven, "web"), old)
    client = web(stranger)
    start = f"/tickets/{ticket.number}/assistant"
    refused = {302, 403, 404}
    assert client.post(f"{start}/reply/{reply.key}/insertion").status_code in refused
    assert client.get(f"{start}/rewriting/{other.key}").status_code in refused
    assert client.get(f"/suggestions/{question.key}/answer").status_code in refused
    assert client.get(f"/suggestions/{article.key}/article").status_code in refused
    assert web(alan).get(f"{start}/rewriting/{other.key}").status_code == 200
    assert web(alan).get(f"/suggestions/{article.key}/article").status_code == 403
    assert Suggestion.objects.get(pk=reply.pk).outcome == "open"


def test_a_question_and_its_answer(provider, server, web, alan, django_capture_on_commit_callbacks):
    make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.")
    server.behaviour = behaviours.says("In the portal [1]. <img src=http://sink.example>")
    client = web(alan)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/knowledge/ask", {"question": "How do I renew the VPN certificate?"}, follow=True)
    page = client.get(answer.request["PATH_INFO"]).text
    assert "In the portal" in page
    assert "sink.example" not in page
    assert web(alan).post("/knowledge/ask", {"question": " "}).status_code == 422


def test_an_article_becomes_a_draft_by_a_click_and_not_before(
    web, rita, it, alan, sven, django_capture_on_commit_callbacks
):
    old, client = solved(rita, it, alan, answer="Renew it in the portal."), web(sven)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/tickets/{old.number}/assistant/article")
    assert not Article.objects.exists()
    values = {"title": "VPN", "body": "Renew it.", "category": category().pk, "language": "en", "tags": "vpn, net"}
    assert client.post(answer.url, {**values, "title": ""}).status_code == 422
    assert not Article.objects.exists()
    assert client.post(answer.url, values).status_code == 302
    found = Article.objects.get()
    assert (found.title, found.state, found.created_by) == ("VPN", "draft", sven)
    row = Suggestion.objects.get(feature="article")
    assert (row.outcome, row.outcome_value) == ("accepted", found.pk)


def test_requesters_see_nothing_of_prompts(provider, server, web, rita, it, alan, in_worker):
    ticket = vpn_ticket(rita, it)
    add_comment(Actor(alan, "web"), ticket, body="INTERNAL-9f3c", internal=True)
    in_worker(ask_reply, Actor(alan, "web"), ticket)
    page = web(rita).get(f"/portal/tickets/{ticket.number}").text
    for word in ("assistant", "Suggested", "fake-1", "INTERNAL"):
        assert word not in page
