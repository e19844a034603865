"""Checklists: lines on a ticket, lists from templates, how far each is, and who sees any of it."""

import pytest

from desk.checklists import begin_with, progress_of
from desk.commands import change_fields, change_status, create_ticket, merge_ticket
from desk.commands.checklist_templates import save_checklist
from desk.commands.checklists import (
    ItemGone,
    add_item,
    change_item,
    move_item,
    remove_item,
    tick_item,
    use_checklist,
)
from desk.commands.macros import run_macro, save_macro
from desk.demo.checklists import play
from desk.history import describe, ticket_events
from desk.models import ChecklistItem, ChecklistTemplate, RequestType, Status, TimeEntry
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Forbidden, Invalid
from flowtic.core.models import Event
from flowtic.core.undo import CannotUndo, undo
from tests.api.conftest import problem, rest  # noqa: F401  (a fixture)
from tests.desk.views.conftest import web_of  # noqa: F401  (a fixture)
from tests.factories import make_ticket


def texts(ticket):
    return [f"{'x' if item.is_done else ' '} {item.text}" for item in ChecklistItem.objects.filter(ticket=ticket)]


def template(ada, **values):
    given = {"name_de": "Neu", "name_en": "New colleague", "items": ["Account", " ", "Laptop", "Account", "Door card"]}
    return save_checklist(Actor(ada, "web"), None, **{**given, **values})


def last(name):
    return Event.objects.filter(name=f"ticket.checklist_{name}").latest("pk")


def test_lines_are_ticked_moved_reworded_and_each_step_can_be_taken_back(as_web, alan, lea, ticket):
    actor = as_web(alan)
    first, second, third = (add_item(actor, ticket, text=text) for text in ("One", "Two\n", "Three"))
    tick_item(as_web(lea), ticket, item=second.pk, done=True)
    tick_item(as_web(lea), ticket, item=second.pk, done=True)  # already so: no second fact
    move_item(actor, ticket, item=third.pk, place=0)
    change_item(actor, ticket, item=first.pk, text="First")
    remove_item(actor, ticket, item=second.pk)
    assert texts(ticket) == ["  Three", "  First"]
    told = [line.text.strip() for line in describe(list(ticket_events(ticket)), internal=True)][:-1]
    assert told == [
        "took “Two” off the checklist",
        "changed “One” of the checklist into “First”",
        "moved “Three” within the checklist",
        "ticked off “Two”",
        *(f"put “{text}” on the checklist" for text in ("Three", "Two", "One")),
    ]
    assert not Event.objects.filter(name__startswith="ticket.checklist", public=True).exists()
    undo(actor, last("removed").operation_id)
    undo(actor, last("changed").operation_id)
    undo(actor, last("moved").operation_id)
    assert sorted(texts(ticket)) == ["  One", "  Three", "x Two"]
    assert ChecklistItem.objects.get(text="Two").done_by == lea  # as it was, not as if Alan had done it
    tick_item(actor, ticket, item=first.pk, done=True)
    done = last("ticked")
    change_item(as_web(lea), ticket, item=first.pk, text="Other")
    with pytest.raises(CannotUndo):
        undo(actor, done.operation_id)


def test_a_template_comes_whole_once_and_goes_whole(as_web, ada, alan, ticket):
    row = template(ada)
    assert row.items == ["Account", "Laptop", "Door card"]
    add_item(as_web(alan), ticket, text="Laptop")
    assert len(use_checklist(as_web(alan), ticket, template=row)) == 2
    assert use_checklist(as_web(alan), ticket, template=row) == []
    assert progress_of([ticket.pk]) == {ticket.pk: progress_of([ticket.pk])[ticket.pk]}
    assert str(progress_of([ticket.pk])[ticket.pk]) == "0/3"
    undo(as_web(alan), last("used").operation_id)
    assert texts(ticket) == ["  Laptop"]


def test_a_request_type_and_a_macro_bring_their_lists(as_web, ada, alan, rita, it, ticket):
    kind = RequestType.objects.create(key="joiner", name_de="Neu", name_en="New", department=it)
    row = template(ada, request_type=kind)
    made = create_ticket(as_web(rita), subject="x", description="y", request_type=kind)
    event = Event.objects.get(name="ticket.created", ticket_id=made.pk)
    begin_with(event)
    begin_with(event)  # delivered twice
    assert len(texts(made)) == 3
    macro = save_macro(
        as_web(alan), None, name_de="m", name_en="m", steps=[{"do": "checklist", "value": row.pk}]
    )  # fmt: skip
    ran = run_macro(as_web(alan), ticket, macro=macro)
    assert len(texts(ticket)) == 3
    undo(as_web(alan), ran.operation.pk)
    assert texts(ticket) == []


def test_what_is_refused(as_web, alan, hanna, rita, it, ticket):
    item = add_item(as_web(alan), ticket, text="One")
    for text in ("", " \n", "x" * 301):
        with pytest.raises(Invalid):
            add_item(as_web(alan), ticket, text=text)
    for person in (hanna, rita):
        with pytest.raises(Forbidden):
            tick_item(as_web(person), ticket, item=item.pk, done=True)
    other = make_ticket(rita, it)
    with pytest.raises(ItemGone):
        tick_item(as_web(alan), other, item=item.pk, done=True)
    merge_ticket(as_web(alan), ticket, into=other)
    with pytest.raises(CommandError):
        add_item(as_web(alan), ticket, text="Two")
    for number in range(100):
        add_item(as_web(alan), other, text=f"n{number}")
    with pytest.raises(CommandError):
        add_item(as_web(alan), other, text="one too many")


def test_on_the_page(web_of, as_web, ada, alan, sven, ticket):  # noqa: F811
    row, page = template(ada), f"/tickets/{ticket.number}"
    web = web_of(alan)
    assert "New colleague" in web.get(page).content.decode()
    assert web.post(f"{page}/checklist/template", {"template": row.pk}).status_code == 302
    first = ChecklistItem.objects.filter(ticket=ticket).first()
    htmx = web_of(alan, htmx=True)
    answer = htmx.post(f"{page}/checklist/{first.pk}", {"done": "1"}).content.decode()
    assert f'data-focus="#check-{first.pk}"' in answer
    assert '<b class="num">1/3</b>' in answer
    menu = htmx.get(f"{page}/quick/status?seen=1").content.decode()
    assert "2 lines of the checklist are still open." in menu  # what the menu of statuses asks before it ends
    assert web.post(f"{page}/checklist/{first.pk}", {"to": "down"}).status_code == 302
    assert texts(ticket) == ["  Laptop", "x Account", "  Door card"]
    assert htmx.post(f"{page}/checklist/{first.pk}", {"text": " "}).status_code == 422
    assert web.post(f"{page}/checklist/{first.pk}", {"remove": "1"}).status_code == 302
    assert htmx.post(f"{page}/checklist/{first.pk}", {"done": "1"}).status_code == 409
    listed = web.get("/tickets?columns=number,subject,checklist").content.decode()
    assert "0/2" in listed
    # It warns and does not forbid.
    said = web_of(sven, htmx=True).post(f"{page}/status", {"status": "resolved"}).content.decode()
    assert "Status changed. 2 lines of the checklist are still open." in said
    ticket.refresh_from_db()
    assert ticket.status.key == "resolved"


def test_requesters_and_strangers_see_none_of_it(web_of, rest, as_web, alan, hanna, rita, ticket):  # noqa: F811
    item = add_item(as_web(alan), ticket, text="SECRET-LINE")
    assert "SECRET-LINE" not in web_of(rita).get(f"/portal/tickets/{ticket.number}").content.decode()
    assert "SECRET-LINE" not in str(rest(rita).get(f"/tickets/{ticket.number}/events").json())
    path = f"/tickets/{ticket.number}/checklist"
    for person, status in ((rita, 403), (hanna, 404)):
        assert web_of(person).post(f"{path}/{item.pk}", {"done": "1"}).status_code == status
        problem(rest(person).get(path), status)
        problem(rest(person).patch(f"{path}/{item.pk}", {"done": True}), status)
        problem(rest(person).delete(f"{path}/{item.pk}"), status)
    assert texts(ticket) == ["  SECRET-LINE"]


def test_over_rest(rest, ada, alan, ticket):  # noqa: F811
    client, path = rest(alan), f"/tickets/{ticket.number}/checklist"
    row = template(ada)
    assert [one["name"] for one in client.get("/checklists").json()["results"]] == ["New colleague"]
    made = client.post(path, {"template": row.pk})
    assert (made.status_code, made.json()["total"], made.json()["done"]) == (201, 3, 0)
    problem(client.post(path, {}), 409)
    problem(client.post(path, {"template": 99_999}), 403)
    first = made.json()["results"][0]["id"]
    ticked = client.patch(f"{path}/{first}", {"done": True, "text": "Account made", "position": 2}).json()
    assert (ticked["text"], ticked["done_by"]["id"]) == ("Account made", alan.pk)
    assert [one["text"] for one in client.get(path).json()["results"]] == ["Laptop", "Door card", "Account made"]
    assert client.delete(f"{path}/{first}").status_code == 204
    problem(client.delete(f"{path}/{first}"), 404)


def test_admins_keep_the_templates(web_of, ada, lea, it):  # noqa: F811
    web = web_of(ada)
    given = {"name_de": "Neu", "name_en": "New", "items": "One\r\n\r\nTwo", "department": it.pk, "active": "on"}
    assert web.post("/settings/checklists/new", given).status_code == 302
    row = ChecklistTemplate.objects.get()
    assert row.items == ["One", "Two"]
    assert "New" in web.get("/settings/checklists").content.decode()
    wrong = web.post(f"/settings/checklists/{row.pk}", {**given, "items": "\n", "name_en": "Kept"})
    assert (wrong.status_code, "Kept" in wrong.content.decode()) == (422, True)
    assert web_of(lea).get(f"/settings/checklists/{row.pk}").status_code == 403
    assert web_of(lea).post(f"/settings/checklists/{row.pk}/removal").status_code == 403
    assert web.post(f"/settings/checklists/{row.pk}/removal").status_code == 302
    assert not ChecklistTemplate.objects.exists()


def test_a_moved_ticket_shows_only_what_its_people_may_use(as_web, ada, alan, it, hr, ticket):
    template(ada, department=hr)
    assert not ChecklistTemplate.objects.visible_to(as_web(alan)).exists()
    change_fields(as_web(ada), ticket, department=hr)
    with pytest.raises(Forbidden):
        add_item(as_web(alan), ticket, text="x")


def test_the_demo_shows_them(ada, alan, rita, it):
    make_ticket(rita, it, assignee=alan)
    closed = make_ticket(rita, it, assignee=alan)
    change_status(Actor(ada, "web"), closed, status=Status.objects.get(key="closed"))
    for _twice in range(2):
        play(clock.now())
    assert ChecklistTemplate.objects.count() == 2
    assert ChecklistItem.objects.filter(done_by=alan).count() == 2
    assert TimeEntry.objects.get().ticket == closed
