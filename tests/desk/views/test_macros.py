"""The menu of a ticket, the preview, and the settings pages of macros."""

import pytest

from desk.commands.macros import save_macro
from desk.models import Comment, Macro, ScheduledSend

NOTE = [{"do": "note", "value": "Hello {{requester.name}}"}, {"do": "priority", "value": "high"}]
FORM = {"name_de": "Vor Ort", "name_en": "On site", "audience": "own", "active": "on", "priority": "high", "note": "x"}


@pytest.fixture
def desk(client, alan):
    client.force_login(alan)
    return client


@pytest.fixture
def macro(as_web, alan):
    return save_macro(as_web(alan), None, name_de="Vor Ort", name_en="On site", steps=NOTE)


def test_menu_preview_run_and_undo(desk, ticket, macro):
    at = f"/tickets/{ticket.number}/macros"
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/tickets/{ticket.number}"}
    assert "On site" in desk.get(at, headers=htmx).content.decode()
    assert "On site" in desk.get(at).content.decode()
    page = desk.get(f"{at}/{macro.pk}").content.decode()
    assert "Hello Rita Reiter" in page
    assert "Normal →" in page
    assert not Comment.objects.exists()
    html = desk.post(f"{at}/{macro.pk}", headers=htmx).content.decode()
    assert "/undo/" in html
    assert ScheduledSend.objects.get().body == "Hello Rita Reiter"


def test_a_foreign_macro_and_a_foreign_ticket_are_not_found(desk, client, ticket, macro, lea, hanna):
    client.force_login(lea)
    for url in (f"/tickets/{ticket.number}/macros/{macro.pk}", f"/settings/macros/{macro.pk}"):
        assert client.get(url).status_code == 404
        assert client.post(url, FORM).status_code == 404
    client.force_login(hanna)
    assert client.get(f"/tickets/{ticket.number}/macros").status_code == 404


def test_making_changing_and_removing_one(desk, alan):
    desk.post("/settings/macros/new", {**FORM, "add_tags": "b, A", "status": "in_progress", "assignee": "me"})
    row = Macro.objects.get()
    assert row.steps == [
        {"do": "assignee", "value": "me"},
        {"do": "priority", "value": "high"},
        {"do": "add_tags", "value": ["a", "b"]},
        {"do": "note", "value": "x"},
        {"do": "status", "value": "in_progress"},
    ]
    page = desk.get(f"/settings/macros/{row.pk}").content.decode()
    assert 'value="a, b"' in page
    assert "Priority: High" in desk.get("/settings/macros").content.decode()
    wrong = desk.post(f"/settings/macros/{row.pk}", {**FORM, "note": "{{ x.y }}"})
    assert (wrong.status_code, "{{ x.y }}" in wrong.content.decode()) == (422, True)
    assert desk.post(f"/settings/macros/{row.pk}", {**FORM, "audience": "everybody"}).status_code == 422
    empty = {name: FORM[name] for name in ("name_de", "name_en", "audience")}
    assert desk.post("/settings/macros/new", empty).status_code == 422
    desk.post(f"/settings/macros/{row.pk}/removal")
    assert not Macro.objects.exists()
