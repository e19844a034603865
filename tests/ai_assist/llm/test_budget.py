"""What a day may cost: taken before a call, settled after it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from ai_assist import budget
from ai_assist.llm import LlmError, run
from ai_assist.models import DayUsage, FeatureSetting, ModelCall, Provider
from ai_assist.providers.openai import client as module
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db


def ask(person, **fields):
    return run("reply", [{"role": "user", "content": "Say something kind."}], person=Actor(person, "celery"), **fields)


def refused(person, **fields):
    with pytest.raises(LlmError) as caught:
        ask(person, **fields)
    return caught.value


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "sleep", lambda seconds: None)


def used(person=None):
    row = DayUsage.objects.filter(person_key=person.pk if person else 0).first()
    return (row.calls, row.tokens) if row else (0, 0)


def test_a_call_counts_for_all_and_for_who_asked(provider, server, alan):
    server.behaviour = behaviours.says("Hello.", tokens=(70, 30))
    ask(alan)
    assert used() == used(alan) == (1, 100)
    assert DayUsage.objects.get(person_key=0).cost == Decimal("0.00013")


def test_a_service_that_says_nothing_of_tokens_is_counted_all_the_same(provider, server, alan):
    server.behaviour = behaviours.says("Hello there, how are you.", tokens=None)
    ask(alan)
    assert used()[1] > 15


@pytest.mark.parametrize(
    ("field", "word"), [("tokens_per_day", "budget"), ("tokens_per_person", "share"), ("cost_per_day", "EUR")]
)
def test_where_the_budget_ends_nobody_is_asked(provider, server, alan, limits, field, word):
    FeatureSetting.objects.update(price_out=10_000)
    limits(**{"tokens_per_day": 0, "tokens_per_person": 0, "cost_per_day": 0, field: Decimal("0.01")
              if field == "cost_per_day" else 100})  # fmt: skip
    error = refused(alan)
    assert error.code == "budget"
    assert word in error.sentence
    assert server.calls == 0
    assert used() == (0, 0)
    assert ModelCall.objects.get().error == "budget"


def test_the_next_day_the_budget_starts_anew(provider, server, alan, limits):
    server.behaviour = behaviours.says("Hello.", tokens=(300, 300))
    limits(tokens_per_day=700, tokens_per_person=0)
    ask(alan)
    assert refused(alan).code == "budget"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        ask(alan)
    assert server.calls == 2


def test_a_failed_call_gives_back_what_it_took(provider, server, alan):
    server.behaviour = behaviours.fault
    assert refused(alan).code == "server_error"
    assert used() == (1, 0)


def test_a_stream_that_breaks_off_is_paid_for(provider, server, alan):
    server.behaviour = behaviours.endless(0.05)
    Provider.objects.update(timeout=1)
    assert refused(alan, on_text=lambda text: None).code == "timeout"
    assert used()[1] > 20
    assert ModelCall.objects.get().output_text.startswith("and on and on")


def test_no_two_take_the_same_rest(db, alan, limits):
    limits(tokens_per_day=1000, tokens_per_person=0)
    actor = Actor(alan, "celery")
    first = budget.reserve(actor, tokens=600, cost=Decimal(0))
    with pytest.raises(budget.BudgetUsedUp):
        budget.reserve(actor, tokens=600, cost=Decimal(0))
    budget.settle(actor, first, tokens=400, cost=Decimal(0))
    budget.reserve(actor, tokens=600, cost=Decimal(0))
    assert used() == (2, 1000)
