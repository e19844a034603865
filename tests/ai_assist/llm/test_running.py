"""One question with everything around it: masking, budget, breaker, log, one repair."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from ai_assist import breaker
from ai_assist.commands.calls import forget_texts
from ai_assist.commands.providers import save_department, save_provider
from ai_assist.llm import LlmError, available, run, why_not
from ai_assist.models import ModelCall
from ai_assist.providers.openai import client as module
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db
SCHEMA = {"type": "object", "required": ["n"], "additionalProperties": False, "properties": {"n": {"type": "integer"}}}


def ask(person, text="Rita Reiter, rita@example.test", **fields):
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": text}]
    return run("reply", messages, person=Actor(person, "celery"), **fields)


def refused(person, **fields):
    with pytest.raises(LlmError) as caught:
        ask(person, **fields)
    return caught.value


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "sleep", lambda seconds: None)


def test_personal_data_leaves_masked_and_comes_back(provider, server, alan, rita, ticket):
    server.behaviour = behaviours.says("Dear [NAME_1], write to [EMAIL_1].")
    result = ask(alan, ticket=ticket)
    assert result.text == "Dear Rita Reiter, write to rita@example.test."
    (prompt,) = server.prompts
    assert "Rita" not in prompt
    assert "rita@" not in prompt
    assert "[NAME_1], [EMAIL_1]" in prompt


def test_a_department_may_send_its_texts_as_they_are(provider, server, alan, rita, ticket, it, ada):
    save_department(Actor(ada, "web"), it, language_model=True, masking=False)
    ask(alan, ticket=ticket)
    assert "Rita Reiter, rita@example.test" in server.prompts[0]


def test_texts_for_everybody_are_masked_all_the_same(provider, server, alan, rita, ticket, it, ada):
    save_department(Actor(ada, "web"), it, language_model=True, masking=False)
    server.behaviour = behaviours.says("[NAME_1] was here.")
    assert ask(alan, ticket=ticket, restore=False).text == "[NAME_1] was here."
    assert "Rita" not in server.prompts[0]


def test_a_department_may_send_nothing(provider, server, alan, ticket, it, ada):
    save_department(Actor(ada, "web"), it, language_model=False, masking=True)
    assert refused(alan, ticket=ticket).code == "department_off"
    assert not available("reply", ticket)
    assert available("reply")
    assert server.calls == 0


def test_every_call_is_logged_with_what_it_took(provider, server, alan, ticket):
    server.behaviour = behaviours.says("Hello [NAME_1].", tokens=(1000, 500))
    ask(alan, ticket=ticket)
    call = ModelCall.objects.get()
    assert (call.provider, call.model, call.feature, call.person, call.ticket) == (
        "Own server",
        "fake-1",
        "reply",
        alan,
        ticket,
    )
    assert (call.tokens_in, call.tokens_out, call.cost) == (1000, 500, Decimal("0.002"))
    assert (call.status, call.error, call.attempts) == (200, "", 1)
    assert len(call.input_hash) == 64
    assert "[NAME_1]" in call.input_text
    assert call.output_text == "Hello [NAME_1]."
    assert "sk-test-key" not in call.input_text + call.output_text


def test_texts_of_calls_are_forgotten_and_figures_stay(provider, server, alan, limits):
    limits(keep_texts_days=30)
    ask(alan)
    assert forget_texts() == 0
    ModelCall.objects.update(created_at=clock.now() - timedelta(days=31))
    assert forget_texts() == 1
    call = ModelCall.objects.get()
    assert (call.input_text, call.output_text) == ("", "")
    assert call.input_hash
    assert call.tokens_in == 100


# ---- breaker -------------------------------------------------------------------------


def test_a_service_that_is_down_is_left_alone_and_tried_again(provider, server, alan):
    server.behaviour = behaviours.fault
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as moment:
        for _ in range(breaker.FAILURES):
            assert refused(alan).code == "server_error"
        calls = server.calls
        error = refused(alan)
        assert error.code == "open_circuit"
        assert "Own server" in error.sentence
        assert why_not("reply") == error.sentence
        assert server.calls == calls
        moment.shift(breaker.FIRST_PAUSE + 1)
        assert available("reply")
        assert refused(alan).code == "server_error"  # the trial
        assert refused(alan).code == "open_circuit"
        moment.shift(breaker.FIRST_PAUSE + 1)
        assert refused(alan).code == "open_circuit"  # the pause has doubled
        moment.shift(breaker.FIRST_PAUSE)
        server.behaviour = behaviours.says("I am back.")
        assert ask(alan).text == "I am back."
        assert ask(alan).text == "I am back."


def test_only_one_tries_for_all(provider):
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as moment:
        for _ in range(breaker.FAILURES):
            breaker.failed(provider)
        moment.shift(breaker.FIRST_PAUSE + 1)
        breaker.admit(provider)
        with pytest.raises(breaker.Open):
            breaker.admit(provider)


def test_a_refused_key_is_no_illness(provider, server, alan):
    server.behaviour = behaviours.refuses_key
    for _ in range(breaker.FAILURES + 2):
        assert refused(alan).code == "unauthorized"


def test_saving_the_provider_closes_the_breaker(provider, ada):
    for _ in range(breaker.FAILURES):
        breaker.failed(provider)
    save_provider(
        Actor(ada, "web"),
        provider,
        name=provider.name,
        base_url=provider.base_url,
        api_key=None,
        active=True,
        timeout=5,
    )
    assert not breaker.is_open(provider)


# ---- structured answers --------------------------------------------------------------


@pytest.mark.parametrize("text", ['{"n": 3}', '```json\n{"n": 3}\n```', 'Here it is: {"n": 3} Enjoy.'])
def test_json_is_found_and_checked(provider, server, alan, text):
    server.behaviour = behaviours.says(text)
    assert ask(alan, schema=SCHEMA).data == {"n": 3}


@pytest.mark.parametrize("first", ["no json", '{"n": "three"}', '{"n": 3, "x": 1}', '{"n": NaN}', "[" * 5000])
def test_an_unfit_answer_is_repaired_once(provider, server, alan, first):
    server.behaviour = behaviours.one_after_another(behaviours.says(first), behaviours.says('{"n": 4}'))
    assert ask(alan, schema=SCHEMA).data == {"n": 4}
    assert "does not fit" in server.prompts[1]
    assert server.calls == ModelCall.objects.count() == 2


def test_a_second_unfit_answer_is_the_end(provider, server, alan):
    server.behaviour = behaviours.says('{"n": "three"}')
    assert refused(alan, schema=SCHEMA).code == "bad_answer"
    assert server.calls == 2


# ---- size ----------------------------------------------------------------------------


def test_a_megabyte_of_text_is_cut(provider, server, alan):
    ask(alan, text="begin " + "word " * 200_000 + "end")
    (prompt,) = server.prompts
    assert len(prompt) <= 8000 * 3
    assert "begin" in prompt
    assert prompt.endswith("end")


def test_a_key_that_cannot_be_read_is_said(provider, server, alan, settings):
    settings.SECRET_KEY = "another key " * 5
    error = refused(alan)
    assert error.code == "unauthorized"
    assert server.calls == 0


def test_with_the_assistant_off_nobody_is_asked(provider, server, alan, limits):
    limits(enabled=False)
    assert refused(alan).code == "off"
