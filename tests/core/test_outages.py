"""What pages say when the database or the disk gives way: a sentence, nothing kept by half, no trace of the inside."""

import errno
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from desk.models import Attachment, Comment, Status, Ticket
from flowtic.core import clock
from flowtic.core.outages import outage_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings):
    def make(person):
        client = Client(raise_request_exception=False)
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OperationalError("database is locked"), 503, "The system is busy"),
        (OperationalError(1205, "Lock wait timeout exceeded"), 503, "The system is busy"),
        (OperationalError("database or disk is full"), 503, "The system is busy"),
        (OSError(errno.ENOSPC, "/srv/secret"), 507, "no room left for files"),
        (OSError(errno.EACCES, "/srv/secret"), 500, ""),
        (OperationalError(1054, "Unknown column 'secret'"), 500, ""),
    ],
)
def test_what_a_page_says(web, rita, alan, ticket, monkeypatch, error, status, said, headers):
    def fail(*args, **values):
        raise error

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", fail)
    answer = web(alan).post(
        f"/tickets/{ticket.number}/comments",
        {"kind": "reply", "body": "Words", "files": SimpleUploadedFile("a.txt", b"x")},
        headers=headers,
    )
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()
    assert Ticket.objects.get().status == Status.objects.get(key="pending_assignment")


def test_too_much_text_is_said_so(web, alan, ticket, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = web(alan).post(f"/tickets/{ticket.number}/comments", {"kind": "reply", "body": "w" * 2000})
    assert answer.status_code == 413
    assert "too much text to send at once" in answer.content.decode()


def test_mistakes_of_the_program_are_no_outages():
    assert outage_of(ValueError("x")) is None
    assert outage_of(FileNotFoundError(errno.ENOENT, "x")) is None


def test_a_run_that_no_worker_takes_up_says_so(web, alan, rita, it, settings):
    from tests.factories import make_ticket

    ids = [str(make_ticket(rita, it).pk) for _number in range(25)]
    client = web(alan)
    run = client.post("/tickets/bulk", {"ids": ",".join(ids), "step": "priority=high"})
    client.post(f"{run['Location']}/start")
    assert "perhaps no worker" not in client.get(run["Location"]).content.decode()
    with clock.travel(clock.now() + timedelta(seconds=40)):
        page = client.get(run["Location"]).content.decode()
    assert "perhaps no worker is running" in page
    assert "0 of 25 done" in page
