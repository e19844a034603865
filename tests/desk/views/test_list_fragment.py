"""What an answer to a filter brings: rows alone where the head of the table stays, in few bytes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from desk.models import Priority, Tag
from tests.factories import make_person, make_ticket

LIST = "/tickets"
ASKED = {"HX-Request": "true", "HX-Target": "div#ticket-table", "HX-Source": "form#filters"}


@pytest.fixture
def many(it, alan, lea):
    """25 tickets as they are in life: usual subjects, a tag, half of them late, a third to be claimed."""
    tag, high = Tag.objects.create(name="printer"), Priority.objects.get(key="high")
    for n in range(25):
        ticket = make_ticket(
            make_person(f"Frieda Hohenstein {n}"),
            it,
            subject=f"Printer on floor {n} prints blank pages",
            assignee=(None, alan, lea)[n % 3],
            priority=high,
            due_at=timezone.now() + timedelta(hours=n - 12),
        )
        ticket.tags.set([tag])


def text(answer):
    return answer.content.decode()


def frame(page):
    return re.search(r'data-frame="(\w+)"', text(page))[1]


@pytest.mark.parametrize("query", ["open=true&priority=high", "view=open&open=true&group=status&sort=-created"])
def test_rows_alone_where_the_head_stays(many, alan_web, query):
    page = alan_web.get(f"{LIST}?{query}")
    headers = {**ASKED, "Flowtic-Frame": frame(page)}
    answer = alan_web.get(f"{LIST}?{query}&q=floor", headers=headers)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#ticket-rows", "innerMorph")
    assert answer["HX-Replace-Url"].startswith(f"{LIST}?")
    found = text(answer)
    assert found.count('<tr class="row"') == 25
    assert "<thead" not in found and "<h1" not in found
    for piece in ('id="list-kept"', 'data-query="?', 'id="filter-chips"', 'id="view-changed"', "25 tickets shown"):
        assert piece in found, piece
    assert ("by=group" in found) == ("group=" in query)
    # As the budgets of pages are: with 20 rows.
    row = sum(len(line) for line in re.findall(r'(?s)<tr class="row".*?</tr>', found)) / 25
    assert len(answer.content) - 5 * row <= 15 * 1024
    for piece in ("type=checkbox", "formaction="):
        assert piece in text(page), "whoever has no scripts needs it"
        assert piece not in found, "list.js reads it off the row"
    assert (
        text(alan_web.get(f"{LIST}/rows?ids={re.search(r'ticket-([0-9]+)', found)[1]}", headers=ASKED)).count(
            "checkbox"
        )
        == 1
    )


def test_the_whole_table_where_anything_else_changes(many, alan_web, rita):
    page = alan_web.get(f"{LIST}?priority=high")
    known = {**ASKED, "Flowtic-Frame": frame(page)}
    for query in ("priority=high&sort=due", "priority=high&columns=number,due", "priority=high&group=status",
                  "priority=low", "priority=high&layout=board", "view=mine", "open=true"):  # fmt: skip
        answer = alan_web.get(f"{LIST}?{query}", headers=known)
        assert "HX-Retarget" not in answer, query
        assert 'id="list-title"' in text(answer), query
    for name in ("", "x", "ü" * 300):
        assert "HX-Retarget" not in alan_web.get(f"{LIST}?priority=high", headers={**ASKED, "Flowtic-Frame": name})


def test_only_who_changed_the_filters_elsewhere_gets_the_form_anew(many, alan_web):
    known = {**ASKED, "Flowtic-Frame": frame(alan_web.get(f"{LIST}?priority=high"))}
    drawn = {
        source: 'id="filters"' in text(alan_web.get(f"{LIST}?priority=high", headers={**known, "HX-Source": source}))
        for source in ("form#filters", "a#sort-due", "button#new-tickets", "form")
    }
    assert drawn == {"form#filters": False, "a#sort-due": False, "button#new-tickets": False, "form": True}
