"""The ladder: up by measurement, never above the ceiling, down by itself."""

import pytest

from ai_assist.commands.trust import recalculate, set_trust
from ai_assist.measuring import drifts, measure
from ai_assist.models import Suggestion, Trust
from ai_assist.schedule import weigh_trust
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event
from tests.ai_assist.suggesting import MACHINE, decisions, switch, trusted

GOOD, BAD = [True] * 60, [False] * 60


def mode():
    return Trust.objects.get(field="priority").mode


def test_a_field_that_is_right_climbs_one_step_at_a_time(ticket):
    trusted(mode="watch")
    decisions(ticket, GOOD, mode="watch")
    assert recalculate(MACHINE, "priority")
    assert mode() == "suggest"
    recalculate(MACHINE, "priority")
    assert mode() == "fill"
    assert not recalculate(MACHINE, "priority")
    row = Trust.objects.get()
    assert (row.decided, row.precision, row.coverage, row.reason) == (60, 1.0, 1.0, "promoted")
    assert Event.objects.filter(name="trust.changed").count() == 2


def test_never_above_the_ceiling(ticket):
    trusted(mode="suggest", ceiling="suggest")
    decisions(ticket, GOOD)
    assert not recalculate(MACHINE, "priority")


def test_few_decisions_are_no_proof(ticket):
    trusted(mode="suggest")
    decisions(ticket, GOOD[:29])
    assert not recalculate(MACHINE, "priority")


def test_a_stream_that_drifts_lets_it_fall_without_help(ticket):
    trusted()
    decisions(ticket, [True] * 180 + [False] * 12 + [True] * 8)
    assert measure("priority", Trust.objects.get()).precision >= 0.9, "the window alone looks good enough"
    assert weigh_trust() == 1
    assert mode() == "suggest"
    recalculate(MACHINE, "priority")
    assert mode() == "suggest", "it does not climb back while it drifts"


def test_below_the_bar_it_falls_and_below_its_promise_it_is_only_watched(ticket):
    trusted()
    decisions(ticket, [True, False] * 30)
    recalculate(MACHINE, "priority")
    assert mode() == "suggest"
    recalculate(MACHINE, "priority")
    assert mode() == "watch"


def test_bad_luck_is_no_drift():
    assert not drifts([True] * 36 + [False] * 4, 0.9)
    assert drifts([True] * 30 + [False] * 10, 0.9)
    assert not drifts([False] * 5, 0.9), "too few to say"


def test_only_the_last_two_hundred_count(ticket):
    trusted(mode="suggest")
    decisions(ticket, [False] * 150 + [True] * 200)
    found = measure("priority", Trust.objects.get())
    assert (found.decided, found.precision) == (200, 1.0)


def test_what_agrees_with_the_ticket_or_is_uncertain_proves_nothing(ticket):
    decisions(ticket, GOOD)
    Suggestion.objects.filter(key__endswith="1").update(before=4)
    Suggestion.objects.filter(key__endswith="2").update(confidence=0.3)
    assert measure("priority", Trust(field="priority")).decided == 48


def test_calibration_compares_promise_and_truth(ticket):
    decisions(ticket, [True] * 5 + [False] * 5 + [True] * 10, confidence=[0.75] * 10 + [0.95] * 10)
    found = measure("priority", Trust(field="priority"))
    assert [(one.promised, one.right, one.number) for one in found.bins] == [(0.75, 0.5, 10), (0.95, 1.0, 10)]
    assert found.error == pytest.approx((0.25 * 10 + 0.05 * 10) / 20)
    assert sum(week.number for week in found.weeks) == 20


VALUES = {"ceiling": "fill", "mode": "suggest", "bar": 0.95, "least": 40, "threshold": 0.7}


def test_the_administrator_sets_the_bar_but_not_the_trust(as_web, ada):
    set_trust(as_web(ada), "priority", **VALUES)
    row = Trust.objects.get()
    assert (row.ceiling, row.mode, row.bar, row.least, row.threshold) == ("fill", "suggest", 0.95, 40, 0.7)
    with pytest.raises(Invalid) as refused:
        set_trust(as_web(ada), "priority", **{**VALUES, "mode": "fill"})
    assert set(refused.value.fields) == {"mode"}


def test_a_lower_ceiling_takes_effect_at_once(as_web, ada):
    trusted()
    set_trust(as_web(ada), "priority", **{**VALUES, "mode": "fill", "ceiling": "watch"})
    assert mode() == "watch"


@pytest.mark.parametrize(
    ("name", "value"), [("bar", 0.2), ("bar", 1.1), ("threshold", 0), ("least", 0), ("least", 900), ("ceiling", "x")]
)
def test_figures_that_make_no_sense_are_refused(as_web, ada, name, value):
    with pytest.raises(Invalid) as refused:
        set_trust(as_web(ada), "priority", **{**VALUES, name: value})
    assert set(refused.value.fields) == {name}


def test_only_administrators_and_only_known_fields(as_web, ada, sven):
    with pytest.raises(Forbidden):
        set_trust(as_web(sven), "priority", **VALUES)
    with pytest.raises(Invalid):
        set_trust(as_web(ada), "status", **VALUES)


def test_switched_off_nothing_is_measured(ticket):
    trusted()
    decisions(ticket, BAD)
    switch(False)
    assert (weigh_trust(), mode()) == (0, "fill")
