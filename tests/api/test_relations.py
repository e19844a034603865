"""Watchers, links, merge and split."""

import pytest

from desk.models import Ticket, TicketLink
from tests.api.conftest import fields_of, problem
from tests.factories import make_ticket


@pytest.fixture
def other(otto, it):
    return make_ticket(otto, it, subject="Anderes Thema")


def test_watchers_come_read_and_go(rest, alan, otto, ticket):
    path = f"/tickets/{ticket.number}/watchers"
    problem(rest(otto).get(f"/tickets/{ticket.number}"), 404)
    added = rest(alan).post(path, {"person": otto.email})

    assert (added.status_code, added.json()["id"]) == (201, otto.pk)
    assert added["Location"] == f"/api/v1{path}/{otto.pk}"
    assert rest(otto).get(f"/tickets/{ticket.number}").status_code == 200
    assert [row["id"] for row in rest(alan).get(path).json()["results"]] == [otto.pk]
    assert rest(otto).delete(f"{path}/me").status_code == 204
    problem(rest(otto).get(f"/tickets/{ticket.number}"), 404)
    problem(rest(alan).delete(f"{path}/{otto.pk}"), 404)


def test_requesters_watch_for_themselves_only(rest, rita, otto, alan, ticket):
    path = f"/tickets/{ticket.number}/watchers"
    assert rest(rita).post(path, {"person": "me"}).status_code == 201
    rest(alan).post(path, {"person": otto.email})
    problem(rest(rita).post(path, {"person": alan.email}), 403)
    problem(rest(rita).delete(f"{path}/{otto.pk}"), 403)
    assert fields_of(problem(rest(alan).post(path, {"person": "nobody@example.test"}), 409)) == {"person"}
    assert fields_of(problem(rest(alan).post(path, {"persons": "me"}), 422)) >= {"persons"}
    for odd in ("0", "x", "99999999999999999999", "-1"):
        problem(rest(alan).delete(f"{path}/{odd}"), 404)


def test_links_are_seen_from_both_sides_and_removed(rest, alan, rita, ticket, other):
    path = f"/tickets/{ticket.number}/links"
    made = rest(alan).post(path, {"kind": "duplicate", "other": other.number})

    assert made.status_code == 201
    assert rest(alan).get(path).json()["results"] == [made.json()]
    seen = rest(alan).get(f"/tickets/{other.number}/links").json()["results"]
    assert [(row["direction"], row["ticket"]) for row in seen] == [("in", ticket.number)]
    assert rest(rita).get(path).json()["results"] == []  # the other ticket is none of hers
    problem(rest(rita).delete(f"{path}/{made.json()['id']}"), 404)
    again = rest(alan).post(path, {"kind": "duplicate", "other": other.number})
    assert again.json()["id"] == made.json()["id"]
    assert rest(alan).delete(f"/tickets/{other.number}/links/{made.json()['id']}").status_code == 204
    assert not TicketLink.objects.exists()


def test_bad_links(rest, alan, rita, hr, ticket, other):
    path, hidden = f"/tickets/{ticket.number}/links", make_ticket(rita, hr)
    assert fields_of(problem(rest(alan).post(path, {"kind": "related", "other": hidden.number}), 403)) == {"other"}
    problem(rest(alan).post(path, {"kind": "related", "other": ticket.number}), 409)
    assert fields_of(problem(rest(alan).post(path, {"kind": "split", "other": other.number}), 422)) == {"kind"}
    problem(rest(rita).post(path, {"kind": "related", "other": hidden.number}), 403)
    problem(rest(alan).delete(f"{path}/1"), 404)
    assert not TicketLink.objects.exists()


def test_merge_and_back(rest, alan, ticket, other):
    path = f"/tickets/{ticket.number}/merge"
    merged = rest(alan).post(path, {"into": other.number})

    assert (merged.status_code, merged.json()["into"]) == (200, other.number)
    assert rest(alan).get(f"/tickets/{ticket.number}").json()["is_open"] is False
    problem(rest(alan).post(f"/tickets/{other.number}/merge", {"into": ticket.number}), 409)
    back = rest(alan).delete(path)
    assert (back.status_code, back.json()["merged_into"], back.json()["is_open"]) == (200, None, True)
    problem(rest(alan).delete(path), 409)


def test_who_may_not_merge(rest, alan, hanna, rita, otto, hr, ticket, other):
    foreign = make_ticket(rita, hr)
    path = f"/tickets/{ticket.number}/merge"
    assert fields_of(problem(rest(alan).post(path, {"into": foreign.number}), 403)) == {"into"}
    problem(rest(alan).post(path, {"into": ticket.number}), 409)
    problem(rest(rita).post(path, {"into": foreign.number}), 403)
    problem(rest(otto).post(path, {"into": other.number}), 404)
    problem(rest(hanna).post(path, {"into": foreign.number}), 404)
    problem(rest(rita).delete(path), 403)
    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_split(rest, alan, rita, otto, ticket, other):
    base = f"/tickets/{ticket.number}"
    reply = rest(rita).post(f"{base}/comments", {"body": "Außerdem ist der Monitor dunkel"}).json()
    note = rest(alan).post(f"{base}/comments", {"body": "geheim", "visibility": "internal"}).json()
    foreign = rest(otto).post(f"/tickets/{other.number}/comments", {"body": "x"}).json()
    made = rest(alan).post(f"{base}/split", {"comment": reply["id"], "subject": "Monitor dunkel"})

    body = made.json()
    assert (made.status_code, body["description"]) == (201, "Außerdem ist der Monitor dunkel")
    assert body["requester"]["id"] == rita.pk
    assert made["Location"] == f"/api/v1/tickets/{body['number']}"
    links = rest(alan).get(f"/tickets/{body['number']}/links").json()["results"]
    assert [(row["kind"], row["ticket"]) for row in links] == [("split", ticket.number)]
    problem(rest(alan).post(f"{base}/split", {"comment": note["id"], "subject": "x"}), 409)
    assert fields_of(problem(rest(alan).post(f"{base}/split", {"comment": foreign["id"], "subject": "x"}), 403)) == {
        "comment"
    }
    problem(rest(rita).post(f"{base}/split", {"comment": reply["id"], "subject": "x"}), 403)
    for odd in (0, "1", 2**70, 1.5, True):
        problem(rest(alan).post(f"{base}/split", {"comment": odd, "subject": "x"}), 422)
