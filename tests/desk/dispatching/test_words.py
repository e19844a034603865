"""Reasons in words, in the history of the desk and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from accounts.models import Skill
from desk.commands import auto_assign
from desk.dispatching.words import _WORDS, names_for, reason_words
from desk.sentences import sentences
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_person

UNTIL = datetime(2026, 11, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("least_loaded", {"load": 3, "cap": 8}, "least loaded: 3 of 8 open"),
        ("least_loaded", {"load": 1, "cap": None}, "least loaded: 1 open"),
        ("round_robin", {}, "next in turn"),
        ("round_robin", {"load": 0, "cap": 2}, "next in turn: 0 of 2 open"),
        ("named", {}, "named in the rule"),
        ("named", {"load": 9, "cap": 8, "over": True}, "named in the rule; above the limit: 9 of 8 open"),
        ("field", {"field": "requester.manager"}, "the requester's manager"),
        ("field", {"field": "boss"}, "named in the field boss"),
        ("role_pool", {"role": "support"}, "for everybody with the role Support"),
        ("untouched", {"after": "PT4H"}, "untouched for 4 hours of working time"),
        ("all_full", {"skill": "x", "level": 2}, "everybody has reached the limit of open work"),
    ],
)
def test_short_and_clear(db, code, params, words):
    assert reason_words({"code": code, "params": params}) == words


def test_names_and_dates(db):
    theo = make_person("Theo Test", "agent")
    Skill.objects.create(key="net", name_de="Netzwerk", name_en="Networks")
    substitute = {"code": "substitute", "params": {"absent": theo.pk, "until": UNTIL.isoformat()}}
    skill = {"code": "skill", "params": {"skill": "net", "level": 3, "load": 2, "cap": 8}}
    # Until midnight of the 30th in Berlin: the last day is the 29th.
    with time_machine.travel(UNTIL - timedelta(days=9)):
        assert reason_words(substitute) == "stands in for Theo Test until November 29"
        assert reason_words(skill) == "Networks, level 3 or higher: 2 of 8 open"
        with translation.override("de"):
            assert "29. November" in reason_words(substitute)
            assert "Netzwerk" in reason_words(skill)
    with time_machine.travel(UNTIL + timedelta(days=99)):
        assert reason_words(substitute) == "stands in for Theo Test until Nov. 29, 2026"


def test_a_field_is_said_by_its_label_where_it_is_known(db):
    names = replace(names_for([]), fields={"boss": "Who approves?"})
    assert reason_words({"code": "field", "params": {"field": "boss"}}, names) == "named in the field “Who approves?”"
    assert reason_words({"code": "field", "params": {"field": "other"}}, names) == "named in the field other"


def test_every_code_bears_missing_and_wrong_params(db):
    for code in _WORDS:
        for params in ({}, {"until": "x", "absent": "?", "load": "x", "person": None}, None, [1]):
            assert reason_words({"code": code, "params": params})


def test_what_is_no_reason_has_no_words(db):
    for reason in ({}, {"code": "claimed", "params": {}}, {"code": ["x"]}, "withdrawn", None, 7):
        assert reason_words(reason) == ""


def test_names_of_many_reasons_cost_two_queries(db, django_assert_num_queries):
    people = [make_person(f"Person {number}") for number in range(5)]
    reasons = [{"code": "substitute", "params": {"absent": person.pk, "until": "x"}} for person in people]
    reasons += [{"code": "skill", "params": {"skill": f"s{number}", "level": 1}} for number in range(5)]
    with django_assert_num_queries(2):
        names = names_for(reasons)
        assert all(reason_words(reason, names) for reason in reasons)


def test_the_desk_reads_why_and_the_requester_does_not(policy, team, ticket, alan, rita, client, api):
    policy("least_loaded", cap=8)
    auto_assign(Actor.system("dispatching"), ticket)
    event = Event.objects.get(name="ticket.assigned")
    said = "Flowtic assigned the ticket to Anna Eins"
    assert sentences([event], internal=True) == [f"{said} (least loaded: 0 of 8 open)"]
    assert sentences([event]) == [said]
    client.force_login(alan)
    assert "least loaded: 0 of 8 open" in client.get(f"/tickets/{ticket.number}/history").content.decode()
    for person, told in ((alan, True), (rita, False)):
        answer = api(person).get(f"/api/v1/tickets/{ticket.number}/events").content.decode()
        assert said in answer
        assert ("least loaded" in answer) is told
    client.force_login(rita)
    assert "least loaded" not in client.get(f"/portal/tickets/{ticket.number}").content.decode()
