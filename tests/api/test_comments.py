"""`/tickets/{number}/comments`."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.models import Attachment, Comment, Ticket
from tests.api.conftest import fields_of, problem
from tests.factories import make_ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def png(name="bild.png"):
    return SimpleUploadedFile(name, PNG, "image/png")


def test_replies_and_notes_and_who_reads_them(rest, alan, rita, ticket):
    path = f"/tickets/{ticket.number}/comments"
    reply = rest(alan).post(path, {"body": "Wir schauen nach."})
    note = rest(alan).post(path, {"body": "Schon der dritte diese Woche", "visibility": "internal"})

    assert (reply.status_code, reply.json()["visibility"], reply.json()["author"]["name"]) == (
        201,
        "public",
        "Alan Agent",
    )
    assert (note.status_code, note.json()["visibility"]) == (201, "internal")
    assert reply["Location"] == f"/api/v1{path}/{reply.json()['id']}"
    assert [row["body"] for row in rest(alan).get(path).json()["results"]] == [
        "Wir schauen nach.",
        "Schon der dritte diese Woche",
    ]
    assert [row["body"] for row in rest(rita).get(path).json()["results"]] == ["Wir schauen nach."]
    assert rest(alan).get(f"{path}?sort=-created&limit=1").json()["results"][0]["id"] == note.json()["id"]


def test_requesters_write_no_notes_and_strangers_nothing(rest, rita, otto, ticket):
    path = f"/tickets/{ticket.number}/comments"
    problem(rest(rita).post(path, {"body": "heimlich", "visibility": "internal"}), 403, "forbidden")
    problem(rest(otto).post(path, {"body": "hallo"}), 404, "not_found")
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n\u200b"}, "body"),
        ({"body": "x", "visibility": "secret"}, "visibility"),
        ({"body": "x", "visibility": None}, "visibility"),
        ({"body": "x", "author": "ada"}, "author"),
        ({"body": "x", "is_internal": True}, "is_internal"),
        ([], "body"),
    ],
)
def test_bad_bodies(rest, alan, ticket, body, field):
    answer = rest(alan).post(f"/tickets/{ticket.number}/comments", body)
    assert field in fields_of(problem(answer, 422, "invalid"))


def test_a_form_with_files(rest, alan, rita, ticket):
    path = f"/tickets/{ticket.number}/comments"
    answer = rest(alan).form(path, {"body": "siehe Bilder", "visibility": "internal", "files": [png(), png("b.png")]})

    body = answer.json()
    assert answer.status_code == 201
    assert [item["name"] for item in body["attachments"]] == ["bild.png", "b.png"]
    assert {item["visibility"] for item in body["attachments"]} == {"internal"}
    assert rest(alan).get(path).json()["results"][0]["attachments"] == body["attachments"]
    assert rest(rita).get(f"/tickets/{ticket.number}/attachments").json()["results"] == []
    url = body["attachments"][0]["url"].removeprefix("/api/v1")
    problem(rest(rita).get(url), 404)
    assert b"".join(rest(alan).get(url).streaming_content) == PNG


def test_bad_forms(rest, alan, ticket):
    path, client = f"/tickets/{ticket.number}/comments", rest(alan)
    assert fields_of(problem(client.form(path, {"files": [png()]}), 422)) == {"body"}
    assert fields_of(problem(client.form(path, {"body": "x", "role": "admin"}), 422)) == {"role"}
    assert fields_of(problem(client.form(path, {"body": "x", "other": png()}), 422)) == {"other"}
    assert fields_of(problem(client.form(path, {"body": "x", "files": [png("x.svg")]}), 422)) == {"files"}
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


def test_a_requesters_reply_brings_the_ticket_back(rest, alan, rita, ticket):
    rest(alan).put(f"/tickets/{ticket.number}/assignment", {"assignee": "me"})
    rest(alan).put(f"/tickets/{ticket.number}/status", {"status": "waiting_requester"})
    rest(rita).post(f"/tickets/{ticket.number}/comments", {"body": "Hier ist die Antwort"})
    assert rest(rita).get(f"/tickets/{ticket.number}").json()["status"]["key"] == "in_progress"


def test_long_after_closing_a_reply_becomes_a_follow_up(rest, alan, rita, ticket):
    rest(alan).put(f"/tickets/{ticket.number}/status", {"status": "closed"})
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=ticket.created_at - timedelta(days=30))

    answer = rest(rita).post(f"/tickets/{ticket.number}/comments", {"body": "Es ist wieder da"})
    body = answer.json()
    assert (answer.status_code, body["id"]) == (201, None)
    assert body["ticket"] != ticket.number
    assert answer["Location"] == f"/api/v1/tickets/{body['ticket']}"
    assert rest(rita).get(f"/tickets/{body['ticket']}").json()["description"] == "Es ist wieder da"
    links = rest(rita).get(f"/tickets/{body['ticket']}/links").json()["results"]
    assert [(link["kind"], link["ticket"]) for link in links] == [("follow_up", ticket.number)]


def test_after_a_merge_the_thread_reads_both_but_nobody_reads_a_strangers(rest, alan, rita, otto, it, ticket):
    theirs = make_ticket(otto, it)
    rest(otto).post(f"/tickets/{theirs.number}/comments", {"body": "von Otto"})
    rest(alan).post(f"/tickets/{theirs.number}/merge", {"into": ticket.number})
    rest(rita).post(f"/tickets/{ticket.number}/comments", {"body": "von Rita"})

    path = f"/tickets/{ticket.number}/comments"
    seen = [(row["body"], row["ticket"]) for row in rest(alan).get(path).json()["results"]]
    assert seen == [("von Otto", theirs.number), ("von Rita", ticket.number)]
    assert [row["body"] for row in rest(rita).get(path).json()["results"]] == ["von Rita"]
    own = rest(otto).get(f"/tickets/{theirs.number}/comments").json()["results"]
    assert [row["body"] for row in own] == ["von Otto"]


def test_markup_is_kept_as_text(rest, alan, ticket):
    text = "<script>alert(1)</script> **fett**"
    answer = rest(alan).post(f"/tickets/{ticket.number}/comments", {"body": text})
    assert answer.json()["body"] == text
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
