"""A language model weighs what the own engine guessed."""

import pytest

from ai_assist.llm import classify
from ai_assist.models import Suggestion
from ai_assist.results import Guess
from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.ai_assist.llm.desk import vpn_ticket
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db


def test_a_model_chooses_among_the_engines_best_guesses(provider, server, rita, it, hr):
    ticket = vpn_ticket(rita, it)
    guess = Guess("department", it.pk, 0.5, "local", others=[(hr.pk, 0.4)])
    server.behaviour = behaviours.says('{"department": 2}')
    (joined,) = classify.refine(Actor.system("assistant"), ticket, [guess])
    assert (joined.value, joined.engine, joined.engine_version) == (hr.pk, "llm", "Own server: fake-1")
    assert 0.7 < joined.confidence < 0.8
    assert "IT operations" in server.prompts[0]
    server.behaviour = behaviours.says('{"department": 1}')
    (joined,) = classify.refine(Actor.system("assistant"), ticket, [guess])
    assert joined.value == it.pk
    assert joined.confidence > 0.75


@pytest.mark.parametrize("said", ['{"department": 9}', "IT", '{"priority": 1}'])
def test_a_model_that_chooses_nothing_changes_nothing(provider, server, rita, it, hr, said):
    guess = Guess("department", it.pk, 0.5, "local", others=[(hr.pk, 0.4)])
    server.behaviour = behaviours.says(said)
    assert classify.refine(Actor.system("assistant"), vpn_ticket(rita, it), [guess]) == [guess]


def test_the_machine_asks_for_tickets_of_nobody(provider, server, rita, it, hr):
    ticket = Ticket.objects.get(pk=vpn_ticket(rita, it).pk)
    assert classify.refine(Actor.system("assistant"), ticket, []) == []
    assert server.calls == 0


def test_the_model_weighs_in_after_the_engine_on_the_long_queue(provider, server, rita, it, hr, monkeypatch, in_worker):
    from ai_assist.jobs import classify_soon
    from ai_assist.local import engine
    from flowtic.core.models import Job

    ticket = vpn_ticket(rita, it)
    guess = Guess("department", it.pk, 0.5, "local", others=[(hr.pk, 0.4)])
    monkeypatch.setattr(engine, "guesses", lambda ticket: [guess])
    server.behaviour = behaviours.says('{"department": 2}')
    in_worker(classify_soon, ticket.pk)
    newest = Suggestion.objects.filter(ticket=ticket, field="department").latest("pk")
    assert (newest.engine, newest.value) == ("llm", hr.pk)
    assert list(Job.objects.filter(kind="ai.refine").values_list("queue", "state")) == [("long", "done")]
