"""One model for all languages, and one of a language's own only where that pays."""

import random

import pytest

from ai_assist.local import classify, training
from ai_assist.models import LearnedModel
from desk.models import Ticket
from tests.ai_assist.local.desk import FILLER, departments, solved_tickets
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(training, "LEAST_OF_LANGUAGE", 60)
    monkeypatch.setattr(training, "LEAST_THRESHOLDS", 8)


def false_friends(number):
    """A word that means one department in German and another one in English: no single line separates those."""
    chance, places = random.Random(9), departments()
    rows = solved_tickets(number)
    for at, row in enumerate(rows):
        word, german = ("chef", "rat")[at % 2], at // 2 % 2 == 0
        row.language = "de" if german else "en"
        row.subject = f"{word} {word}"
        row.description = " ".join(chance.choice(FILLER[row.language]) for _ in range(10))
        row.department = places["hr" if (word == "chef") == german else "facility"]
    Ticket.objects.bulk_update(rows, ["language", "subject", "description", "department"])
    return places


def test_a_language_of_its_own_where_it_pays(machine, small, rita, it):
    places = false_friends(400)
    training.train_all(machine)
    rows = {row.language: row for row in LearnedModel.objects.filter(target="department", live=True)}
    assert set(rows) == {"", "de", "en"}
    assert rows["de"].scores["accuracy"] > 0.9 > rows[""].scores["accuracy"]
    for language, key in (("de", "hr"), ("en", "facility")):
        ticket = make_ticket(rita, it, subject="chef chef", description="chef")
        ticket.language = language
        guess = next(found for found in classify.guesses(ticket) if found.field == "department")
        assert (guess.value, guess.engine_version) == (places[key].pk, f"1 {language}")
    ticket.language = "fr"
    assert next(found for found in classify.guesses(ticket) if found.field == "department").engine_version == "1"


def test_where_it_does_not_pay_one_model_answers_all(machine, small):
    solved_tickets(330)
    training.train_all(machine)
    assert [row.language for row in LearnedModel.objects.filter(target="department", live=True)] == [""]
    said = LearnedModel.objects.get(target="department", language="de")
    assert said.state == "too_little"
    assert said.error.startswith("does not pay")
