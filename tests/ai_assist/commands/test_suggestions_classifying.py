"""What becomes of guesses: shown, filled in, only measured, or left alone because a person chose."""

import pytest

from ai_assist import classifier, fields, jobs, schedule
from ai_assist.commands import classifying
from ai_assist.commands.classifying import classify_ticket, keep_guesses
from ai_assist.models import Suggestion
from ai_assist.queries import classifications, to_decide
from ai_assist.results import Guess
from desk.commands import change_fields, change_status
from desk.models import Status, Ticket
from flowtic.core import clock
from flowtic.core.jobs import enqueue, run
from flowtic.core.models import Delivery, Event, Job
from flowtic.core.outbox import deliver
from tests.ai_assist.suggesting import MACHINE, guess, priority, suggest, suggest_priority, switch, trusted
from tests.factories import make_ticket


@pytest.fixture
def engine(monkeypatch):
    """`engine(*guesses)`: what the desk's engine says from now on; returns the tickets it was asked about."""
    from ai_assist.local import engine as real

    asked = []

    def says(*guesses):
        monkeypatch.setattr(real, "guesses", lambda ticket: asked.append(ticket.pk) or list(guesses))
        return asked

    return says


def test_a_guess_becomes_an_offer_with_its_reason(as_web, alan, ticket):
    row = suggest_priority(ticket, others=[(3, 0.06), (99, 0.01)])
    assert (row.mode, row.before, row.value, row.confidence) == ("suggest", 2, 4, 0.9)
    assert row.options["others"] == [[3, 0.06]], "values that do not exist are dropped"
    assert [found.pk for found in to_decide(as_web(alan), [ticket.pk])] == [row.pk]


def test_an_uncertain_one_is_listed_but_not_offered(as_web, alan, ticket):
    row = suggest_priority(ticket, confidence=0.41)
    assert to_decide(as_web(alan), [ticket.pk]) == []
    assert [found.pk for found in classifications(as_web(alan), ticket)] == [row.pk]


def test_one_that_agrees_with_the_ticket_only_counts(as_web, alan, ticket):
    assert suggest_priority(ticket, key="normal").mode == "watch"
    assert classifications(as_web(alan), ticket) == []


def test_the_same_guess_twice_is_one_suggestion(ticket):
    assert suggest_priority(ticket).pk == suggest_priority(ticket).pk
    other = suggest_priority(ticket, key="high")
    assert dict(Suggestion.objects.values_list("value", "outcome")) == {4: "superseded", 3: "open"}
    assert other.value == 3


def test_what_was_refused_is_not_proposed_again(as_web, alan, ticket):
    from ai_assist.commands.suggestions import dismiss

    dismiss(as_web(alan), suggest_priority(ticket))
    assert suggest(ticket, guess("priority", priority("urgent"))) == {}


def test_a_trusted_field_is_filled_in_by_the_machine(ticket):
    trusted()
    row = suggest_priority(ticket)
    assert (Ticket.objects.get().priority.key, row.mode, row.outcome) == ("urgent", "fill", "open")
    changed, filled = Event.objects.order_by("-pk")[:2][::-1]
    assert (changed.actor, changed.machine, filled.name, filled.public) == (
        None,
        "assistant",
        "suggestion.filled",
        False,
    )


@pytest.mark.parametrize(
    "doubt", [{"confidence": 0.4}, {"reasons": [{"code": "unsure", "threshold": 0.95}]}], ids=["share", "unsure"]
)
def test_doubt_fills_in_nothing(ticket, doubt):
    trusted()
    assert suggest_priority(ticket, **doubt).mode == "suggest"
    assert Ticket.objects.get().priority.key == "normal"


def test_what_an_agent_wrote_down_is_not_filled_over(rita, it, alan):
    trusted()
    ticket = make_ticket(rita, it)
    Ticket.objects.filter(pk=ticket.pk).update(reporter=alan)
    assert suggest_priority(Ticket.objects.get()).mode == "suggest"


def test_machine_first_then_human_the_human_value_stays(as_web, alan, ticket):
    trusted()
    suggest_priority(ticket)
    change_fields(as_web(alan), ticket, priority=priority("low"))
    assert suggest(Ticket.objects.get(), guess("priority", priority("high"))) == {}
    assert Ticket.objects.get().priority.key == "low"


def test_human_first_then_machine_the_machine_yields_and_says_so(as_web, alan, ticket):
    trusted()
    seen = {field: fields.seen_version(ticket, field) for field in fields.FIELDS}
    change_fields(as_web(alan), ticket, priority=priority("low"))
    keep_guesses(MACHINE, ticket, guesses=[guess("priority", priority("urgent"))], seen=seen)
    assert Ticket.objects.get().priority.key == "low"
    assert Event.objects.latest("pk").name == "suggestion.yielded"
    assert Suggestion.objects.get().outcome == "superseded"


def test_a_field_no_command_changes_is_only_measured(ticket, monkeypatch):
    monkeypatch.setattr(fields, "CHANGEABLE", frozenset())
    assert suggest_priority(ticket).mode == "watch"


def test_nonsense_of_an_engine_is_dropped(ticket):
    bad = [
        Guess("status", 1, 0.9, "local"),
        Guess("priority", "none", 0.9, "local"),
        Guess("priority", None, 1, "local"),
    ]
    assert suggest(ticket, *bad) == {}


def test_closed_and_merged_tickets_get_none(as_web, alan, ticket):
    change_status(as_web(alan), ticket, status=Status.objects.get(key="resolved"))
    assert suggest(Ticket.objects.get(), guess("priority", priority("urgent"))) == {}


def test_a_new_ticket_is_looked_at_by_a_worker(engine, ticket, django_capture_on_commit_callbacks):
    engine(guess("priority", priority("urgent")))
    with django_capture_on_commit_callbacks(execute=True):
        for pk in Delivery.objects.filter(subscriber="ai.classify").values_list("pk", flat=True):
            assert deliver(pk)
    assert Job.objects.get(kind=jobs.CLASSIFY).queue == "default"
    assert Suggestion.objects.get().value == priority("urgent").pk


def test_switched_off_nothing_is_done(engine, ticket):
    asked = engine(guess("priority", priority("urgent")))
    switch(False)
    for pk in Delivery.objects.filter(subscriber="ai.classify").values_list("pk", flat=True):
        assert deliver(pk)
    assert classify_ticket(MACHINE, ticket) == []
    assert classifier.classify(ticket, ["priority"]) == {}
    assert schedule.classify_missed() == 0
    assert (asked, Job.objects.filter(kind=jobs.CLASSIFY).count()) == ([], 0)


def test_the_sweep_finds_what_came_while_it_was_off_once(engine, rita, it):
    asked = engine()
    with clock.travel(clock.now() - schedule.YOUNGEST * 2):
        ticket = make_ticket(rita, it)
    make_ticket(rita, it)  # has a job of its own
    assert schedule.classify_missed() == 1
    assert schedule.classify_missed() == 0, "while workers are at it"
    assert run(Job.objects.get(kind=jobs.CLASSIFY).pk)
    assert (asked, schedule.classify_missed()) == ([ticket.pk], 0), "nothing found is an answer too"


def test_a_job_of_a_ticket_that_is_gone_or_done_is_no_failure(engine, ticket):
    asked = engine()
    Ticket.objects.update(is_open=False)
    for pk in (ticket.pk, 10**9):
        assert run(enqueue(MACHINE, jobs.CLASSIFY, {"ticket": pk}).pk)
    assert asked == []


def test_the_workflow_step_gets_keys_of_what_is_certain_enough(engine, ticket, hr):
    engine(guess("priority", priority("urgent")), guess("department", hr, 0.5))
    wanted = ["priority", "department"]
    assert classifier.classify(ticket, wanted) == {"priority": "urgent"}
    trusted("department", threshold=0.4)
    assert classifier.classify(ticket, wanted) == {"priority": "urgent", "department": "hr"}
    assert classifier.classify(ticket, ["area"]) == {}


def test_the_engine_is_asked_outside_of_the_transaction(engine, ticket, monkeypatch):
    """A person who writes meanwhile does not wait, and is not overwritten."""
    from ai_assist.local import engine as real

    trusted()

    def slow(asked):
        change_fields(MACHINE.system("test"), asked, priority=priority("low"))
        return [guess("priority", priority("urgent"))]

    monkeypatch.setattr(real, "guesses", slow)
    classifying.classify_ticket(MACHINE, ticket)
    assert Ticket.objects.get().priority.key == "low"
