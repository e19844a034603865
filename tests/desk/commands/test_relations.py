"""Watchers, links and who sees what through them."""

import pytest

from desk.commands import add_watcher, assign_ticket, change_fields, link_tickets, remove_watcher, unlink_tickets
from desk.models import Ticket
from flowtic.core.errors import Forbidden, Invalid
from tests.factories import make_ticket


def visible(actor):
    return set(Ticket.objects.visible_to(actor).values_list("pk", flat=True))


def test_a_watcher_sees_the_ticket_as_long_as_they_watch(as_web, alan, otto, ticket):
    assert visible(as_web(otto)) == set()
    add_watcher(as_web(alan), ticket, person=otto)
    assert visible(as_web(otto)) == {ticket.pk}
    assert not ticket.internal_for(as_web(otto))
    remove_watcher(as_web(otto), ticket, person=otto)
    assert visible(as_web(otto)) == set()


def test_strangers_add_neither_themselves_nor_others(as_web, otto, hanna, rita, ticket):
    for actor, person in ((otto, otto), (hanna, hanna), (rita, otto)):
        with pytest.raises(Forbidden):
            add_watcher(as_web(actor), ticket, person=person)


def test_support_is_assigned_anywhere_and_sees_all(as_web, sven, hanna, ticket):
    assign_ticket(as_web(sven), ticket, assignee=sven)
    assert visible(as_web(sven)) == {ticket.pk}
    assert visible(as_web(hanna)) == set()


def test_an_assignee_outside_the_department_keeps_seeing_the_ticket(as_web, hanna, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(assignee=hanna)
    ticket.refresh_from_db()
    assert visible(as_web(hanna)) == {ticket.pk}
    assert ticket.internal_for(as_web(hanna))


def test_the_row_and_the_queryset_agree_on_who_reads_notes(as_web, rita, alan, hanna, lea, sven, ada, otto, it, hr):
    tickets = [make_ticket(rita, it), make_ticket(hanna, it), make_ticket(rita, hr, assignee=alan)]
    add_watcher(as_web(sven), tickets[0], person=hanna)
    for person in (rita, alan, hanna, lea, sven, ada, otto):
        actor = as_web(person)
        inside = set(Ticket.objects.internal_to(actor).values_list("pk", flat=True))
        for row in Ticket.objects.all():
            assert (row.pk in inside) == row.internal_for(actor), (person, row)
            assert (row.pk in visible(actor)) == (row.internal_for(actor) or row.involves(actor)), (person, row)


def test_links_are_made_once_and_taken_away(as_web, alan, rita, it, ticket):
    other = make_ticket(rita, it)
    link = link_tickets(as_web(alan), ticket, other=other, kind="duplicate")
    assert link_tickets(as_web(alan), ticket, other=other, kind="duplicate").pk == link.pk
    unlink_tickets(as_web(alan), link)
    assert not ticket.links_out.exists()
    with pytest.raises(Invalid):
        link_tickets(as_web(alan), ticket, other=ticket, kind="related")


def test_a_new_requester_sees_the_ticket_and_the_old_one_no_longer(as_web, alan, rita, otto, ticket):
    change_fields(as_web(alan), ticket, requester=otto)
    assert visible(as_web(otto)) == {ticket.pk}
    assert visible(as_web(rita)) == set()
