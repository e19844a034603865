"""Nothing internal reaches a requester (LEAK-01, 02, 05, 06, 08), and nobody sets what is not theirs (AUTH-02)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.models import Ticket
from tests.api.conftest import problem
from tests.factories import make_ticket

CANARY = "INTERNAL-9f3c"


@pytest.fixture
def full(rest, alan, lea, rita, otto, it, ticket):
    """Rita's ticket with everything that is none of her business."""
    base, desk = f"/tickets/{ticket.number}", rest(alan)
    desk.put(f"{base}/assignment", {"assignee": "me"})
    desk.post(f"{base}/comments", {"body": f"note {CANARY}", "visibility": "internal"})
    files = [SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode())]
    desk.form(f"{base}/attachments", {"files": files, "visibility": "internal"})
    desk.patch(base, {"tags": [CANARY.lower()], "priority": "urgent"})
    other = make_ticket(otto, it, subject=f"{CANARY} of somebody else")
    desk.post(f"{base}/links", {"kind": "related", "other": other.number})
    desk.post(f"/tickets/{other.number}/merge", {"into": ticket.number})
    desk.post(f"{base}/comments", {"body": "public answer"})
    return ticket


def readers(number):
    base = f"/tickets/{number}"
    return [
        base,
        *(f"{base}/{part}" for part in ("comments", "events", "attachments", "watchers", "links")),
        *("/tickets", "/tickets?q=public", "/people", "/me", "/request-types", "/departments", "/openapi.json"),
    ]


def test_every_reader_hides_the_canary_from_the_requester(rest, alan, rita, full):
    found = "".join(rest(rita).get(path).content.decode() for path in readers(full.number)).lower()
    assert "public answer" in found
    assert CANARY.lower() not in found
    assert alan.email not in found
    control = "".join(rest(alan).get(path).content.decode() for path in readers(full.number)).lower()
    assert control.count(CANARY.lower()) >= 4  # note, file, tag, history: the canary was there to be found


@pytest.mark.django_db(transaction=True)
def test_searching_for_the_canary_is_like_searching_for_nothing(rest, alan, rita, full):
    for word in (CANARY, "INTERNAL-9*", "9f3c", '"note INTERNAL-9f3c"'):
        found = rest(rita).get(f"/tickets?count=true&q={word}").json()
        nothing = rest(rita).get("/tickets?count=true&q=zzzqqqxxx").json()
        assert found == nothing == {"results": [], "next": None, "count": "0"}
    assert rest(alan).get(f"/tickets?q={CANARY}").json()["results"]
    assert rest(rita).get(f"/tickets?tag={CANARY}").json()["results"] == []
    assert rest(alan).get(f"/tickets?tag={CANARY}").json()["results"]


def test_filters_do_not_tell_who_exists(rest, rita, alan, full):
    """An agent's address answers like an invented one; the id that Rita may know anyway answers."""
    assert rest(rita).get(f"/tickets?assignee={alan.email}").json()["results"] == []
    assert rest(rita).get("/tickets?assignee=nobody@example.test").json()["results"] == []
    assert rest(rita).get(f"/tickets?assignee={alan.pk}").json()["results"]


@pytest.mark.parametrize(
    "query",
    [
        "fields=*",
        "fields=password",
        "expand=api_tokens",
        "include=sessions",
        "ordering=password",
        "sort=last_active_at",
    ],
)
def test_people_have_no_hidden_fields(rest, alan, ada, query):
    for path in ("/people", f"/people/{ada.pk}", "/me"):
        problem(rest(alan).get(f"{path}?{query}"), 400)


def test_no_secret_of_a_person_in_any_answer(rest, ada, alan, rita, pia):
    body = "".join(
        rest(person).get(path).content.decode()
        for person in (ada, alan, rita)
        for path in ("/people", f"/people/{rita.pk}", "/me", "/tickets")
    )
    for secret in ("password", "secret", "md5$", "argon2", "session", "avatar_key", "totp", "flt_"):
        assert secret not in body.lower()
    reasons = rest(alan).get(f"/people/{pia.pk}").json()
    assert not {"reason", "decision_reason", "last_active_at"} & set(reasons)


# AUTH-02: what a requester may say of a ticket is its subject and text (and where it goes).
FOREIGN = {
    "requester": 1,
    "requester_id": 1,
    "reporter": 1,
    "assignee": "me",
    "status": "closed",
    "is_open": False,
    "number": "FT-1",
    "created_at": "2001-01-01T00:00:00Z",
    "due_at": "2001-01-01T00:00:00Z",
    "sla_due": "2001-01-01T00:00:00Z",
    "version": 99,
    "source": "email",
    "merged_into": "FT-2026-000001",
    "is_internal": False,
    "id": 1,
}


@pytest.mark.parametrize(("field", "value"), FOREIGN.items())
def test_fields_nobody_sets(rest, rita, sven, it, field, value):
    for person in (rita, sven):
        answer = rest(person).post("/tickets", {"subject": "x", "description": "y", field: value})
        assert problem(answer, 422)["errors"][0]["field"] == field
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("priority", "urgent"), ("tags", ["vip"]), ("requester_email", "otto.fremd@example.test")]
)
def test_fields_only_agents_set(rest, rita, otto, sven, it, field, value):
    body = {"subject": "x", "description": "y", field: value}
    assert problem(rest(rita).post("/tickets", body), 403, "forbidden")["errors"][0]["field"] == field
    assert not Ticket.objects.exists()
    assert rest(sven).post("/tickets", body).status_code == 201


def test_own_address_as_requester_is_no_offence(rest, rita, it):
    body = {"subject": "x", "description": "y", "requester_email": rita.email.upper()}
    assert rest(rita).post("/tickets", body).json()["requester"]["id"] == rita.pk


@pytest.mark.parametrize(
    "body",
    [
        {"status": "closed"},
        {"assignee": "me"},
        {"requester": 1},
        {"version": 5},
        {"number": "x"},
        {"fields": {"x": 1}, "y": 1},
    ],
)
def test_patch_takes_only_its_fields(rest, alan, ticket, body):
    problem(rest(alan).patch(f"/tickets/{ticket.number}", body), 422)


def test_another_tickets_note_is_not_changed_through_the_api(rest, rita, alan, full):
    """There is no address that changes or removes a comment at all."""
    note = rest(alan).get(f"/tickets/{full.number}/comments").json()["results"][0]
    for method in ("get", "put", "patch", "delete"):
        problem(rest(alan)(method, f"/tickets/{full.number}/comments/{note['id']}", {"body": "x"}), 404)
        problem(rest(alan)(method, f"/comments/{note['id']}", {"visibility": "public"}), 404)


def test_errors_of_strangers_and_of_nothing_are_the_same(rest, otto, full):
    def seen(path):
        return re.sub(r'"request_id": "[^"]+"', "", rest(otto).get(path).content.decode())

    assert seen(f"/tickets/{full.number}") == seen("/tickets/FT-2026-999999")
