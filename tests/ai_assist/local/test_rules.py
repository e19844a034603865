"""Rules: what speaks for a value before anything was learned."""

import pytest

from ai_assist.rules import classify
from ai_assist.rules.wording import URGENCY, first_words, shared_words
from desk.models import Ticket
from tests.ai_assist.local.desk import departments, solved_tickets
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


def guess(ticket, field):
    return next((found for found in classify.guesses(ticket) if found.field == field), None)


def test_an_empty_desk_says_nothing(rita, it):
    assert classify.guesses(make_ticket(rita, it, subject="Frage", description="Wer weiß das?")) == []


def test_a_department_that_is_named(rita, it, hr):
    found = guess(
        make_ticket(rita, it, subject="Für die Personalabteilung", description="Human resources bitte"), "department"
    )
    assert (found.value, found.engine) == (hr.pk, "rules")
    assert found.confidence <= classify.MOST_SURE
    assert found.reasons[0]["code"] == "words"


def test_earlier_tickets_of_the_same_person(rita, it):
    places = departments()
    rows = solved_tickets(12)
    Ticket.objects.filter(pk__in=[row.pk for row in rows[:4]]).update(requester=rita, department=places["facility"])
    found = guess(make_ticket(rita, it, subject="Qqq", description="Zzz"), "department")
    assert (found.value, found.reasons) == (places["facility"].pk, [{"code": "requester", "count": 4}])
    assert found.confidence == pytest.approx(0.3)


def test_neighbours_vote_and_are_named(rita, it):
    rows = solved_tickets(90)
    ticket = make_ticket(rita, it, subject="Parental leave", description="How do I get parental leave?")
    found = guess(ticket, "department")
    assert found.value == departments()["hr"].pk
    told = next(reason["tickets"] for reason in found.reasons if reason["code"] == "similar")
    assert set(told) <= {row.pk for row in rows}
    assert 2 <= len(told) <= classify.LOOKED_AT


def test_reasons_for_two_values_alike_are_none(rita, it, hr):
    ticket = make_ticket(rita, it, subject="IT operations", description="Human resources")
    assert guess(ticket, "department") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Das ist dringend!", "high"),
        ("nicht dringend, bei Gelegenheit", "low"),
        ("No rush, not urgent", "low"),
        ("Die Produktion steht", "urgent"),
        ("Alle Kollegen sind betroffen", "urgent"),
        ("please fix this asap", "high"),
        ("Der Drucker ist blau", None),
    ],
)
def test_words_of_urgency(rita, it, text, key):
    found = guess(make_ticket(rita, it, subject="Frage", description=text), "priority")
    ranks = {"low": 1, "high": 3, "urgent": 4}
    assert (found.value if found else None) == ranks.get(key)


def test_it_is_the_department_only_in_capitals():
    assert shared_words("IT-Betrieb", "Please ask IT") == ["IT"]
    assert shared_words("IT operations", "it does not print") == []
    assert shared_words("Abteilung und Team", "die Abteilung und das Team") == []
    assert first_words(URGENCY["high"], "Dringend, dringend") == ["Dringend", "dringend"]
