"""`/tickets/{number}/attachments` and the files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.models import Attachment
from tests.api.conftest import fields_of, problem
from tests.factories import make_ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def file(name="bild.png", content=PNG):
    return SimpleUploadedFile(name, content, "text/html")


@pytest.fixture
def path(ticket):
    return f"/tickets/{ticket.number}/attachments"


def content_of(item):
    return item["url"].removeprefix("/api/v1")


def test_attach_list_download_remove(rest, rita, alan, path):
    answer = rest(rita).form(path, {"files": [file(), file("notiz.txt", b"hallo")]})

    items = answer.json()["results"]
    assert answer.status_code == 201
    assert [(i["name"], i["content_type"], i["visibility"]) for i in items] == [
        ("bild.png", "image/png", "public"),
        ("notiz.txt", "text/plain", "public"),
    ]
    assert rest(alan).get(path).json()["results"][0]["sha256"] == items[0]["sha256"]
    got = rest(alan).get(content_of(items[0]))
    assert b"".join(got.streaming_content) == PNG
    problem(rest(rita).delete(f"{path}/{items[0]['key']}"), 403, "forbidden")
    gone = rest(alan).delete(f"{path}/{items[0]['key']}")
    assert (gone.status_code, gone.content) == (204, b"")
    problem(rest(alan).get(content_of(items[0])), 404, "not_found")
    problem(rest(alan).delete(f"{path}/{items[0]['key']}"), 404)


def test_downloads_run_nothing_in_a_browser(rest, rita, path):
    name = '"><svg onload=alert(1)>\u202e\u200b böse\r\nX: y.txt'
    item = rest(rita).form(path, {"files": [file(name, b"<script>alert(1)</script>")]}).json()["results"][0]
    got = rest(rita).get(content_of(item))

    assert got["Content-Disposition"].startswith("attachment;")
    assert got["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Type"] in ("text/plain", "application/octet-stream")
    assert got["Cache-Control"] == "private, no-store"
    assert "X" not in got.headers
    assert "\u202e" not in item["name"]


def test_internal_files_are_the_desks(rest, alan, rita, path):
    problem(rest(rita).form(path, {"files": [file()], "visibility": "internal"}), 403, "forbidden")
    item = rest(alan).form(path, {"files": [file()], "visibility": "internal"}).json()["results"][0]
    assert item["visibility"] == "internal"
    assert rest(rita).get(path).json()["results"] == []
    problem(rest(rita).get(content_of(item)), 404)
    assert rest(alan).get(content_of(item)).status_code == 200


def test_files_of_other_tickets_are_not_reached_through_ones_own(rest, rita, otto, it, path):
    theirs = make_ticket(otto, it)
    item = rest(otto).form(f"/tickets/{theirs.number}/attachments", {"files": [file()]}).json()["results"][0]

    problem(rest(rita).get(content_of(item)), 404)
    problem(rest(rita).get(f"{path}/{item['key']}/content"), 404)
    problem(rest(rita).delete(f"{path}/{item['key']}"), 404)
    problem(rest(rita).form(f"/tickets/{theirs.number}/attachments", {"files": [file()]}), 404)
    assert rest(otto).get(content_of(item)).status_code == 200


@pytest.mark.parametrize("key", ["0" * 32, "x", "..", "a" * 3000, "%00"])
def test_keys_that_are_none(rest, ada, path, key):
    problem(rest(ada).get(f"{path}/{key}/content"), 404)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "files"),
        ({"files": [file("x.exe")]}, "files"),
        ({"files": [file("x.svg", b"<svg onload=alert(1)>")]}, "files"),
        ({"files": [file("seite.html.")]}, "files"),
        ({"files": [file(f"{n}.txt", b"x") for n in range(11)]}, "files"),
        ({"files": [file()], "visibility": "secret"}, "visibility"),
        ({"files": [file()], "ticket": "7"}, "ticket"),
        ({"other": file()}, "other"),
    ],
)
def test_what_is_not_taken(rest, rita, path, fields, wrong):
    for value in fields.get("files", []):
        value.seek(0)
    assert wrong in fields_of(problem(rest(rita).form(path, fields), 422))
    assert not Attachment.objects.exists()


def test_too_large_files_and_requests(rest, rita, path, settings):
    settings.FLOWTIC_MAX_UPLOAD = 100
    assert fields_of(problem(rest(rita).form(path, {"files": [file("a.txt", b"x" * 101)]}), 422)) == {"files"}
    settings.FLOWTIC_MAX_BODY = 300
    problem(rest(rita).form(path, {"files": [file("a.txt", b"x" * 400)]}), 413, "body_too_large")
    assert not Attachment.objects.exists()


def test_upload_limit_per_hour(rest, rita, path, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "upload": (1, 3600)}
    answer = rest(rita).form(path, {"files": [file(), file("b.png")]})
    problem(answer, 429, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= 3600


def test_a_lost_file_is_said_so(rest, rita, path):
    from django.core.files.storage import default_storage

    item = rest(rita).form(path, {"files": [file()]}).json()["results"][0]
    default_storage.delete(Attachment.objects.get(key=item["key"]).path)
    problem(rest(rita).get(content_of(item)), 404)
