"""Suggestions that a worker writes: begun, grown, finished or failed."""

import pytest

from ai_assist.commands import suggestions
from ai_assist.models import Suggestion
from ai_assist.results import Source
from flowtic.core.errors import Conflict, Forbidden
from tests.ai_assist.suggesting import switch


def test_from_the_question_to_the_answer(as_web, alan, ticket):
    row = suggestions.begin(as_web(alan), "reply", ticket=ticket, options={"tone": "formal"}, language="de")
    assert (row.state, row.asked_by, len(row.key)) == ("waiting", alan, 32)
    assert suggestions.grow(row, "Guten")
    assert suggestions.grow(row, "Guten Tag"), "too soon to be saved, still wanted"
    assert Suggestion.objects.get().text == "Guten"
    assert suggestions.finish(row, text="Guten Tag", sources=[Source("article", 7)], engine="llm", options={"used": 1})
    found = Suggestion.objects.get()
    assert (found.state, found.text, found.sources) == ("ready", "Guten Tag", [{"n": 1, "kind": "article", "id": 7}])
    assert found.options == {"tone": "formal", "used": 1}
    assert not suggestions.grow(row, "more") or Suggestion.objects.get().text == "Guten Tag"


def test_a_failure_says_why(as_web, alan, ticket):
    row = suggestions.begin(as_web(alan), "reply", ticket=ticket)
    assert suggestions.fail(row, "timeout", "The model did not answer in time." + "x" * 400)
    found = Suggestion.objects.get()
    assert (found.state, found.options, len(found.error)) == ("failed", {"failure": "timeout"}, 300)
    assert not suggestions.finish(row, text="late")


def test_asked_again_the_older_one_gives_way(as_web, alan, lea, ticket):
    first = suggestions.begin(as_web(alan), "reply", ticket=ticket)
    others = suggestions.begin(as_web(lea), "reply", ticket=ticket)
    suggestions.begin(as_web(alan), "reply", ticket=ticket)
    first.refresh_from_db()
    others.refresh_from_db()
    assert (first.outcome, others.outcome) == ("superseded", "open"), "everybody has their own"
    assert not suggestions.finish(first, text="late")
    summary = suggestions.begin(as_web(alan), "summary", ticket=ticket)
    suggestions.begin(as_web(lea), "summary", ticket=ticket)
    summary.refresh_from_db()
    assert summary.outcome == "superseded", "a summary is everybody's"


def test_not_for_strangers_and_not_while_it_is_off(as_web, rita, hanna, alan, ticket):
    for person in (rita, hanna):
        with pytest.raises(Forbidden):
            suggestions.begin(as_web(person), "reply", ticket=ticket)
    switch(False)
    with pytest.raises(Conflict):
        suggestions.begin(as_web(alan), "reply", ticket=ticket)
