"""What somebody has seen of a ticket."""

from datetime import timedelta
from typing import Any

import pytest

from desk.commands import note_visit
from desk.models import TicketVisit
from flowtic.core import clock
from flowtic.core.errors import Forbidden
from flowtic.core.models import Event

pytestmark = pytest.mark.django_db


def test_a_visit_is_one_row_that_is_written_at_most_once_a_minute(
    ticket: Any, alan: Any, lea: Any, rita: Any, as_web: Any, django_assert_num_queries: Any
) -> None:
    told = Event.objects.count()
    note_visit(as_web(alan), ticket)
    note_visit(as_web(lea), ticket)
    first = TicketVisit.objects.get(person=alan, ticket=ticket).seen_at
    with django_assert_num_queries(3):  # the savepoint of the test and one question
        note_visit(as_web(alan), ticket)
    assert TicketVisit.objects.get(person=alan).seen_at == first
    earlier = clock.now() - timedelta(minutes=2)
    TicketVisit.objects.filter(person=alan).update(seen_at=earlier)
    note_visit(as_web(alan), ticket)
    assert TicketVisit.objects.get(person=alan).seen_at > earlier
    assert TicketVisit.objects.count() == 2
    assert Event.objects.count() == told  # looking is no fact of the ticket
    with pytest.raises(Forbidden):
        note_visit(as_web(rita), ticket)
