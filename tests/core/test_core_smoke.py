"""Events, outbox and the audit chain hold together."""

import pytest
from django.db import connection

from desk.commands import claim_ticket, create_ticket
from flowtic.core import audit
from flowtic.core.models import Event, EventSeal


def test_events_cannot_be_changed(ticket):
    event = Event.objects.first()
    event.name = "other"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        Event.objects.update(name="x")
    with pytest.raises(TypeError):
        Event.objects.all().delete()


def test_the_chain_finds_a_changed_row(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    assert audit.verify().unsealed == Event.objects.count() > 0
    assert audit.seal_new_events() == Event.objects.count()
    report = audit.verify()
    assert (report.finding, report.unsealed) == (None, 0)
    victim = Event.objects.get(name="ticket.claimed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_event SET via = 'api' WHERE id = %s", [victim.pk])
    found = audit.verify().finding
    assert found is not None
    assert (found.event_id, found.reason) == (victim.pk, "the event's content was changed")


def test_the_chain_finds_a_removed_link(as_web, rita, it):
    for number in range(3):
        create_ticket(as_web(rita), subject=f"S{number}", description="D", department=it)
    audit.seal_new_events()
    EventSeal.objects.order_by("seq")[1].delete()
    assert audit.verify().finding is not None
