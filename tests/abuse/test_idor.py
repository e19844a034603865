"""IDOR: objects of others by number, id or key, through every address and method.

The matrix of roles (tests/architecture) says who gets in; here the objects are compared before and after.
"""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership
from desk.commands import add_comment, add_watcher, attach_files
from desk.models import Attachment, Comment, Participant, Tag, Ticket, TicketLink
from flowtic.core.models import Event
from tests.abuse.doors import addresses, everything
from tests.factories import make_ticket

METHODS = ("get", "post", "put", "patch", "delete")
BODY = {
    "body": "let me in",
    "kind": "note",
    "visibility": "internal",
    "subject": "taken",
    "status": "closed",
    "assignee": "me",
    "priority": "urgent",
    "department": "hr",
    "tags": "taken",
    "person": "otto.fremd@example.test",
}


def state_of(ticket):
    """All rows that belong to the ticket, as values."""
    return [
        list(Ticket.objects.filter(pk=ticket.pk).values()),
        *(
            list(model.objects.filter(ticket=ticket).order_by("pk").values())
            for model in (Comment, Attachment, Participant)
        ),
        list(TicketLink.objects.order_by("pk").values()),
        list(Tag.objects.filter(tickets=ticket).values()),
        list(Event.objects.filter(ticket_id=ticket.pk).order_by("pk").values_list("pk", "name")),
    ]


@pytest.fixture
def full(as_web, ticket, rita, alan):
    """Rita's ticket with a reply, a note and a file."""
    add_comment(as_web(rita), ticket, body="hers", internal=False)
    add_comment(as_web(alan), ticket, body="inside", internal=True)
    attach_files(as_web(rita), ticket, files=[SimpleUploadedFile("hers.txt", b"hers")], internal=False)
    return ticket


def doors_to(ticket):
    values = {
        "number": [ticket.number, ticket.pk],
        "key": list(ticket.attachments.values_list("key", flat=True)),
        "pk": [ticket.requester_id, *ticket.comments.values_list("pk", flat=True)],
        "id": [1],
        "person": ["me", ticket.requester_id],
    }
    marks = {str(value) for value in (ticket.number, *values["key"])}
    found = [path for path in addresses(values) if marks & set(path.split("/")) or f"/{ticket.pk}" in path]
    # Forms for new tickets and saved views have a key in their address, too; no ticket is behind it.
    found = [path for path in found if not path.startswith(("/tickets/new/", "/tickets/views/"))]
    return [path for path in found if path.startswith(("/tickets", "/portal/tickets", "/attachments", "/api/"))]


@pytest.mark.parametrize("who", ["otto", "hanna"])
@pytest.mark.parametrize("door", ["page", "htmx", "api"])
def test_idor_01_no_verb_of_a_stranger_reaches_a_ticket(request, full, web, rest, who, door):
    person, before = request.getfixturevalue(who), state_of(full)
    client = (
        rest(person).client if door == "api" else web(person, headers={"HX-Request": "true"} if door == "htmx" else {})
    )
    paths = [path for path in doors_to(full) if path.startswith("/api/") == (door == "api")]
    assert len(paths) > 15
    for path in paths:
        for method in METHODS:
            sent = (json.dumps(BODY), "application/json") if door == "api" and method != "get" else (BODY,)
            answer = getattr(client, method)(path, *sent, follow=True)
            assert answer.status_code in (400, 403, 404, 405, 415, 422), (method, path, answer.status_code)
            for secret in (full.subject, full.description, "inside", "hers.txt", full.requester.name):
                assert secret not in everything(answer), (method, path)
    assert state_of(full) == before


def test_idor_01_the_owner_and_the_agent_are_let_in(full, web, rest, rita, alan):
    """The control."""
    assert full.subject in web(rita).get(f"/portal/tickets/{full.number}").content.decode()
    assert full.subject in web(alan).get(f"/tickets/{full.number}").content.decode()
    assert rest(rita).get(f"/tickets/{full.number}").json()["subject"] == full.subject
    assert rest(alan).patch(f"/tickets/{full.number}", {"subject": "by right"}).status_code == 200
    assert web(rita).post(f"/portal/tickets/{full.number}/comments", {"body": "hello"}).status_code == 302


# Every verb of somebody who works the ticket, as the REST API and the pages take it.
WRITES = [
    ("patch", "", {"subject": "x"}),
    ("patch", "", {"tags": ["x"]}),
    ("patch", "", {"priority": "urgent"}),
    ("put", "/assignment", {"assignee": "me"}),
    ("put", "/assignment", {"assignee": "me", "only_if_free": True}),
    ("post", "/comments", {"body": "x", "visibility": "internal"}),
    ("post", "/watchers", {"person": "rita.reiter@example.test"}),
    ("post", "/links", {"kind": "related", "other": "{own}"}),
    ("post", "/merge", {"into": "{own}"}),
    ("post", "/split", {"comment": "{reply}", "subject": "x"}),
]
PAGES = [
    ("subject", {"subject": "x"}),
    ("tags", {"tags": "x"}),
    ("priority", {"priority": "urgent"}),
    ("department", {"department": "hr"}),
    ("due", {"due_at": "2030-01-01T10:00"}),
    ("status", {"status": "in_progress"}),
    ("assignment", {"assignee": "{self}"}),
    ("claim", {}),
    ("comments", {"kind": "note", "body": "x"}),
    ("watchers", {"person": "otto.fremd@example.test"}),
    ("links", {"kind": "related", "number": "{own}"}),
    ("merge", {"number": "{own}"}),
]


@pytest.fixture
def reader(as_web, sven, hanna, full):
    """Hanna works elsewhere and only watches: she reads the public part."""
    add_watcher(as_web(sven), full, person=hanna)
    return hanna


@pytest.fixture
def words(full, hr, reader, otto):
    own = make_ticket(otto, hr)
    return {"own": own.number, "reply": full.comments.get(is_internal=False).pk, "self": reader.pk}


def filled(body, words):
    """Numbers stay numbers."""
    found = {}
    for name, value in body.items():
        key = value.strip("{}") if isinstance(value, str) and value.startswith("{") else ""
        found[name] = words[key] if key else value
    return found


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_idor_05_who_only_reads_changes_nothing_through_the_api(full, rest, reader, words, method, path, body):
    before = state_of(full)
    assert rest(reader).get(f"/tickets/{full.number}").status_code == 200
    answer = rest(reader)(method, f"/tickets/{full.number}{path}", filled(body, words))
    assert answer.status_code in (403, 404), answer.content
    assert state_of(full) == before


@pytest.mark.parametrize(("verb", "body"), PAGES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_idor_05_who_only_reads_changes_nothing_through_pages(full, web, reader, words, verb, body, headers):
    before = state_of(full)
    client = web(reader, headers=headers)
    assert client.get(f"/portal/tickets/{full.number}").status_code == 200
    client.post(f"/tickets/{full.number}/{verb}", filled(body, words))
    assert state_of(full) == before


def test_idor_05_who_works_it_may(full, rest, web, sven, words):
    """The control: the same bodies from support."""
    for method, path, body in WRITES[:8]:
        assert rest(sven)(method, f"/tickets/{full.number}{path}", filled(body, words)).status_code in (200, 201, 204)
    for verb, body in (("subject", {"subject": "y"}), ("tags", {"tags": "y"}), ("priority", {"priority": "low"})):
        before = state_of(full)
        assert web(sven).post(f"/tickets/{full.number}/{verb}", body).status_code == 302
        assert state_of(full) != before, verb


def test_idor_05_a_merge_opens_no_notes_of_another_department(as_web, web, rest, alan, sven, hanna, ticket, rita, hr):
    """Support joins a ticket of human resources into one of IT: IT still reads no notes of human resources."""
    other = make_ticket(rita, hr, subject="Salary")
    note = add_comment(
        as_web(hanna), other, body="HRNOTE-5a", internal=True, files=[SimpleUploadedFile("HRFILE-5a.txt", b"x")]
    )
    assert rest(sven).post(f"/tickets/{other.number}/merge", {"into": ticket.number}).status_code in (200, 201)
    seen = [
        *(web(alan).get(f"/tickets/{ticket.number}{query}") for query in ("", "?panel=history", "?messages=all")),
        *(rest(alan).get(f"/tickets/{ticket.number}/{part}") for part in ("comments", "attachments", "events")),
    ]
    text = "".join(everything(answer) for answer in seen)
    assert "HRNOTE-5a" not in text
    assert "HRFILE-5a" not in text
    assert web(alan).get(note.attachments.get().get_absolute_url()).status_code == 404
    assert "HRNOTE-5a" in everything(web(sven).get(f"/tickets/{ticket.number}"))


def test_idor_06_a_message_is_not_taken_along_by_its_id(full, rest, web, alan, otto, hr, as_web, hanna):
    """Splitting is the one verb that copies a message: it takes only those of the ticket in the address."""
    foreign = make_ticket(otto, hr)
    message = add_comment(as_web(otto), foreign, body="PRIVATE-6c", internal=False)
    note = full.comments.get(is_internal=True)
    for comment, status in ((message, {403, 404}), (note, {409, 422})):
        answer = rest(alan).post(f"/tickets/{full.number}/split", {"comment": comment.pk, "subject": "x"})
        assert answer.status_code in status, answer.content
        page = web(alan).post(f"/tickets/{full.number}/comments/{comment.pk}/split", {"subject": "x"})
        assert page.status_code in (404, 409, 422)
    assert "PRIVATE-6c" not in everything(web(alan).get(f"/tickets/{full.number}/comments/{message.pk}/split"))
    assert Ticket.objects.count() == 2
    reply = full.comments.get(is_internal=False)
    assert rest(alan).post(f"/tickets/{full.number}/split", {"comment": reply.pk, "subject": "x"}).status_code == 201


def test_idor_07_rights_that_ended_end_in_the_open_tab(full, web, alan):
    tab = web(alan)
    paths = (
        f"/tickets/{full.number}",
        f"/tickets/{full.number}?panel=history",
        full.attachments.get().get_absolute_url(),
    )
    for headers in ({}, {"HX-Request": "true"}):
        assert [tab.get(path, headers=headers).status_code for path in paths] == [200, 200, 200]
    Membership.objects.filter(user=alan).delete()
    before = state_of(full)
    for headers in ({}, {"HX-Request": "true"}):
        assert [tab.get(path, headers=headers).status_code for path in paths] == [404, 404, 404]
    for verb, body in PAGES[:8]:
        assert tab.post(f"/tickets/{full.number}/{verb}", {**body, "assignee": alan.pk}).status_code in (403, 404), verb
    assert tab.post(f"/tickets/{full.number}/files/{full.attachments.get().key}/removal").status_code in (403, 404)
    assert state_of(full) == before
