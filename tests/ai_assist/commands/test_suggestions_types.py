"""A request type that was suggested: accepted, taken back, and refused where a form was answered."""

import pytest

from ai_assist import fields
from ai_assist.commands import suggestions
from desk.models import RequestType, Ticket
from desk.sentences import sentences
from flowtic.core.errors import Invalid
from flowtic.core.models import Event
from tests.ai_assist.suggesting import guess, suggest


@pytest.fixture
def laptop(it):
    return RequestType.objects.create(key="laptop", name_de="Laptop", name_en="Laptop", department=it)


def test_accepted_and_taken_back(as_web, alan, ticket, laptop):
    assert "request_type" in fields.CHANGEABLE
    row = suggest(ticket, guess("request_type", laptop))["request_type"]
    suggestions.accept(as_web(alan), row)
    assert Ticket.objects.get().request_type == laptop
    change = Event.objects.get(name="ticket.changed")
    assert sentences([change]) == ["Alan Agent changed the request type from – to Laptop"]
    row.refresh_from_db()
    suggestions.take_back(as_web(alan), row)
    assert Ticket.objects.get().request_type is None


def test_a_form_that_was_answered_keeps_its_type(as_web, alan, ticket, laptop):
    Ticket.objects.update(fields={"model": "X1"})
    row = suggest(Ticket.objects.get(), guess("request_type", laptop))["request_type"]
    with pytest.raises(Invalid):
        suggestions.accept(as_web(alan), row)
    assert Ticket.objects.get().request_type is None
