"""Kaplan-Meier curves, ranges and what this desk says of a ticket."""

import random
from datetime import timedelta

import pytest

from ai_assist.local import duration
from ai_assist.local.survival import Coverage, Curve, Spell, choose, curve, curves
from ai_assist.local.training import train_all
from ai_assist.models import LearnedModel
from desk.models import Ticket
from flowtic.core import clock
from tests.ai_assist.local.desk import departments, solved_tickets
from tests.factories import make_ticket


def spell(hours, ended=True, *groups):
    return Spell(hours, ended, groups)


def test_the_curve_by_hand():
    # Of five: ends after 1 and 3 hours, one lost sight of after 2, two still open after 4 and 5.
    found = curve([spell(1), spell(3), spell(2, False), spell(4, False), spell(5, False)])
    assert found.points == ((1, pytest.approx(0.8)), (3, pytest.approx(0.8 * 2 / 3)))
    assert (found.ended, found.open) == (2, 3)
    assert found.quantile(0.2) == 1
    assert found.quantile(0.9) is None
    assert found.open_after(2.5) == pytest.approx(0.8)
    assert found.range() == (1, 3, 3)  # beyond what was seen: the last that was


def test_open_ones_count_and_make_the_range_longer():
    ended = [spell(hours) for hours in range(1, 41)]
    assert curve(ended).quantile(0.5) == 20
    assert curve([*ended, *[spell(30, False)] * 40]).quantile(0.5) > 30


def test_who_is_older_takes_longer():
    found = curve([spell(hours) for hours in range(1, 101)])
    low, middle, high = found.range(age=50)
    assert 50 < low < middle < high
    assert middle == pytest.approx(75, abs=2)
    assert found.range(age=100) is None
    assert found.range(age=5000) is None


def test_a_group_without_enough_falls_back():
    rows = [spell(1, True, "a/1", "a")] * 19 + [spell(2, True, "a/2", "a")] * 25 + [spell(9, True, "b")] * 5
    known = curves(rows)
    assert set(known) == {(), "a", "a/2"}
    assert choose(known, ("a/2", "a"))[0] == "a/2"
    assert choose(known, ("a/1", "a"))[0] == "a"
    assert choose(known, ("b",))[0] == ()
    assert choose({}, ("b",)) is None


def test_eight_of_ten_lie_inside():
    chance = random.Random(6)
    known = curve([spell(chance.lognormvariate(2, 1.5), chance.random() > 0.1) for _ in range(2000)])
    again = Curve.read(known.stored())
    assert len(again.points) <= 61
    coverage = Coverage()
    for _ in range(2000):
        coverage.add(again.range(), chance.lognormvariate(2, 1.5), ended=True)
    assert coverage.share == pytest.approx(0.82, abs=0.06)
    coverage.add((1, 2, 3), 2.5, ended=False)  # says nothing yet
    assert coverage.judged == 2000
    coverage.add((1, 2, 3), 3.5, ended=False)
    assert coverage.judged == 2001


@pytest.mark.django_db
def test_the_desk_says_how_long_it_takes(machine, rita, it):
    places = departments()
    assert duration.expected(make_ticket(rita, it)) is None
    solved_tickets(180)
    train_all(machine)
    row = LearnedModel.objects.get(target="duration", live=True)
    assert row.scores["judged"] > 20
    assert 0.5 < row.scores["coverage"] <= 1
    fast = duration.expected(make_ticket(rita, places["it"]))
    slow = duration.expected(make_ticket(rita, places["facility"]))
    assert fast.low < fast.median < fast.high < slow.median
    assert 2 <= fast.median <= 8
    assert (fast.tickets, fast.group, fast.coverage) == (60, str(places["it"].pk), row.scores["coverage"])
    late = make_ticket(rita, places["facility"])
    Ticket.objects.filter(pk=late.pk).update(created_at=clock.now() - timedelta(hours=100))
    late.refresh_from_db()
    assert duration.expected(late).low > 100


@pytest.mark.django_db
def test_imported_and_timeless_tickets_teach_nothing(machine):
    solved_tickets(90)
    Ticket.objects.update(source="import")
    assert train_all(machine)["duration"] == "too_little"
    Ticket.objects.update(source="web", resolved_at=None, closed_at=None)
    assert train_all(machine)["duration"] == "too_little"
