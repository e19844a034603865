"""Parent and child tickets."""

import pytest

from desk.commands import change_status, link_tickets
from desk.guards import Guarded
from desk.models import Status
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from tests.factories import make_ticket


@pytest.fixture
def family(as_web, alan, rita, it, ticket):
    """(parent, child)"""
    child = make_ticket(requester=rita, department=it, subject="Order the part", assignee=alan)
    link_tickets(as_web(alan), child, other=ticket, kind="child")
    return ticket, child


@pytest.mark.parametrize("key", ["resolved", "closed"])
def test_a_parent_waits_for_its_children_on_every_door(as_web, sven, family, key):
    parent, child = family
    target = Status.objects.get(key=key)
    for actor in (as_web(sven), Actor.system("auto_close")):
        with pytest.raises(Guarded, match="1 child ticket is still open"):
            change_status(actor, parent, status=target)
    change_status(as_web(sven), parent, status=Status.objects.get(key="waiting_requester"))  # other ways stay free
    change_status(Actor.system("test"), child, status=Status.objects.get(key="closed"))
    assert not change_status(Actor.system("test"), parent, status=Status.objects.get(key="closed")).is_open


def test_the_child_is_named_only_to_who_sees_it(as_web, sven, alan, rita, hr, ticket):
    child = make_ticket(requester=rita, department=hr, subject="Private")
    link_tickets(as_web(sven), child, other=ticket, kind="child")
    target = Status.objects.get(key="resolved")
    with pytest.raises(Guarded) as to_support:
        change_status(as_web(sven), ticket, status=target)
    assert child.number in str(to_support.value)
    change_status(Actor.system("test"), ticket, status=Status.objects.get(key="assigned"))
    with pytest.raises(Guarded) as to_agent:
        change_status(as_web(alan), ticket, status=target)
    assert child.number not in str(to_agent.value)


def test_nobody_is_their_own_ancestor(as_web, sven, rita, it, family):
    parent, child = family
    grandchild = make_ticket(requester=rita, department=it, subject="Screws")
    link_tickets(as_web(sven), grandchild, other=child, kind="child")
    for other in (child, grandchild):
        with pytest.raises(Invalid):
            link_tickets(as_web(sven), parent, other=other, kind="child")


def test_a_closed_parent_gets_no_open_child(as_web, sven, rita, it, ticket):
    change_status(Actor.system("test"), ticket, status=Status.objects.get(key="closed"))
    child = make_ticket(requester=rita, department=it, subject="Late")
    with pytest.raises(Invalid):
        link_tickets(as_web(sven), child, other=ticket, kind="child")


def test_the_page_says_it_from_both_sides(client, alan, family):
    parent, child = family
    client.force_login(alan)
    assert f"child of {parent.number}" in client.get(f"/tickets/{child.number}").content.decode()
    assert f"parent of {child.number}" in client.get(f"/tickets/{parent.number}").content.decode()
