"""`Idempotency-Key`: one effect, one answer, whoever asks how often."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.models import Attachment, Comment, Ticket, TicketLink
from flowtic.core.models import IdempotencyKey
from tests.api.conftest import PREFIX, problem
from tests.factories import make_person, make_ticket
from tests.parallel import at_once

NEW = {"subject": "Drucker", "description": "streikt"}


def test_the_same_again_is_answered_again(rest, rita, it):
    first = rest(rita).post("/tickets", NEW, Idempotency_Key="k-1")
    again = rest(rita).post("/tickets", NEW, Idempotency_Key="k-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert "Idempotency-Replayed" not in first.headers
    assert again["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1


def test_another_body_or_address_is_refused(rest, rita, ticket):
    rest(rita).post("/tickets", NEW, Idempotency_Key="k-1")
    problem(rest(rita).post("/tickets", {**NEW, "subject": "anders"}, Idempotency_Key="k-1"), 422)
    problem(rest(rita).post(f"/tickets/{ticket.number}/comments", NEW | {"body": "x"}, Idempotency_Key="k-1"), 422)
    assert Ticket.objects.count() == 2


def test_another_persons_key_is_another_key(rest, rita, otto, it):
    one = rest(rita).post("/tickets", NEW, Idempotency_Key="k-1").json()
    two = rest(otto).post("/tickets", NEW, Idempotency_Key="k-1").json()
    assert one["number"] != two["number"]


def test_keys_are_told_apart_byte_by_byte(rest, rita, it):
    made = {
        rest(rita).post("/tickets", NEW, Idempotency_Key=key).json()["number"]
        for key in ("key", "KEY", "straße", "strasse")
    }
    assert len(made) == 4


def test_a_refused_request_may_be_mended_under_its_key(rest, rita, it):
    problem(rest(rita).post("/tickets", {**NEW, "subject": " "}, Idempotency_Key="k-1"), 422)
    problem(rest(rita).post("/tickets", {**NEW, "priority": "urgent"}, Idempotency_Key="k-1"), 403)
    assert rest(rita).post("/tickets", NEW, Idempotency_Key="k-1").status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\tb", "a\x7fb"])
def test_keys_that_are_none(rest, rita, it, key):
    problem(rest(rita).post("/tickets", NEW, Idempotency_Key=key), 422)
    assert not Ticket.objects.exists()


def test_every_post_knows_it(rest, alan, rita, ada, it, ticket):
    other = make_ticket(rita, it)
    base = f"/tickets/{ticket.number}"
    comment = rest(rita).post(f"{base}/comments", {"body": "Noch etwas"}).json()["id"]
    posts = [
        (alan, f"{base}/comments", {"body": "eins"}),
        (alan, f"{base}/watchers", {"person": "me"}),
        (alan, f"{base}/links", {"kind": "related", "other": other.number}),
        (alan, f"{base}/split", {"comment": comment, "subject": "zwei"}),
        (alan, f"{base}/merge", {"into": other.number}),
        (alan, f"/tickets/{other.number}/reopen", {}),
        (ada, "/people", {"email": "n@example.org", "name": "N", "role": "user"}),
        (ada, "/departments", {"key": "fleet", "name_de": "F", "name_en": "F"}),
        (ada, "/request-types", {"key": "car", "name_de": "A", "name_en": "C"}),
    ]
    for number, (person, path, body) in enumerate(posts):
        first = rest(person).post(path, body, Idempotency_Key=f"post-{number}")
        again = rest(person).post(path, body, Idempotency_Key=f"post-{number}")
        assert first.status_code in (200, 201), (path, first.json())
        assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (
            first.status_code,
            first.json(),
            "true",
        )
    assert (Comment.objects.count(), TicketLink.objects.filter(kind="related").count(), Ticket.objects.count()) == (
        2,
        1,
        3,
    )


def test_forms_are_compared_by_their_files_bytes(rest, rita, ticket):
    path = f"/tickets/{ticket.number}/attachments"

    def send(content, **more):
        return rest(rita).form(path, {"files": [SimpleUploadedFile("a.txt", content)], **more}, Idempotency_Key="f-1")

    first, again = send(b"eins"), send(b"eins")
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    problem(send(b"zwei"), 422)
    problem(send(b"eins", visibility="public"), 422)
    comment = f"/tickets/{ticket.number}/comments"
    for _turn in range(2):
        assert rest(rita).form(comment, {"body": "x"}, Idempotency_Key="f-2").status_code == 201
    assert (Attachment.objects.count(), Comment.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_ticket(token, rita, it, tmp_path):
    client = Client(headers={"Authorization": f"Bearer {token(rita)}", "Idempotency-Key": "parallel"})
    answers = at_once([lambda: client.post(f"{PREFIX}/tickets", NEW, content_type="application/json")] * 20, tmp_path)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert (Ticket.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_without_a_key_make_twenty(token, rita, it, tmp_path):
    """The control: the threads above did run at the same time, and numbers are never given twice."""
    client = Client(headers={"Authorization": f"Bearer {token(rita)}"})
    answers = at_once([lambda: client.post(f"{PREFIX}/tickets", NEW, content_type="application/json")] * 20, tmp_path)
    assert len({answer.json()["number"] for answer in answers}) == Ticket.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_twenty_claims_at_once_have_one_winner(token, it, rita, tmp_path):
    path = f"{PREFIX}/tickets/{make_ticket(rita, it).number}/assignment"
    texts = [token(make_person(f"Agent {n}", "agent", departments=(it,))) for n in range(20)]

    def claim(text):
        client = Client(headers={"Authorization": f"Bearer {text}"})
        return client.put(path, {"assignee": "me", "only_if_free": True}, content_type="application/json").status_code

    assert sorted(at_once([partial(claim, text) for text in texts], tmp_path)) == [200] + [409] * 19
    assert Ticket.objects.get().assignee is not None
