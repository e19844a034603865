"""`/assignment`, `/status`, `/reopen`."""

from datetime import timedelta

import pytest

from desk.models import Ticket
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem


def test_claiming_a_free_ticket_and_coming_too_late(rest, alan, lea, ticket):
    path = f"/tickets/{ticket.number}/assignment"
    answer = rest(alan).put(path, {"assignee": "me", "only_if_free": True})

    assert (answer.status_code, answer.json()["assignee"]["email"]) == (200, alan.email)
    assert answer.json()["status"]["key"] == "assigned"
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert rest(alan).put(path, {"assignee": "me", "only_if_free": True}).status_code == 200
    body = problem(rest(lea).put(path, {"assignee": "me", "only_if_free": True}), 409, "already_taken")
    assert "Alan Agent" in body["detail"]
    assert Ticket.objects.get(pk=ticket.pk).assignee == alan


def test_assigning_handing_over_and_releasing(rest, alan, lea, ticket):
    path = f"/tickets/{ticket.number}/assignment"
    assert rest(lea).put(path, {"assignee": alan.email}).json()["assignee"]["id"] == alan.pk
    assert rest(alan).put(path, {"assignee": lea.email.upper()}).json()["assignee"]["id"] == lea.pk
    released = rest(lea).put(path, {"assignee": None}).json()
    assert (released["assignee"], released["status"]["category"]) == (None, "pending_assignment")


def test_who_may_not_assign(rest, alan, lea, hanna, rita, otto, ticket):
    path = f"/tickets/{ticket.number}/assignment"
    problem(rest(rita).put(path, {"assignee": "me"}), 403, "forbidden")
    problem(rest(rita).put(path, {"assignee": "me", "only_if_free": True}), 403, "forbidden")
    problem(rest(otto).put(path, {"assignee": "me"}), 404, "not_found")
    problem(rest(hanna).put(path, {"assignee": "me", "only_if_free": True}), 404, "not_found")
    problem(rest(alan).put(path, {"assignee": lea.email}), 403, "forbidden")
    problem(rest(lea).put(path, {"assignee": hanna.email}), 409, "assignee_outside_department")
    assert fields_of(problem(rest(lea).put(path, {"assignee": "nobody@example.test"}), 409)) == {"assignee"}
    assert fields_of(problem(rest(lea).put(path, {"assignee": rita.email}), 409)) == {"assignee"}
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "assignee"),
        ({"assignee": "alan"}, "assignee"),
        ({"assignee": 5}, "assignee"),
        ({"assignee": None, "x": 1}, "x"),
    ],
)
def test_bad_assignments(rest, alan, ticket, body, field):
    found = fields_of(problem(rest(alan).put(f"/tickets/{ticket.number}/assignment", body), 422))
    assert any(name.startswith(field) for name in found)


def test_a_claim_is_for_oneself(rest, lea, alan, ticket):
    body = {"assignee": alan.email, "only_if_free": True}
    problem(rest(lea).put(f"/tickets/{ticket.number}/assignment", body), 409)


def test_status_along_the_transitions_with_a_comment(rest, alan, rita, ticket):
    path = f"/tickets/{ticket.number}/status"
    answer = rest(alan).put(path, {"status": "resolved", "comment": "Neuer Treiber, bitte prüfen."})

    assert (answer.status_code, answer.json()["status"]["key"]) == (200, "resolved")
    assert answer.json()["resolved_at"].endswith("Z")
    comments = rest(rita).get(f"/tickets/{ticket.number}/comments").json()["results"]
    assert [row["body"] for row in comments] == ["Neuer Treiber, bitte prüfen."]
    body = problem(rest(rita).put(path, {"status": "in_progress"}), 409, "transition_not_allowed")
    assert fields_of(body) == {"status"}
    assert rest(rita).put(path, {"status": "closed"}).json()["is_open"] is False


def test_a_refused_status_leaves_no_comment_behind(rest, rita, ticket):
    problem(rest(rita).put(f"/tickets/{ticket.number}/status", {"status": "resolved", "comment": "fertig"}), 409)
    assert not ticket.comments.exists()
    assert not Event.objects.filter(name="ticket.commented").exists()


def test_who_may_not_change_the_status(rest, otto, hanna, ticket):
    for person in (otto, hanna):
        problem(rest(person).put(f"/tickets/{ticket.number}/status", {"status": "closed"}), 404)
    answer = rest(otto).put(f"/tickets/{ticket.number}/status", {"status": "nonsense"})
    problem(answer, 404)


def test_unknown_statuses_are_named(rest, alan, ticket):
    answer = rest(alan).put(f"/tickets/{ticket.number}/status", {"status": "nonsense"})
    assert fields_of(problem(answer, 422)) == {"status"}


def test_a_stale_put_changes_nothing(rest, alan, lea, ticket):
    base = f"/tickets/{ticket.number}"
    rest(lea).patch(base, {"subject": "neu"})
    problem(
        rest(alan).put(f"{base}/status", {"status": "resolved", "comment": "x"}, If_Match='"1"'), 412, "stale_version"
    )
    problem(rest(alan).put(f"{base}/assignment", {"assignee": "me", "only_if_free": True}, If_Match='"1"'), 412)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status.key, ticket.comments.count()) == (None, "pending_assignment", 0)
    assert rest(alan).put(f"{base}/status", {"status": "resolved"}, If_Match='"2"').status_code == 200


def test_a_merged_tickets_status_is_not_the_others(rest, alan, rita, it, ticket):
    from tests.factories import make_ticket

    other = make_ticket(rita, it)
    rest(alan).post(f"/tickets/{ticket.number}/merge", {"into": other.number})
    problem(rest(alan).put(f"/tickets/{ticket.number}/status", {"status": "resolved", "comment": "x"}), 409)
    assert rest(alan).get(f"/tickets/{other.number}").json()["status"]["key"] == "pending_assignment"


def test_reopening(rest, alan, rita, otto, ticket):
    base = f"/tickets/{ticket.number}"
    rest(alan).put(f"{base}/status", {"status": "closed"})
    problem(rest(otto).post(f"{base}/reopen"), 404)
    answer = rest(rita).post(f"{base}/reopen")
    assert (answer.status_code, answer.json()["is_open"]) == (200, True)
    assert rest(rita).client.generic("POST", f"/api/v1{base}/reopen").status_code == 200
    assert fields_of(problem(rest(rita).post(f"{base}/reopen", {"status": "new"}), 422)) == {"status"}

    rest(alan).put(f"{base}/status", {"status": "closed"})
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=ticket.created_at - timedelta(days=30))
    problem(rest(rita).post(f"{base}/reopen"), 409, "too_late_to_reopen")
    assert rest(alan).post(f"{base}/reopen").status_code == 200
