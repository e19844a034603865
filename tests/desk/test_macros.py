"""Macros: several steps at once, all of them or none."""

from datetime import timedelta

import pytest

from desk.commands import claim_ticket
from desk.commands.macros import remove_macro, run_macro, save_macro, steps_of, verdicts
from desk.commands.sending import deliver
from desk.models import Comment, Macro, ScheduledSend, Tag
from flowtic.core import clock
from flowtic.core.errors import CommandError, Forbidden, Invalid, NotFound
from flowtic.core.models import Event, Operation
from flowtic.core.undo import undo
from tests.factories import make_ticket

NOTE = [{"do": "note", "value": "x"}]


def macro(actor, steps, **values):
    return save_macro(actor, None, **{"name_de": "Makro", "name_en": "Macro", "steps": steps, **values})


def test_all_steps_are_one_operation_with_one_undo(as_web, alan, ticket):
    actor = as_web(alan)
    row = macro(
        actor,
        [
            {"do": "assignee", "value": "me"},
            {"do": "priority", "value": "high"},
            {"do": "add_tags", "value": ["VPN"]},
            {"do": "watch", "value": True},
            {"do": "note", "value": "Taken by {{agent.name}}"},
            {"do": "reply", "value": "Hello {{requester.name}}"},
            {"do": "status", "value": "waiting_requester"},
        ],
    )
    ran = run_macro(actor, ticket, macro=row)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority.key, ticket.status.key) == (alan, "high", "waiting_requester")
    assert [row.body for row in ScheduledSend.objects.order_by("pk")] == ["Taken by Alan Agent", "Hello Rita Reiter"]
    assert Event.objects.get(name="ticket.macro_run").data["subject"] == "Macro"
    assert Operation.objects.count() == 1
    undo(actor, ran.operation.pk)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority.key, ticket.status.key) == (None, "normal", "pending_assignment")
    assert (ticket.tags.count(), ticket.participants.filter(person=alan).count()) == (0, 0)
    # Neither was written yet: nothing of it is left.
    assert (ScheduledSend.objects.count(), Comment.objects.count()) == (0, 0)


def test_a_step_without_right_stops_the_whole(as_web, alan, lea, it, rita):
    ticket = claim_ticket(as_web(lea), make_ticket(rita, it))
    row = macro(as_web(alan), [*NOTE, {"do": "priority", "value": "high"}, {"do": "assignee", "value": "me"}])
    found = verdicts(as_web(alan), ticket, steps_of(as_web(alan), row))
    assert [verdict.kind for _act, verdict in found] == ["change", "change", "refused"]
    with pytest.raises(Forbidden):
        run_macro(as_web(alan), ticket, macro=row)
    ticket.refresh_from_db()
    assert (Comment.objects.count(), ticket.priority.key, ticket.assignee) == (0, "normal", lea)
    assert not Event.objects.filter(name="ticket.macro_run").exists()


def test_who_sees_runs_and_changes_which(as_web, alan, hanna, lea, sven, it, hr, ticket, rita):
    own = macro(as_web(alan), NOTE)
    its = macro(as_web(lea), NOTE, audience="department", department=it)
    everybody = macro(as_web(sven), NOTE, audience="everybody")
    seen = {
        person.name: {row.pk for row in Macro.objects.visible_to(as_web(person))}
        for person in (alan, hanna, lea, sven, rita)
    }
    shared = {its.pk, everybody.pk}
    assert seen == {
        alan.name: {own.pk, *shared},
        hanna.name: {everybody.pk},
        lea.name: shared,
        sven.name: shared,
        rita.name: set(),
    }
    for person, foreign in ((lea, own), (sven, own), (hanna, its), (rita, everybody)):
        with pytest.raises(NotFound):
            run_macro(as_web(person), ticket, macro=foreign)
    for person, values in (
        (alan, {"audience": "everybody"}),
        (alan, {"audience": "department", "department": it}),
        (lea, {"audience": "department", "department": hr}),
    ):
        with pytest.raises(Forbidden):
            macro(as_web(person), NOTE, **values)
    for change in (lambda: remove_macro(as_web(alan), its), lambda: remove_macro(as_web(lea), everybody)):
        with pytest.raises(Forbidden):
            change()
    save_macro(as_web(alan), own, name_de="a", name_en="a", steps=NOTE, active=False)
    with pytest.raises(NotFound):
        run_macro(as_web(alan), ticket, macro=own)
    remove_macro(as_web(sven), its)


def test_placeholders_are_plain_text_and_run_nothing(as_web, alan, ticket, rita):
    type(rita).objects.filter(pk=rita.pk).update(name="**{{agent.name}}** [x](javascript:alert(1)) <b>")
    row = macro(as_web(alan), [{"do": "note", "value": "Hi {{ requester.name }}: {{ticket.number}}"}])
    run_macro(as_web(alan), ticket, macro=row)
    with clock.travel(clock.now() + timedelta(seconds=20)):
        note = deliver(ScheduledSend.objects.get().pk)
    assert note.is_internal
    assert "{{agent.name}}" in note.body  # what was filled in is not looked at again
    assert "<strong>" not in note.html
    assert 'href="javascript' not in note.html
    assert "<b>" not in note.html
    for text in (
        "{{ ticket.__class__ }}",
        "{% load x %}",
        "{{ requester.password }}",
        "{{ secret.key }}",
        "{{ a|safe }}",
    ):
        with pytest.raises(Invalid):
            macro(as_web(alan), [{"do": "note", "value": text}])


def test_bad_steps_are_refused_with_the_step(as_web, alan, ticket):
    bad = [
        [],
        [{"do": "delete"}],
        ["x"],
        [{"do": "status", "value": "nowhere"}],
        [{"do": "assignee", "value": "10000000"}],
        [{"do": "add_tags", "value": [""]}],
        [{"do": "note", "value": " "}],
        [{"do": "note", "value": {"a": 1}}],
        NOTE * 13,
    ]
    for steps in bad:
        with pytest.raises(Invalid):
            macro(as_web(alan), steps)
    with pytest.raises(Invalid):
        macro(as_web(alan), NOTE, name_en=" ")
    # A value that went later: the macro says so and does nothing.
    row = macro(as_web(alan), [*NOTE, {"do": "status", "value": "closed"}])
    Macro.objects.filter(pk=row.pk).update(steps=[*NOTE, {"do": "status", "value": "gone"}])
    with pytest.raises(CommandError):
        run_macro(as_web(alan), ticket, macro=row)
    assert (Comment.objects.count(), Tag.objects.count()) == (0, 0)
