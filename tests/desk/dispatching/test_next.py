"""Give me the next one: the order, the limit, and the races."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import User
from desk import dispatching
from desk.commands import change_fields, claim_ticket, take_next
from desk.commands import dispatching as commands
from desk.commands.dispatching import AtCapacity
from desk.dispatching import hooks
from desk.models import Priority, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden
from flowtic.core.models import Event
from tests.factories import make_department, make_person, make_ticket
from tests.parallel import at_once

HOUR = timedelta(hours=1)


def test_overdue_then_urgent_then_oldest(rita, it, hr, alan, as_web):
    now = clock.now()
    made = {}
    for age, (name, due, rank) in enumerate(
        [
            ("young", None, 2),
            ("old", None, 2),
            ("urgent", None, 4),
            ("tomorrow", 24, 1),
            ("overdue", -2, 1),
            ("overdue and urgent", -2, 4),
        ]
    ):
        with clock.travel(now - age * HOUR):
            made[name] = make_ticket(rita, it, subject=name, priority=Priority.objects.get(rank=rank))
        if due is not None:
            change_fields(Actor.system("test"), made[name], due_at=now + due * HOUR)
    make_ticket(rita, hr, subject="elsewhere")
    taken = [take_next(as_web(alan)) for _number in made]
    assert [ticket.subject for ticket in taken] == [
        "overdue and urgent",
        "overdue",
        "tomorrow",
        "urgent",
        "old",
        "young",
    ]
    assert {ticket.assignee for ticket in taken} == {alan}
    assert take_next(as_web(alan)) is None
    assert Event.objects.filter(name="ticket.claimed").first().data["reason"]["code"] == "next_one"


def test_one_department_of_several(rita, it, hr, sven, as_web):
    make_ticket(rita, it)
    wanted = make_ticket(rita, hr)
    assert take_next(as_web(sven), department=hr) == wanted
    assert take_next(as_web(sven), department=hr) is None


def test_not_where_the_lead_hands_out(policy, ticket, alan, lea, as_web):
    policy("dispatcher")
    assert take_next(as_web(alan)) is None
    assert take_next(as_web(lea)) == ticket


def test_not_what_a_workflow_hands_out(ticket, rita, it, alan, as_web, monkeypatch):
    monkeypatch.setattr(hooks, "_skips", [])
    dispatching.skip_if(lambda found: found.pk == ticket.pk)
    other = make_ticket(rita, it)
    assert take_next(as_web(alan)) == other
    assert take_next(as_web(alan)) is None


def test_the_limit_is_an_error_with_a_sentence(ticket, alan, busy, policy, as_web):
    policy("pull", cap=1)
    busy(alan, 1)
    with pytest.raises(AtCapacity) as refused:
        take_next(as_web(alan))
    assert refused.value.status == 409
    assert "limit of 1 open" in refused.value.message
    User.objects.filter(pk=alan.pk).update(capacity=2)
    assert take_next(Actor(User.objects.get(pk=alan.pk), "web")) == ticket


def test_requesters_take_nothing(ticket, rita, as_web):
    with pytest.raises(Forbidden):
        take_next(as_web(rita))


def test_a_lost_race_goes_on_with_the_next_ticket(rita, it, alan, lea, as_web, monkeypatch):
    first, second = make_ticket(rita, it), make_ticket(rita, it)
    claimed = []

    def slow(actor, ticket, *, reason):
        if not claimed:
            claimed.append(claim_ticket(as_web(lea), ticket))
        return claim_ticket(actor, ticket, reason=reason)

    monkeypatch.setattr(commands, "claim_ticket", slow)
    # Lea's own claim must outlive the refusal of Alan's, as it does when it is another transaction.
    monkeypatch.setattr(commands, "_take", commands._take.__wrapped__)
    assert take_next(as_web(alan)) == second
    assert claimed == [first]


def test_after_ten_lost_races_it_says_so(ticket, alan, as_web, monkeypatch):
    def lose(actor, ticket):
        raise commands.AlreadyTaken

    monkeypatch.setattr(commands, "_take", lose)
    with pytest.raises(Conflict, match="faster"):
        take_next(as_web(alan))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_each_get_another_one(tmp_path, rita):
    it = make_department("it")
    people = [make_person(f"Person {number}", "agent", departments=(it,)) for number in range(8)]
    for _number in range(6):
        make_ticket(rita, it)
    found = at_once([partial(take_next, Actor(person, "web")) for person in people], tmp_path)
    got = [ticket.pk for ticket in found if ticket]
    assert len(got) == len(set(got)) == 6
    assert not Ticket.objects.filter(assignee=None).exists()


@pytest.mark.django_db(transaction=True)
def test_one_impatient_person_does_not_exceed_the_limit(tmp_path, rita):
    it = make_department("it")
    anna = make_person("Anna Eins", "agent", departments=(it,), capacity=2)
    for _number in range(6):
        make_ticket(rita, it)

    def ask() -> str:
        try:
            return str(take_next(Actor(anna, "web")))
        except AtCapacity:
            return "full"

    # Two clicks at the same moment may find the same ticket: then they took one.
    found = set(at_once([ask] * 6, tmp_path)) - {"full"}
    assert len(found) == Ticket.objects.filter(assignee=anna).count() <= 2
    assert found
