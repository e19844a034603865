"""Suggestions and trust over the REST API."""

import pytest

from ai_assist.commands.suggestions import begin, finish
from ai_assist.models import Suggestion
from ai_assist.results import Source
from desk.commands import change_fields
from desk.models import Ticket
from tests.ai_assist.suggesting import decisions, guess, priority, suggest, suggest_priority, switch
from tests.api.conftest import problem
from tests.factories import make_ticket

ACTIONS = ("accept", "dismiss", "undo", "rate")


def path(row, action):
    return f"/suggestions/{row.key}/{action}"


def body(action):
    return {"rating": 1} if action == "rate" else {}


def test_what_a_ticket_has(rest, alan, ticket):
    row = suggest_priority(ticket, others=[(3, 0.07)])
    (found,) = rest(alan).get(f"/tickets/{ticket.number}/suggestions").json()["results"]
    assert found | {"created_at": ""} == {
        "key": row.key,
        "ticket": ticket.number,
        "feature": "classify",
        "field": "priority",
        "state": "ready",
        "outcome": "open",
        "value": {"key": "urgent", "name": "Urgent"},
        "before": {"key": "normal", "name": "Normal"},
        "others": [{"key": "high", "name": "High", "confidence": 0.07}],
        "text": "",
        "confidence": 0.9,
        "reason": "words: VPN",
        "sources": [],
        "engine": "local",
        "engine_version": "3",
        "decided_by": None,
        "decided_at": None,
        "rating": None,
        "created_at": "",
    }


def test_what_is_only_measured_is_nobodys(rest, alan, ticket):
    row = suggest_priority(ticket, key="normal")
    assert rest(alan).get(f"/tickets/{ticket.number}/suggestions").json()["results"] == []
    for action in ACTIONS:
        problem(rest(alan).post(path(row, action), body(action)), 404)


def test_sources_are_named_to_who_may_open_them(rest, as_web, alan, sven, rita, it, hr, ticket):
    near, far = make_ticket(rita, it), make_ticket(rita, hr, subject="Secret salary")
    row = begin(as_web(sven), "reply", ticket=ticket)
    finish(row, text="Like this.", sources=[Source("ticket", far.pk), Source("ticket", near.pk), Source("article", 9)])
    answer = rest(alan).get(f"/tickets/{ticket.number}/suggestions")
    assert [source["number"] for source in answer.json()["results"][0]["sources"]] == [near.number]
    assert "Secret salary" not in answer.content.decode()


def test_accept_undo_and_rate(rest, alan, ticket):
    row, client = suggest_priority(ticket), rest(alan)
    accepted = client.post(path(row, "accept"))
    assert (accepted.status_code, accepted.json()["outcome"]) == (200, "accepted")
    assert accepted.json()["decided_by"]["name"] == "Alan Agent"
    assert Ticket.objects.get().priority.key == "urgent"
    assert client.post(path(row, "undo")).json()["outcome"] == "dismissed"
    assert Ticket.objects.get().priority.key == "normal"
    assert client.post(path(row, "rate"), {"rating": -1, "note": "no"}).json()["rating"] == -1


def test_another_value_by_its_key(rest, alan, ticket):
    row = suggest_priority(ticket)
    problem(rest(alan).post(path(row, "accept"), {"value": "nothing-like-it"}), 409)
    assert rest(alan).post(path(row, "accept"), {"value": "high"}).json()["outcome"] == "changed"
    assert Ticket.objects.get().priority.key == "high"


def test_only_the_first_decision_counts(rest, alan, ticket):
    row, client = suggest_priority(ticket), rest(alan)
    assert client.post(path(row, "dismiss")).status_code == 200
    problem(client.post(path(row, "accept")), 409, "conflict")


def test_repeated_with_its_key_it_is_the_same_answer(rest, alan, ticket):
    row, client = suggest_priority(ticket), rest(alan)
    first = client.post(path(row, "accept"), Idempotency_Key="a" * 20)
    again = client.post(path(row, "accept"), Idempotency_Key="a" * 20)
    assert (first.json(), again.status_code) == (again.json(), 200)


def test_a_newer_value_is_kept(rest, as_web, alan, lea, ticket):
    row = suggest_priority(ticket)
    change_fields(as_web(lea), ticket, priority=priority("low"))
    problem(rest(alan).post(path(row, "accept")), 409, "stale")
    assert Ticket.objects.get().priority.key == "low"


@pytest.mark.parametrize("who", ["rita", "otto", "hanna"])
def test_who_does_not_work_the_ticket_finds_nothing(rest, request, ticket, who):
    row, client = suggest_priority(ticket), rest(request.getfixturevalue(who))
    assert client.get(f"/tickets/{ticket.number}/suggestions").status_code in (403, 404)
    for action in ACTIONS:
        problem(client.post(path(row, action), body(action)), 404)
    assert Suggestion.objects.get().outcome == "open"


def test_scopes(rest, alan, ticket):
    row = suggest_priority(ticket)
    reader = rest(alan, "tickets:read")
    assert reader.get(f"/tickets/{ticket.number}/suggestions").status_code == 200
    for action in ACTIONS:
        problem(reader.post(path(row, action), body(action)), 403)
    problem(rest(alan, "tickets:write").get(f"/tickets/{ticket.number}/suggestions"), 403)


@pytest.mark.parametrize(
    "wrong", [{"rating": 2}, {"rating": "1"}, {"rating": True}, {}, {"rating": 1, "note": "x" * 501}]
)
def test_ratings_are_checked(rest, alan, ticket, wrong):
    row = suggest_priority(ticket)
    problem(rest(alan).post(path(row, "rate"), wrong), 422)


@pytest.mark.parametrize("key", ["x", "A" * 32, "%00", "0" * 31, "..%2f"])
def test_keys_that_are_none(rest, alan, ticket, key):
    problem(rest(alan).post(f"/suggestions/{key}/accept"), 404)


def test_switched_off(rest, alan, ticket):
    row = suggest_priority(ticket)
    switch(False)
    assert rest(alan).get(f"/tickets/{ticket.number}/suggestions").json() == {"results": []}
    for action in ACTIONS:
        problem(rest(alan).post(path(row, action), body(action)), 404)


def test_the_cost_does_not_grow_with_the_suggestions(rest, alan, ticket, hr, django_assert_max_num_queries):
    client, where = rest(alan), f"/tickets/{ticket.number}/suggestions"
    suggest(ticket, guess("department", hr))
    client.get(where)
    for key in ("urgent", "high", "low"):
        suggest_priority(ticket, key=key)
    with django_assert_max_num_queries(12):
        assert len(client.get(where).json()["results"]) == 4


def test_trust(rest, sven, alan, ticket):
    decisions(ticket, [True] * 9 + [False])
    rows = {row["field"]: row for row in rest(sven).get("/assistant/trust").json()["results"]}
    assert set(rows) == {"department", "priority", "request_type"}
    found = rows["priority"]
    assert (found["mode"], found["decided"], found["precision"], found["coverage"]) == ("suggest", 10, 0.9, 1.0)
    problem(rest(alan).get("/assistant/trust"), 403)
