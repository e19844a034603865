"""Accepting, dismissing, taking back and rating; what people do otherwise decides too."""

import pytest

from ai_assist.commands import suggestions
from ai_assist.models import Suggestion
from desk.commands import assign_ticket, change_fields, change_status
from desk.models import Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden, Invalid, Stale
from flowtic.core.models import Delivery, Event
from flowtic.core.outbox import deliver
from tests.ai_assist.suggesting import guess, priority, suggest, suggest_priority
from tests.factories import make_person


def told():
    """Hands every event to its listeners, as a worker does."""
    for pk in Delivery.objects.filter(state="pending", subscriber__startswith="ai.").values_list("pk", flat=True):
        assert deliver(pk)


def test_accepting_writes_the_field_and_says_who_and_what(as_web, alan, ticket):
    row = suggest_priority(ticket)
    assert Ticket.objects.get().priority.key == "normal", "a suggestion changes nothing"
    suggestions.accept(as_web(alan), row)
    row.refresh_from_db()
    assert Ticket.objects.get().priority.key == "urgent"
    assert (row.outcome, row.decided_by, row.outcome_value) == ("accepted", alan, priority("urgent").pk)
    changed, accepted = Event.objects.order_by("-pk")[:2][::-1]
    assert (changed.name, changed.actor) == ("ticket.changed", alan)
    assert (accepted.name, accepted.actor, accepted.public) == ("suggestion.accepted", alan, False)
    assert accepted.data["model"] == "3"
    told()
    assert Suggestion.objects.get(pk=row.pk).outcome == "accepted", "its own change decides nothing again"


def test_another_value_counts_as_changed(as_web, alan, ticket):
    row = suggest_priority(ticket)
    suggestions.accept(as_web(alan), row, value=priority("high").pk)
    row.refresh_from_db()
    assert (row.outcome, Ticket.objects.get().priority.key) == ("changed", "high")


@pytest.mark.parametrize("value", [99, True, [4], {"pk": 4}, "no such key"])
def test_a_value_that_does_not_exist_changes_nothing(as_web, alan, ticket, value):
    row = suggest_priority(ticket)
    with pytest.raises(Invalid):
        suggestions.accept(as_web(alan), row, value=value)
    assert Suggestion.objects.get().outcome == "open"


def test_only_one_decision_counts(as_web, alan, lea, ticket):
    row = suggest_priority(ticket)
    suggestions.dismiss(as_web(alan), row)
    for act in (suggestions.accept, suggestions.dismiss):
        with pytest.raises(Conflict):
            act(as_web(lea), row)
    assert (Suggestion.objects.get().outcome, Ticket.objects.get().priority.key) == ("dismissed", "normal")


def test_a_newer_value_of_a_person_is_not_overwritten(as_web, alan, lea, ticket):
    row = suggest_priority(ticket)
    change_fields(as_web(lea), ticket, priority=priority("low"))
    with pytest.raises(Stale):
        suggestions.accept(as_web(alan), row)
    assert Ticket.objects.get().priority.key == "low"


def test_strangers_and_requesters_decide_nothing(as_web, as_api, rita, otto, hanna, alan, ticket):
    row = suggest_priority(ticket)
    for person in (rita, otto, hanna):
        for act in (suggestions.accept, suggestions.dismiss, suggestions.take_back):
            with pytest.raises(Forbidden):
                act(as_web(person), row)
        with pytest.raises(Forbidden):
            suggestions.rate(as_web(person), row, rating=1)
    with pytest.raises(Forbidden):
        suggestions.accept(as_api(alan, "tickets:read"), row)
    assert Suggestion.objects.get().outcome == "open"


def test_taking_back_restores_the_value_and_counts_as_wrong(as_web, alan, ticket):
    row = suggestions.accept(as_web(alan), suggest_priority(ticket))
    suggestions.take_back(as_web(alan), row)
    row.refresh_from_db()
    assert (Ticket.objects.get().priority.key, row.outcome) == ("normal", "dismissed")
    with pytest.raises(Conflict):
        suggestions.take_back(as_web(alan), row)


def test_nothing_is_taken_back_over_a_newer_value(as_web, alan, lea, ticket):
    row = suggestions.accept(as_web(alan), suggest_priority(ticket))
    change_fields(as_web(lea), ticket, priority=priority("low"))
    with pytest.raises(Stale):
        suggestions.take_back(as_web(alan), row)
    assert Ticket.objects.get().priority.key == "low"


def test_taking_back_a_move_gives_the_ticket_back_to_its_assignee(as_web, sven, alan, hr, ticket):
    assign_ticket(as_web(sven), ticket, assignee=alan)
    row = suggestions.accept(as_web(sven), suggest(ticket, guess("department", hr))["department"])
    assert Ticket.objects.get().assignee is None
    suggestions.take_back(as_web(sven), row)
    now = Ticket.objects.get()
    assert (now.department.key, now.assignee) == ("it", alan)


def test_what_a_person_chooses_decides(as_web, alan, ticket, hr, it):
    rows = suggest(ticket, guess("priority", priority("high")), guess("department", hr))
    change_fields(as_web(alan), ticket, priority=priority("high"))
    told()
    assert {row.field: row.outcome for row in Suggestion.objects.all()} == {
        "priority": "accepted",
        "department": "open",
    }
    other = make_person("Olga Ort", "support")
    change_fields(as_web(other), ticket, department=hr)
    change_fields(as_web(other), ticket, department=it)
    told()
    row = Suggestion.objects.get(pk=rows["department"].pk)
    assert (row.outcome, row.decided_by) == ("accepted", other), "the first choice counts"


def test_another_value_of_a_person_counts_as_changed(as_web, alan, ticket):
    row = suggest_priority(ticket)
    change_fields(as_web(alan), ticket, priority=priority("low"))
    told()
    row.refresh_from_db()
    assert (row.outcome, row.outcome_value) == ("changed", priority("low").pk)


def test_a_late_event_decides_nothing_that_came_after_it(as_web, alan, ticket):
    row = suggest_priority(ticket)
    change_fields(as_web(alan), ticket, priority=priority("low"))
    Suggestion.objects.update(created_at=clock.now())
    told()
    row.refresh_from_db()
    assert row.outcome == "open"


def test_other_machines_only_make_it_obsolete(ticket):
    row = suggest_priority(ticket)
    change_fields(Actor.system("workflow"), ticket, priority=priority("low"))
    told()
    row.refresh_from_db()
    assert (row.outcome, row.decided_by) == ("superseded", None)


@pytest.mark.parametrize(("key", "outcome"), [("normal", "ignored"), ("urgent", "accepted")])
def test_a_closed_ticket_leaves_nothing_open(as_web, alan, ticket, key, outcome):
    row = suggest_priority(ticket)
    if key != "normal":
        change_fields(as_web(alan), ticket, priority=priority(key))
    change_status(as_web(alan), ticket, status=Status.objects.get(key="resolved"))
    told()
    row.refresh_from_db()
    assert row.outcome == outcome


def test_rating_is_kept_and_checked(as_web, alan, ticket):
    row = suggest_priority(ticket)
    suggestions.rate(as_web(alan), row, rating=-1, note="  wrong queue ")
    row.refresh_from_db()
    assert (row.rating, row.rating_note) == (-1, "wrong queue")
    suggestions.rate(as_web(alan), row, rating=0)
    assert Suggestion.objects.get().rating is None
    for rating, note in ((2, ""), (True, ""), (1, "x" * 501)):
        with pytest.raises(Invalid):
            suggestions.rate(as_web(alan), row, rating=rating, note=note)
