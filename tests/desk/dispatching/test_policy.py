"""A department's policy: who may set it, what it does with new and moved tickets, and what it forbids."""

import pytest

from desk import dispatching
from desk.commands import auto_assign, change_fields, claim_ticket, release_ticket, save_dispatch_policy
from desk.dispatching import hooks
from desk.models import DispatchPolicy
from desk.subscribers import hand_out
from flowtic.core import outbox
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Delivery, Event
from tests.factories import make_person, make_ticket

MACHINE = Actor.system("dispatching")
PLAIN = {"strategy": "pull", "skill": "", "level": 1, "cap": None, "return_after": "", "active": True}


def deliver():
    """Hands every waiting event to the dispatcher, as a worker does."""
    for delivery in Delivery.objects.filter(subscriber="desk.dispatching", state="pending"):
        assert outbox.deliver(delivery.pk)


def test_saving_a_policy_is_told_once(as_web, ada, it):
    actor = as_web(ada)
    saved = save_dispatch_policy(actor, it, **{**PLAIN, "strategy": "round_robin", "cap": 8, "return_after": "PT480M"})
    again = save_dispatch_policy(actor, it, **{**PLAIN, "strategy": "round_robin", "cap": 8, "return_after": "PT8H"})
    assert (again.pk, again.return_after) == (saved.pk, "PT8H")
    event = Event.objects.get(name="configuration.changed")
    assert {"field": "strategy", "old": "pull", "new": "round_robin"} in event.changes


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("strategy", {"strategy": "dice"}),
        ("skill", {"strategy": "skill"}),
        ("skill", {"strategy": "skill", "skill": "juggling"}),
        ("level", {"level": 0}),
        ("level", {"level": 6}),
        ("cap", {"cap": 0}),
        ("cap", {"cap": 10_001}),
        ("return_after", {"return_after": "tomorrow"}),
        ("return_after", {"return_after": "-PT8H"}),
        ("return_after", {"return_after": "P91D"}),
    ],
)
def test_what_does_not_fit_is_named(as_web, ada, it, field, values):
    with pytest.raises(Invalid) as refused:
        save_dispatch_policy(as_web(ada), it, **{**PLAIN, **values})
    assert list(refused.value.fields) == [field]
    assert not DispatchPolicy.objects.exists()


def test_only_admins_set_policies(as_web, lea, sven, it):
    for person in (lea, sven):
        with pytest.raises(Forbidden):
            save_dispatch_policy(as_web(person), it, **PLAIN)


def test_a_new_ticket_finds_somebody_and_the_history_says_why(policy, team, rita, it):
    policy("round_robin", cap=8)
    ticket = make_ticket(rita, it)
    deliver()
    ticket.refresh_from_db()
    assert ticket.assignee == team[0]
    assert ticket.status.key == "assigned"
    event = Event.objects.get(name="ticket.assigned")
    assert (event.machine, event.data["reason"]) == (
        "dispatching",
        {"code": "round_robin", "params": {"load": 0, "cap": 8}},
    )


def test_nothing_happens_without_an_automatic_policy(policy, team, rita, it):
    for strategy in (None, "pull", "dispatcher"):
        if strategy:
            policy(strategy)
        ticket = make_ticket(rita, it)
        deliver()
        ticket.refresh_from_db()
        assert ticket.assignee is None
    policy("round_robin", active=False)
    assert auto_assign(MACHINE, ticket).assignee is None


def test_a_moved_ticket_follows_the_new_department(policy, team, rita, hr, it, as_web, sven):
    policy("least_loaded")
    ticket = make_ticket(rita, hr)
    deliver()
    assert auto_assign(MACHINE, ticket).assignee is None
    change_fields(as_web(sven), ticket, department=it)
    deliver()
    ticket.refresh_from_db()
    assert ticket.assignee == team[0]


def test_a_repeated_delivery_decides_nothing_again(policy, team, rita, it, as_web):
    policy("round_robin")
    ticket = make_ticket(rita, it)
    created = Event.objects.get(name="ticket.created", ticket_id=ticket.pk)
    hand_out(created)
    hand_out(created)
    assert Event.objects.filter(name="ticket.assigned").count() == 1
    release_ticket(as_web(team[0]), ticket)
    hand_out(created)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_nobody_free_is_written_down_once_and_tried_again(policy, team, rita, it, busy, as_web):
    from desk.schedule import assign_waiting

    policy("least_loaded", cap=1)
    for person in team:
        busy(person, 1)
    ticket = make_ticket(rita, it)
    deliver()
    assert assign_waiting() == 0
    event = Event.objects.get(name="ticket.not_assigned")
    assert event.data["reason"]["code"] == "all_full"
    assert not event.public
    policy("least_loaded", cap=2)
    assert assign_waiting() == 1
    ticket.refresh_from_db()
    assert ticket.assignee in team
    # What somebody gave back waits for a person.
    release_ticket(as_web(ticket.assignee), ticket)
    assert assign_waiting() == 0


def test_nobody_gets_their_own_request(policy, it):
    alone = make_person("Solo Agent", "agent", departments=(it,))
    policy("round_robin")
    ticket = make_ticket(alone, it)
    assert auto_assign(MACHINE, ticket).assignee is None


def test_what_another_app_hands_out_is_left_alone(policy, team, ticket, monkeypatch):
    monkeypatch.setattr(hooks, "_skips", [])
    policy("round_robin")
    dispatching.skip_if(lambda found: found.pk == ticket.pk)
    assert auto_assign(MACHINE, ticket).assignee is None
    monkeypatch.setattr(hooks, "_skips", [])
    assert auto_assign(MACHINE, ticket).assignee == team[0]


def test_people_may_not_run_it(policy, team, ticket, as_web):
    policy("round_robin")
    with pytest.raises(Forbidden):
        auto_assign(as_web(team[0]), ticket)


def test_where_the_lead_hands_out_agents_do_not_choose(policy, ticket, alan, lea, sven, as_web):
    policy("dispatcher")
    with pytest.raises(Forbidden):
        claim_ticket(as_web(alan), ticket)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert claim_ticket(as_web(lea), ticket).assignee == lea
    release_ticket(as_web(lea), ticket)
    assert claim_ticket(as_web(sven), ticket).assignee == sven


def test_the_list_offers_no_claim_there(policy, ticket, alan, lea, client):
    policy("dispatcher")
    for person, offered in ((alan, False), (lea, True)):
        client.force_login(person)
        assert (f"{ticket.number}/claim" in client.get("/tickets").content.decode()) is offered
        assert (f"{ticket.number}/claim" in client.get(f"/tickets/{ticket.number}").content.decode()) is offered
    policy("pull")
    client.force_login(alan)
    assert f"{ticket.number}/claim" in client.get("/tickets").content.decode()
