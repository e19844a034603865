"""Keyset pages neither lose nor repeat rows, and bad cursors are refused."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.errors import BadRequest
from flowtic.core.paging import Sort, bounded_count, page
from tests.factories import make_ticket

UPDATED = Sort("updated", ("-updated_at",))
PRIORITY = Sort("priority", ("-priority_id", "-updated_at"))
SORTS = [UPDATED, PRIORITY, Sort("due", ("sort_due_at",)), Sort("subject", ("subject",))]


@pytest.fixture
def tickets(rita, it):
    rows = [make_ticket(rita, it, subject=f"S{number % 3}") for number in range(11)]
    for number, row in enumerate(rows):
        moment = clock.now() - timedelta(minutes=number // 3)
        Ticket.objects.filter(pk=row.pk).update(updated_at=moment, priority_id=number % 4 + 1)
    return rows


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
def test_all_pages_together_are_the_whole_list_in_order(tickets, sort):
    whole = list(Ticket.objects.order_by(*sort.order_by()).values_list("pk", flat=True))
    seen, cursor = [], ""
    for _ in range(10):
        found = page(Ticket.objects.all(), sort, cursor=cursor, limit=3)
        seen += [row.pk for row in found.rows]
        cursor = found.next
        if not cursor:
            break
    assert seen == whole


def test_rows_added_in_front_do_not_shift_later_pages(tickets, rita, it):
    first = page(Ticket.objects.all(), UPDATED, limit=5)
    rest = set(Ticket.objects.values_list("pk", flat=True)) - {row.pk for row in first.rows}
    make_ticket(rita, it)
    second = page(Ticket.objects.all(), UPDATED, cursor=first.next, limit=50)
    assert {row.pk for row in second.rows} == rest


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        encoded([]),
        encoded(["priority", 1, 2, 3]),
        encoded(["updated", "now", 1]),
        encoded(["updated", "2026-01-01T00:00:00", 1]),
        encoded(["updated", "2026-01-01T00:00:00+00:00", "1; DROP TABLE"]),
        encoded(["updated", "2026-01-01T00:00:00+00:00", 10**30]),
        encoded(["updated", "2026-01-01T00:00:00+00:00", True]),
        encoded({"a": 1}),
    ],
)
def test_wrong_cursors_are_refused(db, cursor):
    with pytest.raises(BadRequest):
        page(Ticket.objects.all(), UPDATED, cursor=cursor)


@given(st.text(max_size=200))
def test_no_text_breaks_the_cursor_reader(text):
    try:
        page(Ticket.objects.none(), UPDATED, cursor=text)
    except BadRequest:
        pass


def test_counting_stops_at_the_cap(tickets):
    assert bounded_count(Ticket.objects.all(), cap=5) == "5+"
    assert bounded_count(Ticket.objects.all(), cap=50) == "11"
