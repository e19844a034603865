"""The history narrowed: by whom, what, which field, when; what is chosen stands in the address."""

import pytest

from desk import ticket_page
from desk.commands import add_comment, change_fields, claim_ticket
from desk.commands.checklists import add_item
from desk.history_filter import History, HistoryFilter
from desk.models import Priority
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.desk.views.conftest import web_of  # noqa: F401  (a fixture)


@pytest.fixture
def lived(as_web, alan, lea, ticket):
    with clock.travel(clock.now().replace(year=2025, month=3, day=10, hour=12)):
        change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="high"))
    claim_ticket(as_web(alan), ticket)
    change_fields(as_web(alan), ticket, subject="New subject")
    add_comment(as_web(alan), ticket, body="a note", internal=True)
    add_item(as_web(lea), ticket, text="One")
    change_fields(Actor.system("sla"), ticket, priority=Priority.objects.get(key="urgent"))
    return ticket


def names(ticket, **params):
    return [line.name.removeprefix("ticket.") for line in History(ticket, HistoryFilter.of(params), size=50).lines]


def test_each_part_narrows_and_nonsense_counts_as_nothing(lived, alan, lea):
    everything = names(lived)
    assert len(everything) == 8
    assert names(lived, who=str(lea.pk)) == ["checklist_added", "changed"]
    assert names(lived, who="flowtic") == ["changed", "created"]
    assert names(lived, event="messages") == ["noted", "created"]
    assert names(lived, event="people") == ["claimed"]
    assert names(lived, event="work") == ["checklist_added"]
    assert names(lived, event="other") == []
    assert names(lived, field="priority") == ["changed", "changed"]
    assert names(lived, field="priority", who=str(lea.pk)) == ["changed"]
    assert names(lived, first="2025-03-10", last="2025-03-10") == ["changed"]
    assert names(lived, last="2025-03-09") == []
    for nonsense in ({"who": "x"}, {"event": "x"}, {"field": 'x" or "'}, {"first": "2025-13-01"}, {"who": "9" * 30}):
        assert names(lived, **nonsense) == everything


def test_only_what_is_there_is_offered(lived, alan, lea):
    past = History(lived, HistoryFilter(), size=50)
    assert [name for _key, name in past.people] == ["Alan Agent", "Lea Leitung", "Flowtic"]
    assert {"priority", "subject", "checklist"} <= {key for key, _label in past.fields}
    assert "due_at" not in {key for key, _label in past.fields}


def test_the_address_says_it_on_both_pages(lived, web_of, alan, lea, monkeypatch):  # noqa: F811
    monkeypatch.setattr(ticket_page, "HISTORY_PAGE", 1)
    monkeypatch.setattr("desk.views.history.HISTORY_PAGE", 1)
    page = f"/tickets/{lived.number}"
    panel = web_of(alan, htmx=True).get(page, {"panel": "history", "who": lea.pk}).content.decode()
    assert "put “One” on the checklist" in panel
    assert "claimed" not in panel
    older = panel.partition('hx-get="/tickets/')[2].partition("history?")[0]
    assert f"&amp;who={lea.pk}" in panel, older
    whole = web_of(alan).get(f"{page}/history", {"field": "subject"}).content.decode()
    assert "changed the subject" in whole
    assert "changed the priority" not in whole
    # After a change the panel keeps what the address bar says.
    headers = {"HX-Current-URL": f"http://testserver{page}?panel=history&field=subject"}
    after = web_of(alan, htmx=True).post(f"{page}/priority", {"priority": "low"}, headers=headers).content.decode()
    aside = after.partition("<aside")[2]
    assert "changed the subject" in aside
    assert "changed the priority" not in aside
