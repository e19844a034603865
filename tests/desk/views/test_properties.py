"""The small forms of the ticket page: what they change, what they answer, who may use them."""

import re

import pytest

from desk.commands import add_watcher, change_fields, claim_ticket
from desk.models import Priority, RequestType
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket

CHANGES = {
    "status": ({"status": "in_progress"}, "status", "In progress"),
    "priority": ({"priority": "high"}, "priority", "High"),
    "department": ({"department": "hr"}, "department", "Human resources"),
    "subject": ({"subject": "Another <b>subject</b>"}, "subject", "Another <b>subject</b>"),
    "due": ({"due_at": "2027-01-31T12:30"}, "due_at", "2027-01-31 11:30:00+00:00"),
}


def post(client, ticket, name, **data):
    return client.post(f"/tickets/{ticket.number}/{name}", data)


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("name", CHANGES)
def test_a_property_is_changed_with_and_without_javascript(name, web_of, sven, hr, ticket):
    data, field, shown = CHANGES[name]
    answer = post(web_of(sven), ticket, name, seen=ticket.version, **data)
    assert answer["Location"] == f"/tickets/{ticket.number}"
    ticket.refresh_from_db()
    assert str(getattr(ticket, field)) == shown
    answer = post(web_of(sven, htmx=True), ticket, name, seen=ticket.version, **data)
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith(f'<div id="ticket-{ticket.pk}-head"')
    for part in ('id="thread"', 'id="panel"', 'id="composer-state"'):
        assert re.search(rf"{part}[^>]*hx-swap-oob", text(answer)), part
    assert "<html" not in text(answer)
    assert "innerHTML:#live" in text(answer)


def test_the_control_that_was_used_gets_the_focus_back(alan_htmx, ticket):
    page = text(post(alan_htmx, ticket, "priority", priority="high"))
    assert f'data-focus="#ticket-{ticket.pk}-priority"' in page
    assert f'id="ticket-{ticket.pk}-priority"' in page
    assert "data-focus" not in text(post(alan_htmx, ticket, "tags", tags="vpn"))


def test_tags_are_replaced(alan_web, ticket):
    post(alan_web, ticket, "tags", tags="VPN, crm ,, vpn")
    assert sorted(tag.name for tag in ticket.tags.all()) == ["crm", "vpn"]
    post(alan_web, ticket, "tags", tags="")
    assert not ticket.tags.exists()


def test_a_lead_assigns_and_an_owner_releases(web_of, lea, alan, ticket):
    post(web_of(lea), ticket, "assignment", assignee=alan.pk)
    ticket.refresh_from_db()
    assert ticket.assignee == alan
    assert post(web_of(alan, htmx=True), ticket, "assignment", assignee="").status_code == 200
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_the_same_field_changed_meanwhile_shows_both_values(web_of, as_web, lea, alan, ticket):
    seen = ticket.version
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="urgent"))
    answer = post(web_of(alan, htmx=True), ticket, "priority", priority="low", seen=seen)
    page = text(answer)
    assert answer.status_code == 409
    assert re.search(r"Priority now</dt><dd>Urgent</dd><dt>Yours</dt><dd>Low</dd>", page)
    ticket.refresh_from_db()
    assert ticket.priority.key == "urgent"
    assert 'name="priority" value="low"' in page
    assert f'name="seen" value="{ticket.version}"' in page
    assert "data-error-summary" in page
    mine = post(web_of(alan, htmx=True), ticket, "priority", priority="low", seen=ticket.version)
    assert mine.status_code == 200
    assert '<div id="conflict"></div>' in text(mine)
    ticket.refresh_from_db()
    assert ticket.priority.key == "low"


def test_without_javascript_the_conflict_is_a_page(alan_web, as_web, lea, ticket):
    change_fields(as_web(lea), ticket, subject="Theirs <i>")
    answer = post(alan_web, ticket, "subject", subject="Mine <i>", seen=1)
    assert answer.status_code == 409
    assert "<html" in text(answer)
    assert "Theirs &lt;i&gt;" in text(answer)
    assert 'value="Mine &lt;i&gt;"' in text(answer)


def test_different_fields_merge(alan_web, as_web, lea, ticket):
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="high"))
    assert post(alan_web, ticket, "subject", subject="Mine", seen=1).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority.key) == ("Mine", "high")


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("status", {"status": "nonsense"}, 422),
        ("status", {"status": "new"}, 409),
        ("priority", {"priority": ""}, 422),
        ("department", {"department": "none"}, 422),
        ("subject", {"subject": " \u200b "}, 422),
        ("subject", {"subject": "x" * 256}, 422),
        ("due", {"due_at": "tomorrow"}, 422),
        ("tags", {"tags": "x" * 61}, 422),
        ("priority", {"priority": "high", "seen": "x"}, 422),
    ],
)
def test_what_cannot_be_saved_is_said_and_changes_nothing(name, data, status, web_of, alan, ticket):
    before = Event.objects.filter(ticket_id=ticket.pk).count()
    answer = post(web_of(alan, htmx=True), ticket, name, **data)
    assert answer.status_code == status
    assert "alert-danger" in text(answer)
    assert f'id="ticket-{ticket.pk}-head"' not in text(answer)
    assert post(web_of(alan), ticket, name, **data).status_code == status
    assert Event.objects.filter(ticket_id=ticket.pk).count() == before


def test_only_who_works_the_ticket_changes_it(web_of, as_web, alan, hanna, rita, otto, ticket):
    for name, (data, _field, _shown) in CHANGES.items():
        assert post(web_of(hanna), ticket, name, **data).status_code == 404, name
        assert post(web_of(rita), ticket, name, **data).status_code == 403, name
        assert post(web_of(otto), ticket, name, **data).status_code == 403, name
    add_watcher(Actor.system("test"), ticket, person=hanna)
    for name, (data, _field, _shown) in CHANGES.items():
        assert post(web_of(hanna, htmx=True), ticket, name, **data).status_code == 403, name
    assert post(web_of(alan, htmx=True), ticket, "assignment", assignee=alan.pk).status_code == 200
    claimed = make_ticket(rita, ticket.department)
    claim_ticket(as_web(alan), claimed)
    lars = web_of(hanna)
    assert post(lars, claimed, "assignment", assignee="").status_code == 404


def test_an_agent_cannot_take_a_ticket_from_a_colleague(web_of, as_web, lea, alan, ticket):
    claim_ticket(as_web(lea), ticket)
    answer = post(web_of(alan, htmx=True), ticket, "assignment", assignee=alan.pk)
    assert answer.status_code == 403
    assert "data-toast" in text(answer)


def test_coming_back_to_a_change_after_a_login_shows_the_ticket(alan_web, ticket):
    assert alan_web.get(f"/tickets/{ticket.number}/status")["Location"] == f"/tickets/{ticket.number}"
    assert alan_web.put(f"/tickets/{ticket.number}/status").status_code == 405


def test_who_gives_a_ticket_away_goes_back_to_the_list(web_of, alan, hr, ticket):
    answer = post(web_of(alan, htmx=True), ticket, "department", department="hr")
    assert answer["HX-Redirect"] == "/tickets"


def test_a_closed_ticket_is_reopened(web_of, alan, rita, it):
    ticket = make_ticket(rita, it, status="closed")
    assert post(web_of(alan, htmx=True), ticket, "reopening").status_code == 200
    ticket.refresh_from_db()
    assert ticket.is_open


@pytest.fixture
def laptop(rita, it):
    schema = {"fields": [{"key": "model", "kind": "choice", "choices": ["13", "15"], "required": True}, {"key": "why"}]}
    kind = RequestType.objects.create(key="laptop", name_de="Laptop", name_en="Laptop", schema=schema)
    return make_ticket(rita, it, request_type=kind, fields={"model": "13", "why": "old"})


def test_details_change_together(web_of, alan, laptop):
    data = {
        "requester": "New Customer <new@customer.example>",
        "kind": "question",
        "field_model": "15",
        "field_why": "",
    }
    answer = post(web_of(alan, htmx=True), laptop, "details", seen=laptop.version, **data)
    assert answer.status_code == 200
    laptop.refresh_from_db()
    assert (laptop.requester.email, laptop.requester.name, laptop.requester.state) == (
        "new@customer.example",
        "New Customer",
        "contact",
    )
    assert (laptop.kind, laptop.fields) == ("question", {"model": "15"})


def test_wrong_details_keep_what_was_typed(web_of, alan, laptop):
    data = {"requester": "nobody", "kind": "question", "field_model": "17", "field_why": "<b>because"}
    answer = post(web_of(alan, htmx=True), laptop, "details", **data)
    page = text(answer)
    assert answer.status_code == 422
    assert re.search(r'<details id="edit-details" open', page)
    for kept in ('value="nobody"', 'value="&lt;b&gt;because"', "data-error-summary"):
        assert kept in page, kept
    whole = post(web_of(alan), laptop, "details", **data)
    assert whole.status_code == 422
    assert 'value="nobody"' in text(whole)
    laptop.refresh_from_db()
    assert laptop.kind == "request"


def test_stale_details_show_both_values(web_of, as_web, lea, alan, otto, laptop):
    change_fields(as_web(lea), laptop, requester=otto)
    data = {"requester": "alan.agent@example.test", "kind": "request", "field_model": "13", "field_why": "old"}
    answer = post(web_of(alan, htmx=True), laptop, "details", seen=1, **data)
    assert answer.status_code == 409
    assert re.search(r"Requester now</dt><dd>Otto Fremd</dd><dt>Yours</dt><dd>Alan Agent</dd>", text(answer))
