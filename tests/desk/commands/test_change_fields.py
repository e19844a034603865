"""Field changes: merged where they differ, refused where they collide."""

import pytest

from desk.commands import assign_ticket, change_fields
from desk.models import Priority, Ticket
from flowtic.core.errors import Forbidden, Invalid, PreconditionFailed, Stale
from flowtic.core.models import Event


def test_different_fields_of_two_people_merge(as_web, alan, lea, ticket):
    seen = ticket.version
    change_fields(as_web(alan), ticket, seen=seen, subject="New subject")
    change_fields(as_web(lea), ticket, seen=seen, priority=Priority.objects.get(key="high"))
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority.key) == ("New subject", "high")


def test_the_same_field_is_never_overwritten_silently(as_web, alan, lea, ticket):
    seen = ticket.version
    change_fields(as_web(alan), ticket, seen=seen, subject="Alan's")
    with pytest.raises(Stale) as refused:
        change_fields(as_web(lea), ticket, seen=seen, subject="Lea's")
    assert refused.value.extra["current"] == {"subject": "Alan's"}
    assert Ticket.objects.get(pk=ticket.pk).subject == "Alan's"


def test_if_match_wants_the_exact_version(as_api, alan, ticket):
    change_fields(as_api(alan), ticket, if_match=ticket.version, subject="One")
    with pytest.raises(PreconditionFailed):
        change_fields(as_api(alan), ticket, if_match=ticket.version, tags=["x"])


def test_the_event_says_old_and_new(as_web, alan, ticket):
    change_fields(as_web(alan), ticket, tags=["vpn"], priority=Priority.objects.get(key="urgent"))
    event = Event.objects.get(name="ticket.changed")
    assert {(c["field"], str(c["old"]), str(c["new"])) for c in event.changes} == {
        ("tags", "[]", "['vpn']"),
        ("priority", "normal", "urgent"),
    }


def test_nothing_changed_records_nothing(as_web, alan, ticket):
    change_fields(as_web(alan), ticket, subject=ticket.subject, tags=[])
    assert not Event.objects.filter(name="ticket.changed").exists()


def test_another_department_takes_the_ticket_from_who_does_not_work_there(as_web, sven, alan, hr, ticket):
    assign_ticket(as_web(sven), ticket, assignee=alan)
    ticket = change_fields(as_web(sven), ticket, department=hr)
    assert (ticket.department, ticket.assignee, ticket.status.key) == (hr, None, "pending_assignment")
    assert Event.objects.filter(name="ticket.department_changed").count() == 1


@pytest.mark.parametrize("field", ["number", "status", "assignee", "version", "created_at", "reporter"])
def test_fields_that_have_no_door_are_refused(as_web, alan, ticket, field):
    with pytest.raises(Invalid) as refused:
        change_fields(as_web(alan), ticket, **{field: "x"})
    assert field in refused.value.fields


def test_requesters_and_strangers_edit_nothing(as_web, rita, hanna, ticket):
    for person in (rita, hanna):
        with pytest.raises(Forbidden):
            change_fields(as_web(person), ticket, subject="x")
