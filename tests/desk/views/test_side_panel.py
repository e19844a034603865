"""The side panel of the ticket page: details, history, and panels of other apps."""

import re

import pytest

from desk import panels, ticket_page
from desk.commands import add_watcher, change_fields, link_tickets
from desk.models import Priority, RequestType
from tests.factories import make_ticket


def page_of(client, ticket, **query):
    return client.get(f"/tickets/{ticket.number}", query)


def text_of(client, ticket, **query):
    return page_of(client, ticket, **query).content.decode()


def test_the_side_panel_says_who_what_and_when(alan_web, as_web, alan, rita, otto, it):
    kind = RequestType.objects.create(
        key="laptop",
        name_de="Laptop",
        name_en="Laptop",
        schema={"fields": [{"key": "model", "kind": "text", "label_en": "Model"}]},
    )
    ticket = make_ticket(rita, it, request_type=kind, fields={"model": "X <1>"}, tags=["vpn"])
    other = make_ticket(rita, it, subject="Related matter")
    add_watcher(as_web(alan), ticket, person=otto)
    link_tickets(as_web(alan), other, other=ticket, kind="blocks")
    page = text_of(alan_web, ticket)
    for piece in (
        "rita.reiter@example.test",
        "Model",
        "X &lt;1&gt;",
        "vpn",
        "Otto Fremd",
        "Related matter",
        "blocked by",
    ):
        assert piece in page, piece


def test_links_to_tickets_of_others_stay_hidden(web_of, as_web, sven, alan, rita, it, hr, ticket):
    secret = make_ticket(rita, hr, subject="Personal matter")
    link_tickets(as_web(sven), ticket, other=secret, kind="related")
    assert "Personal matter" not in text_of(web_of(alan), ticket)
    assert "Personal matter" in text_of(web_of(sven), ticket)


def test_history_in_the_panel_and_beyond(alan_web, alan_htmx, as_web, alan, ticket, monkeypatch):
    monkeypatch.setattr(ticket_page, "HISTORY_PAGE", 2)
    monkeypatch.setattr("desk.views.history.HISTORY_PAGE", 2)
    for name in ("high", "low", "urgent"):
        change_fields(as_web(alan), ticket, priority=Priority.objects.get(key=name))
    fragment = page_of(alan_htmx, ticket, panel="history").content.decode()
    assert fragment.lstrip().startswith("<aside")
    assert "from Low to Urgent" in fragment
    assert "from Normal to High" not in fragment
    older = re.search(r'hx-get="([^"]+before=\d+)"', fragment).group(1)
    lines = alan_htmx.get(older).content.decode()
    assert "from Normal to High" in lines
    assert "created the ticket" in lines
    assert "<html" in alan_web.get(older).content.decode()
    assert alan_web.get(f"/tickets/{ticket.number}/history?before=x").status_code == 400


def test_another_app_may_add_a_panel(alan_web, ticket, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.panel("knowledge", "Knowledge", "desk:ticket_history", lambda actor, ticket: actor.can_work)
    panels.panel("secret", "Secret", "desk:ticket_history", lambda actor, ticket: False)
    page = text_of(alan_web, ticket, panel="knowledge")
    assert f'hx-get="/tickets/{ticket.number}/history" hx-trigger="load"' in page
    assert "Secret" not in page
    with pytest.raises(ValueError, match="details"):
        panels.panel("details", "x", "desk:ticket", lambda actor, ticket: True)
