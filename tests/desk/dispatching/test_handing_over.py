"""When somebody goes away: the open work moves to one person, or is shared."""

import pytest

from accounts.models import User
from desk.commands import hand_over_open_work
from desk.models import Ticket
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event
from tests.factories import make_ticket


def test_everything_moves_to_one_person(team, busy, as_web, lea):
    anna, bela, _cem = team
    busy(anna, 3)
    found = hand_over_open_work(as_web(lea), anna, to=bela)
    assert [(item.assignee, item.error) for item in found] == [(bela, None)] * 3
    assert Ticket.objects.filter(assignee=bela).count() == 3
    event = Event.objects.filter(name="ticket.assigned").first()
    assert event.data["reason"] == {"code": "handed_over", "params": {"previous": anna.pk}}


def test_shared_among_the_least_loaded_who_are_there(team, busy, away, as_web, lea):
    anna, bela, cem = team
    busy(anna, 4)
    busy(bela, 2)
    busy(lea, 9)
    away(anna)
    found = hand_over_open_work(as_web(anna), anna, to=None)
    assert [item.assignee for item in found] == [cem, cem, bela, cem] or sorted(
        item.assignee.pk for item in found
    ) == sorted([cem.pk] * 3 + [bela.pk])
    assert not Ticket.objects.filter(assignee=anna).exists()


def test_who_has_no_room_gets_none_and_the_rest_goes_to_the_queue(team, busy, as_web, lea, policy):
    policy("pull", cap=1)
    busy(team[0], 4)
    busy(lea, 1)
    found = hand_over_open_work(as_web(lea), team[0], to=None)
    assert sorted(item.assignee.pk if item.assignee else 0 for item in found) == [0, 0, team[1].pk, team[2].pk]


def test_a_ticket_that_is_refused_stays_and_the_others_move(team, busy, rita, hr, it, as_web, lea):
    anna, bela, _cem = team
    anna.memberships.create(department=hr)
    busy(anna, 1)
    other = make_ticket(rita, hr, assignee=anna)
    found = hand_over_open_work(as_web(anna), anna, to=bela)
    by_ticket = {item.ticket.pk: item for item in found}
    assert by_ticket[other.pk].error.code == "assignee_outside_department"
    assert by_ticket[other.pk].assignee == anna
    assert [item.assignee for item in found if item.error is None] == [bela]
    other.refresh_from_db()
    assert other.assignee == anna


def test_others_may_not(team, busy, as_web, hanna):
    busy(team[0], 1)
    for person in (team[1], hanna):
        found = hand_over_open_work(as_web(person), team[0], to=team[2])
        assert [type(item.error) for item in found] == [Forbidden]
    assert Ticket.objects.filter(assignee=team[0]).count() == 1


def test_not_to_oneself_and_not_to_somebody_who_is_away(team, busy, as_web, away):
    anna, bela, _cem = team
    busy(anna, 1)
    away(bela)
    for target in (anna, bela):
        with pytest.raises(Invalid) as refused:
            hand_over_open_work(as_web(anna), anna, to=target)
        assert "to" in refused.value.fields


def test_by_name_the_limit_does_not_count(team, busy, as_web):
    anna, bela, _cem = team
    User.objects.filter(pk=bela.pk).update(capacity=0)
    busy(anna, 1)
    assert hand_over_open_work(as_web(anna), anna, to=bela)[0].assignee == bela
