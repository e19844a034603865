"""FILE-02, -06, -09, XSS-04, SSRF, INJ-09: bodies that are too much, drawings as pictures, kills in the middle."""

import ast
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from desk import schedule
from desk.commands import add_comment, attach_files
from desk.models import Attachment
from flowtic.core.models import Lease
from tests.abuse.doors import everything

ROOT = Path(__file__).resolve().parents[2]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="http://127.0.0.1:1/x"/></svg>'


def put(client, content, name="me.png", content_type="image/png"):
    return client.post("/me/profile/avatar", {"avatar": SimpleUploadedFile(name, content, content_type)})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("me.svg", SVG),
        ("me.png", SVG),
        ("me.svgz", zlib.compress(SVG)),
        ("me.png", b"<html><script>alert(1)</script>"),
        ("me.png", b"GIF89a" + b"<script>alert(1)</script>"),
        ("me.png", b""),
        ("me.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"),
    ],
    ids=range(7),
)
def test_xss_04_ssrf_04_no_drawing_becomes_an_avatar(web, rita, name, content):
    """Nothing is fetched from an address either: the picture is what was uploaded, decoded here."""
    assert put(web(rita), content, name, "image/svg+xml").status_code == 422
    assert User.objects.get(pk=rita.pk).avatar_key == ""


def test_file_06_bodies_that_are_too_much(web, rest, rita, alan, ticket, settings):
    client, path = web(rita), f"/portal/tickets/{ticket.number}/comments"
    many_fields = {f"f{n}": "x" for n in range(10_000)}
    many_files = {"files": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(1_000)], "body": "x"}
    assert client.post(path, many_fields).status_code in (400, 413)
    assert client.post(path, many_files).status_code in (400, 413)
    assert client.post(path, {"body": "x" * 3_000_000}).status_code in (400, 413, 422)
    assert rest(rita).form(f"/tickets/{ticket.number}/comments", many_files).status_code in (400, 413, 422)
    long = rest(rita).client.post("/api/v1/tickets", "{" + " " * 3_000_000 + "}", content_type="application/json")
    assert long.status_code in (400, 413)
    for broken in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 500,
    ):
        assert client.post(path, b"--b\r\n\r\n--b--", content_type=broken).status_code in (400, 413, 422)
    assert (ticket.comments.count(), Attachment.objects.count()) == (0, 0)
    assert not default_storage.exists("attachments")
    assert client.post(path, {"body": "x"}).status_code == 302
    assert web(alan).get("/tickets").status_code == 200


@pytest.mark.parametrize("name", ["../../x", "..%2f..%2fx", "/etc/passwd", "..\\x", "%00", "x" * 64])
def test_file_02_names_in_addresses_are_no_paths(web, rest, alan, rita, ticket, name, as_web):
    keep = attach_files(as_web(rita), ticket, files=[SimpleUploadedFile("a.txt", b"x")], internal=False)[0]
    for client, path in (
        (web(alan), "/tickets/{}/files/{}/removal"),
        (rest(alan).client, "/api/v1/tickets/{}/attachments/{}"),
    ):
        for method in ("post", "delete"):
            assert getattr(client, method)(path.format(ticket.number, name)).status_code in (404, 405)
    assert web(rita).get(f"/avatars/{name}.webp").status_code == 404
    assert web(rita).get(f"/static/{name}").status_code == 404
    assert default_storage.exists(keep.path)
    assert web(alan).post(f"/tickets/{ticket.number}/files/{keep.key}/removal").status_code == 302
    assert not Attachment.objects.exists()


def test_file_09_what_a_kill_leaves_behind_is_swept(as_web, rita, web, ticket, monkeypatch):
    """Killed after the file and before the row; and a row whose file is gone is a plain refusal."""
    kept = add_comment(
        as_web(rita), ticket, body="x", internal=False, files=[SimpleUploadedFile("a.txt", b"x")]
    ).attachments.get()

    def killed(*_args, **_kwargs):
        raise SystemExit

    monkeypatch.setattr(Attachment, "save", killed)
    with pytest.raises(SystemExit):
        attach_files(as_web(rita), ticket, files=[SimpleUploadedFile("b.txt", b"x")], internal=False)
    monkeypatch.undo()
    assert Attachment.objects.count() == 1
    folders = default_storage.listdir("attachments")[0]
    paths = [
        f"attachments/{folder}/{name}"
        for folder in folders
        for name in default_storage.listdir(f"attachments/{folder}")[1]
    ]
    assert len(paths) == 2
    assert schedule.remove_orphan_files() == 0  # young: its transaction may still run
    Lease.objects.all().delete()
    monkeypatch.setattr(schedule, "_age", lambda _path: timedelta(days=2))
    assert schedule.remove_orphan_files() == 1
    assert default_storage.exists(kept.path)
    default_storage.delete(kept.path)
    assert web(rita).get(kept.get_absolute_url()).status_code == 404
    assert "a.txt" in everything(web(rita).get(f"/portal/tickets/{ticket.number}"))
    assert timezone.now() > kept.created_at


# Libraries that open connections, read XML or build objects from bytes.
DANGEROUS = {"requests", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request", "ftplib", "telnetlib"}
DANGEROUS |= {"xml", "lxml", "defusedxml", "pickle", "marshal", "shelve", "dill", "yaml", "openpyxl", "docx"}
# Asks its own installation whether it is well; no address comes from a person.
OWN = {"flowtic/processes/probe.py"}


def test_ssrf_03_inj_09_nothing_fetches_addresses_or_reads_xml():
    """As long as this holds there is no server-side request to forge and no XML entity to expand."""
    found, seen = {}, 0
    for app in ("flowtic", "accounts", "desk"):
        for path in (ROOT / app).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if "node_modules" in path.parts or name in OWN:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                seen += len(names)
                bad = [n for n in names if n in DANGEROUS or n.split(".")[0] in DANGEROUS]
                if bad:
                    found[name] = bad
    assert seen > 500
    assert found == {}
