"""Round robin: exact among the available, also with many at once and with people who come and go."""

import random
from collections import Counter
from functools import partial

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from desk.commands import auto_assign
from desk.dispatching.turns import in_turn, take_turn
from desk.models import DispatchTurn, Ticket
from flowtic.core.actor import Actor
from tests.factories import make_department, make_person, make_ticket
from tests.parallel import at_once

MACHINE = Actor.system("test")


class Fairness(TestCase):
    @hypothesis_settings(max_examples=40, deadline=None)
    @given(st.integers(1, 12), st.integers(1, 5), st.randoms(use_true_random=False))
    def test_each_of_n_gets_exactly_k_of_kn(self, people: int, rounds: int, chance: random.Random) -> None:
        pool = [User(pk=pk) for pk in chance.sample(range(1, 1000), people)]
        got: Counter[int] = Counter()
        for _number in range(people * rounds):
            chance.shuffle(pool)  # the order in which a query returns them says nothing
            chosen = take_turn("pool", pool)
            assert chosen is not None
            got[chosen.pk] += 1
        assert set(got.values()) == {rounds}
        assert len(got) == people

    @hypothesis_settings(max_examples=40, deadline=None)
    @given(st.lists(st.sets(st.integers(1, 8), min_size=1), min_size=1, max_size=40))
    def test_nobody_available_is_passed_over_twice_in_a_row(self, available: list[set[int]]) -> None:
        """Between two turns of one person, everybody who was there all the time had one."""
        history: list[int] = []
        for ids in available:
            chosen = take_turn("changing", [User(pk=pk) for pk in ids])
            assert chosen is not None
            history.append(chosen.pk)
        for second, person in enumerate(history):
            first = next((n for n in range(second - 1, -1, -1) if history[n] == person), None)
            if first is None:
                continue
            there = set.intersection(*available[first + 1 : second + 1])
            assert there - {person} <= set(history[first + 1 : second])


def test_nobody_has_no_turn(db):
    assert take_turn("empty", []) is None
    assert not DispatchTurn.objects.exists()
    assert in_turn([], 3) == []


def test_a_turn_that_was_rolled_back_was_not_taken(db):
    pool = [User(pk=pk) for pk in (1, 2, 3)]
    take_turn("pool", pool)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert take_turn("pool", pool).pk == 2
        raise RuntimeError
    assert take_turn("pool", pool).pk == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("strategy", ["round_robin", "least_loaded"])
def test_many_at_once_share_exactly(tmp_path, policy, rita, strategy):
    it = make_department("it")
    team = [make_person(f"Person {number}", "agent", departments=(it,)) for number in range(4)]
    # Before there is a policy: else each of them would be handed out when it is made.
    tickets = [make_ticket(rita, it) for _number in range(24)]
    policy(strategy, it)

    def hand_out(mine: list[Ticket]) -> None:
        for ticket in mine:
            auto_assign(MACHINE, ticket)

    at_once([partial(hand_out, tickets[start::8]) for start in range(8)], tmp_path)
    owners = Counter(Ticket.objects.values_list("assignee", flat=True))
    assert owners == {person.pk: 6 for person in team}


@pytest.mark.django_db(transaction=True)
def test_two_pools_at_once_never_exceed_the_limit_of_one_person(tmp_path, policy, rita):
    it, hr = make_department("it"), make_department("hr")
    anna = make_person("Anna Eins", "agent", departments=(it, hr), capacity=3)
    tickets = [make_ticket(rita, department) for department in (it, hr) for _number in range(6)]
    policy("least_loaded", it)
    policy("round_robin", hr)
    at_once([partial(auto_assign, MACHINE, ticket) for ticket in tickets], tmp_path)
    assert Ticket.objects.filter(assignee=anna).count() == 3
