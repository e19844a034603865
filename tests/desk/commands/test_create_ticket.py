"""Creating a ticket: who may say what, and what is written beside it."""

import pytest

from desk.commands import create_ticket
from desk.models import NO_DUE_DATE, Priority, RequestType, Tag, Ticket, TicketFieldValue
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event

TEXTS = {"subject": "VPN drops every ten minutes", "description": "At home, since Monday."}


def test_a_requester_creates_a_ticket(as_web, rita, it):
    ticket = create_ticket(as_web(rita), **TEXTS, department=it)

    assert (ticket.requester, ticket.reporter, ticket.department) == (rita, None, it)
    assert (ticket.status.key, ticket.priority.key, ticket.is_open) == ("pending_assignment", "normal", True)
    assert ticket.number.startswith(f"FT-{clock.now().year}-")
    assert ticket.sort_due_at == NO_DUE_DATE
    event = Event.objects.get(name="ticket.created", ticket_id=ticket.pk)
    assert (event.actor, event.public) == (rita, True)


def test_numbers_are_distinct_and_growing(as_web, rita, it):
    numbers = [create_ticket(as_web(rita), **TEXTS, department=it).number for _ in range(5)]
    assert len(set(numbers)) == 5
    assert numbers == sorted(numbers)


def test_without_department_the_ticket_goes_to_the_default_one(as_web, rita):
    assert create_ticket(as_web(rita), **TEXTS).department.is_default


def test_a_requester_sets_neither_priority_nor_tags_nor_somebody_else(as_web, rita, otto, it):
    urgent = Priority.objects.get(key="urgent")
    for extra in ({"priority": urgent}, {"tags": ["vip"]}, {"requester": otto}, {"due_at": clock.now()}):
        with pytest.raises(Invalid) as refused:
            create_ticket(as_web(rita), **TEXTS, department=it, **extra)
        assert set(refused.value.fields) == set(extra)
    assert not Ticket.objects.exists()


def test_an_agent_creates_for_a_requester(as_web, alan, rita, it):
    ticket = create_ticket(as_web(alan), **TEXTS, requester=rita, department=it, tags=["VPN", " vpn ", "Home office"])
    assert (ticket.requester, ticket.reporter) == (rita, alan)
    assert set(ticket.tags.values_list("name", flat=True)) == {"vpn", "home office"}
    assert Tag.objects.filter(name="vpn").count() == 1


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"subject": "  \n ", "description": "x"}, "subject"),
        ({"subject": "x" * 256, "description": "x"}, "subject"),
        ({"subject": "x", "description": " \0 "}, "description"),
        ({"subject": "x", "description": "x" * 1_000_001}, "description"),
    ],
)
def test_missing_or_too_long_texts_are_named(as_web, rita, it, texts, field):
    with pytest.raises(Invalid) as refused:
        create_ticket(as_web(rita), **texts, department=it)
    assert field in refused.value.fields


def test_a_subject_is_one_line(as_web, rita, it):
    ticket = create_ticket(as_web(rita), subject="a\r\nBcc: x@example.test\tb", description="d", department=it)
    assert ticket.subject == "a Bcc: x@example.test b"


def test_pending_and_anonymous_people_create_nothing(as_web, pia, it):
    for actor in (as_web(pia), Actor.anonymous()):
        with pytest.raises(Forbidden):
            create_ticket(actor, **TEXTS, department=it)


def test_a_read_only_token_creates_nothing(as_api, rita, it):
    with pytest.raises(Forbidden):
        create_ticket(as_api(rita, "tickets:read"), **TEXTS, department=it)


def test_a_retired_department_takes_no_tickets(as_web, rita, hr):
    hr.active = False
    hr.save()
    with pytest.raises(Invalid) as refused:
        create_ticket(as_web(rita), **TEXTS, department=hr)
    assert "department" in refused.value.fields


@pytest.fixture
def laptop(it):
    fields = [
        {"key": "model", "kind": "choice", "choices": ["light", "strong"], "required": True},
        {"key": "cost", "kind": "number", "min": 0, "max": 5000},
        {"key": "needed", "kind": "date"},
        {"key": "contact", "kind": "email"},
    ]
    return RequestType.objects.create(
        key="laptop", name_de="Notebook", name_en="Laptop", department=it, schema={"fields": fields}
    )


def test_custom_fields_are_kept_and_made_searchable(as_web, rita, it, laptop):
    values = {"model": "strong", "cost": 1499.5, "needed": "2026-12-01"}
    ticket = create_ticket(as_web(rita), **TEXTS, request_type=laptop, fields=values)
    assert (ticket.fields, ticket.department) == (values, it)
    assert TicketFieldValue.objects.get(ticket=ticket, key="cost").number == 1499.5
    assert TicketFieldValue.objects.get(ticket=ticket, key="needed").date.date().isoformat() == "2026-12-01"
    assert TicketFieldValue.objects.get(ticket=ticket, key="model").text == "strong"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "fields.model"),
        ({"model": "gold"}, "fields.model"),
        ({"model": "light", "cost": 9000}, "fields.cost"),
        ({"model": "light", "cost": "NaN"}, "fields.cost"),
        ({"model": "light", "needed": "tomorrow"}, "fields.needed"),
        ({"model": "light", "contact": "nobody"}, "fields.contact"),
        ({"model": "light", "status": "closed"}, "fields.status"),
    ],
)
def test_wrong_custom_fields_are_named(as_web, rita, laptop, values, wrong):
    with pytest.raises(Invalid) as refused:
        create_ticket(as_web(rita), **TEXTS, request_type=laptop, fields=values)
    assert list(refused.value.fields) == [wrong]
