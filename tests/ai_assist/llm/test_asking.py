"""Summary, rewriting, questions, article drafts: what they write, and what they say when they cannot."""

import json
from datetime import timedelta

import pytest

from ai_assist.commands.asking import PATIENCE, ask_answer, ask_article, ask_rewrite, ask_summary
from ai_assist.commands.providers import save_department
from ai_assist.llm import article
from ai_assist.llm.shown import Draft
from ai_assist.llm.thread import digest
from ai_assist.models import Suggestion
from ai_assist.providers.openai import client as module
from desk.commands import add_comment
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden, Invalid
from knowledge.models import Article, SearchMiss
from tests.ai_assist.llm.desk import make_article, solved, vpn_ticket
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "sleep", lambda seconds: None)


# ---- summary -------------------------------------------------------------------------


def test_a_summary_reads_the_notes_too(provider, server, rita, it, alan, in_worker):
    ticket = vpn_ticket(rita, it)
    add_comment(Actor(alan, "web"), ticket, body="The certificate authority was down.", internal=True)
    server.behaviour = behaviours.says("- The VPN is down\n- Next: Alan ![x](http://sink.example)")
    row = in_worker(ask_summary, Actor(alan, "web"), ticket)
    assert row.text == "- The VPN is down\n- Next: Alan x"
    assert "note: The certificate authority was down." in server.prompts[0]
    assert row.input_hash == digest(Actor(alan, "web"), ticket)


def test_a_summary_is_out_of_date_when_somebody_writes(rita, it, alan, in_worker):
    ticket, actor = vpn_ticket(rita, it), Actor(alan, "web")
    row = in_worker(ask_summary, actor, ticket)
    assert row.engine == "local"
    assert row.text.startswith("- The VPN certificate has expired")
    add_comment(actor, ticket, body="Done.", internal=False)
    assert row.input_hash != digest(actor, ticket)


def test_a_very_long_ticket_is_cut(provider, server, rita, it, alan, in_worker):
    ticket = vpn_ticket(rita, it, description="first words " + "word " * 30_000 + "last words")
    for number in range(5):
        add_comment(Actor(alan, "web"), ticket, body=f"message {number} " + "x " * 20_000, internal=False)
    assert in_worker(ask_summary, Actor(alan, "web"), ticket).state == "ready"
    (prompt,) = server.prompts
    assert len(prompt) < 8000 * 3
    assert "first words" in prompt
    assert "message 4" in prompt


# ---- rewriting -----------------------------------------------------------------------


def test_other_words_keep_names_and_own_links(provider, server, rita, it, alan, in_worker):
    server.behaviour = behaviours.says("Good morning [NAME_1], see https://wiki.corp.example/vpn or http://sink.com")
    text = "Rita Reiter, see https://wiki.corp.example/vpn"
    row = in_worker(ask_rewrite, Actor(alan, "web"), vpn_ticket(rita, it), text=text, how="friendlier")
    assert row.text == "Good morning Rita Reiter, see https://wiki.corp.example/vpn or […]"
    assert "Rita" not in server.prompts[0]


def test_without_a_model_nothing_is_rewritten_and_it_is_said(rita, it, alan):
    with pytest.raises(Conflict, match="No language model is set up"):
        ask_rewrite(Actor(alan, "web"), vpn_ticket(rita, it), text="Hello", how="shorter")


@pytest.mark.parametrize("given", [{"text": " ", "how": "shorter"}, {"text": "x" * 12_001, "how": "de"}, {"text": "a", "how": "rude"}])  # fmt: skip
def test_what_cannot_be_rewritten(provider, rita, it, alan, given):
    with pytest.raises(Invalid):
        ask_rewrite(Actor(alan, "web"), vpn_ticket(rita, it), **given)


# ---- questions -----------------------------------------------------------------------


def test_an_answer_names_its_articles(provider, server, alan, in_worker):
    found = make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.")
    server.behaviour = behaviours.says("In the portal [1]. By magic.")
    row = in_worker(ask_answer, Actor(alan, "web"), "How do I renew the VPN certificate?")
    assert (row.text, row.value["found"], row.value["cut"]) == ("In the portal [1].", True, 1)
    assert row.sources == [{"n": 1, "kind": "article", "id": found.pk}]


@pytest.mark.parametrize("said", ["NOT_IN_KNOWLEDGE_BASE", "It is green.", "It is green [7]."])
def test_what_no_article_says_is_not_in_the_knowledge_base(provider, server, alan, in_worker, said):
    make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.")
    server.behaviour = behaviours.says(said)
    row = in_worker(ask_answer, Actor(alan, "web"), "Which colour has the VPN certificate?")
    assert (row.state, row.text, row.value) == ("ready", "", {"found": False})
    assert SearchMiss.objects.count() == 1


def test_without_an_article_no_model_is_asked(provider, server, alan, in_worker):
    row = in_worker(ask_answer, Actor(alan, "web"), "How do I renew the VPN certificate?")
    assert row.value == {"found": False}
    assert server.calls == 0


def test_without_a_model_the_articles_are_listed(alan, in_worker):
    make_article("Renew the VPN certificate", "Renew the VPN certificate in the portal.")
    row = in_worker(ask_answer, Actor(alan, "web"), "How do I renew the VPN certificate?")
    assert row.engine == "local"
    assert [line.title for line in Draft(Actor(alan, "web"), row).sources] == ["Renew the VPN certificate"]


def test_requesters_ask_nothing(rita):
    with pytest.raises(Forbidden):
        ask_answer(Actor(rita, "web"), "How?")


# ---- articles ------------------------------------------------------------------------

DRAFT = {"title": "VPN certificate expired", "problem": "Rita Reiter sees [NAME_1] and http://sink.com.",
         "steps": ["1. Open the portal", "Call +49 221 5550147"], "tags": ["vpn"]}  # fmt: skip


@pytest.fixture
def old(rita, it, alan):
    return solved(rita, it, alan, answer="Rita Reiter, renew it. Call +49 221 5550147.", subject="VPN of Rita Reiter",
                  description="My VPN certificate has expired, Rita Reiter")  # fmt: skip


def test_nobodys_data_stands_in_a_draft_of_an_article(provider, server, old, it, sven, ada, in_worker):
    save_department(Actor(ada, "web"), it, language_model=True, masking=False)
    server.behaviour = behaviours.says(json.dumps(DRAFT))
    row = in_worker(ask_article, Actor(sven, "web"), old)
    assert (row.state, row.value["title"], row.value["tags"]) == ("ready", "VPN certificate expired", ["vpn"])
    for text in (server.prompts[0], row.text):
        assert "Rita" not in text
        assert "5550147" not in text
    assert "1. Open the portal\n2. Call […]" in row.text
    assert "sink" not in row.text
    assert not Article.objects.exists()


def test_without_a_model_the_draft_is_put_together(old, sven, in_worker):
    row = in_worker(ask_article, Actor(sven, "web"), old)
    assert row.engine == "local"
    assert "renew it" in row.text
    for text in (row.text, row.value["title"]):
        assert "Rita" not in text


def test_only_writers_and_only_solved_tickets(old, alan, sven, rita, it):
    with pytest.raises(Forbidden):
        ask_article(Actor(alan, "web"), old)
    with pytest.raises(Conflict):
        ask_article(Actor(sven, "web"), vpn_ticket(rita, it))


def test_a_wrong_schema_twice_is_said(provider, server, old, sven, in_worker):
    server.behaviour = behaviours.says('{"title": 3}')
    row = in_worker(ask_article, Actor(sven, "web"), old)
    assert (row.state, row.options["failure"]) == ("failed", "bad_answer")
    assert server.calls == 2


def test_the_schema_holds_for_what_is_built_from_it():
    assert set(article.SCHEMA["required"]) <= set(article.SCHEMA["properties"])


# ---- whatever the service does -------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (behaviours.broken_json, "empty"),
        (behaviours.html, "empty"),
        (behaviours.nothing, "empty"),
        (behaviours.hangs_up, "connect"),
        (behaviours.ten_megabytes, "too_long"),
        (behaviours.busy("0"), "rate_limited"),
        (behaviours.fault, "server_error"),
        (behaviours.refuses_key, "unauthorized"),
    ],
)
def test_failures_are_said_and_nothing_else_happens(provider, server, rita, it, alan, in_worker, behaviour, code):
    server.behaviour = behaviour
    ticket = vpn_ticket(rita, it)
    row = in_worker(ask_summary, Actor(alan, "web"), ticket)
    assert (row.state, row.text) == ("failed", "")
    assert row.options["failure"] in {code, "bad_answer" if code == "empty" else code}
    assert row.error
    assert Draft(Actor(alan, "web"), row).failure == row.error
    again = in_worker(ask_summary, Actor(alan, "web"), ticket)
    assert again.pk != row.pk


def test_a_worker_that_never_comes_is_noticed(rita, it, alan):
    row = ask_summary(Actor(alan, "web"), vpn_ticket(rita, it))
    assert Draft(Actor(alan, "web"), row).is_running
    Suggestion.objects.update(created_at=clock.now() - PATIENCE - timedelta(seconds=1))
    row.refresh_from_db()
    shown = Draft(Actor(alan, "web"), row)
    assert not shown.is_running
    assert "No worker" in shown.failure
