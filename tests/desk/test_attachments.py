"""Uploads: FILE-01 to -03, XSS-03 to -05, IDOR-02. Names, content and the way out, each with its positive control."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from desk.commands import attach_files
from flowtic.core.errors import Invalid
from flowtic.core.uploads import disposition

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\x0f\x00\x00\x01\x01\x00\x05\x18\xd8N\x00\x00\x00\x00IEND\xaeB`\x82"
)
GIF_JS = b"GIF89a/*\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00*/=1;alert(1)//\x00;"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def upload(as_web, rita, ticket):
    """`upload(name, content)` keeps a file at Rita's ticket and returns its row."""

    def keep(name, content=b"text", content_type="application/octet-stream"):
        file = SimpleUploadedFile("x", content, content_type)
        file.__dict__["_name"] = name  # past Django's own cleaning: other doors may not have it
        return attach_files(as_web(rita), ticket, files=[file], internal=False)[0]

    return keep


@pytest.fixture
def rita_web(rita):
    client = Client()
    client.force_login(rita)
    return client


def body_of(answer):
    return b"".join(answer.streaming_content)


# ---- who gets it -------------------------------------------------------------------------


def test_the_requester_gets_the_file(upload, rita_web):
    answer = rita_web.get(upload("report.log", b"E-403").get_absolute_url())
    assert body_of(answer) == b"E-403"
    assert answer["Content-Length"] == "5"


@pytest.mark.parametrize("person", ["otto", "hanna"])
def test_strangers_get_nothing(person, upload, request):
    item, client = upload("report.log"), Client()
    client.force_login(request.getfixturevalue(person))
    for url in (item.get_absolute_url(), f"{item.get_absolute_url()}?inline=1"):
        assert client.get(url).status_code == 404
    assert client.get(f"/attachments/{'0' * 32}").status_code == 404


def test_visitors_are_asked_to_log_in(upload):
    url = upload("report.log").get_absolute_url()
    assert Client().get(url)["Location"] == f"{reverse('account_login')}?next={url}"


def test_rights_are_asked_at_every_download(upload, alan):
    item, client = upload("report.log"), Client()
    client.force_login(alan)
    assert client.get(item.get_absolute_url()).status_code == 200
    alan.memberships.all().delete()
    assert client.get(item.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("key", ["..%2f..%2fsecret_key", "%2e%2e", "..", "a/../../b", "%00", "'", "x" * 5000])
def test_the_address_is_no_path(key, rita_web):
    assert rita_web.get(f"/attachments/{key}").status_code == 404


def test_keys_cannot_be_guessed(upload):
    keys = {upload(f"{n}.txt").key for n in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_files_are_not_changed_through_their_address(upload, rita_web):
    url = upload("report.log").get_absolute_url()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(rita_web, method)(url).status_code == 405
    assert rita_web.get(url).status_code == 200


def test_a_file_that_is_gone_is_a_plain_404(upload, rita_web):
    item = upload("report.log")
    default_storage.delete(item.path)
    assert rita_web.get(item.get_absolute_url()).status_code == 404


# ---- how it goes out ---------------------------------------------------------------------

ISOLATED = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "X-Frame-Options": "DENY",
}


def test_every_answer_is_isolated(upload, rita_web):
    for item, query in ((upload("a.png", PNG), "?inline=1"), (upload("a.png", PNG), ""), (upload("a.txt"), "")):
        answer = rita_web.get(f"{item.get_absolute_url()}{query}")
        assert {name: answer[name] for name in ISOLATED} == ISOLATED


@pytest.mark.parametrize(
    ("query", "kind"), [("?inline=1", "inline"), ("", "attachment"), ("?inline=yes", "attachment")]
)
def test_pictures_are_shown_when_asked_for(query, kind, upload, rita_web):
    answer = rita_web.get(f"{upload('a.png', PNG).get_absolute_url()}{query}")
    assert answer["Content-Disposition"].startswith(f"{kind};")
    assert answer["Content-Type"] == "image/png"
    assert body_of(answer) == PNG


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.txt", HTML),
        ("page.png", HTML),
        ("drawing.png", SVG),
        ("drawing.svgx", SVG),
        ("drawing.bin", b"\x1f\x8b\x08\x00" + b"\x00" * 20),
        ("paper.pdf", b"%PDF-1.7\n"),
        ("data.xml", b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></x>"),
    ],
)
def test_nothing_but_pictures_is_ever_shown(name, content, upload, rita_web):
    """XSS-04, XSS-05: a page or drawing under any name and type only comes as a download."""
    item = upload(name, content, content_type="image/png")
    for query in ("", "?inline=1"):
        answer = rita_web.get(f"{item.get_absolute_url()}{query}")
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["Content-Type"] == "application/octet-stream"
        assert body_of(answer) == content


def test_a_picture_that_is_also_a_script_is_only_a_picture(upload, rita_web):
    answer = rita_web.get(f"{upload('x.gif', GIF_JS).get_absolute_url()}?inline=1")
    assert answer["Content-Type"] == "image/gif"
    assert {name: answer[name] for name in ISOLATED} == ISOLATED


def test_the_content_decides_not_the_ending(upload):
    assert upload("photo.txt", PNG).content_type == "image/png"
    assert upload("photo.png", b"just words").content_type == "application/octet-stream"


# ---- names -------------------------------------------------------------------------------

NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/shadow": "shadow",
    "C:\\temp\\list.txt": "list.txt",
    "%2e%2e%2fx.txt": "%2e%2e%2fx.txt",
    "x\0.png": "x_.png",
    "\u200b.htaccess": "htaccess",
    ".": "file",
    "..": "file",
    "": "file",
    "CON": "CON",
    "a\r\nX-Evil: y.txt": "a__X-Evil: y.txt",
    '"><img src=x onerror=alert(1)>.png': '"><img src=x onerror=alert(1)>.png',
    "invoice\u202efdp.txt": "invoicefdp.txt",
    "\U000e0041note.txt": "_note.txt",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items())
def test_names_are_cleaned_and_files_lie_under_random_ones(name, shown, upload, rita_web, settings):
    item = upload(name)
    assert item.name == shown
    root = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    assert [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()] == [item.path]
    assert re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{32}", item.path)
    answer = rita_web.get(item.get_absolute_url())
    assert unquote(answer["Content-Disposition"].partition("filename*=UTF-8''")[2]) == shown
    assert body_of(answer) == b"text"


@pytest.mark.parametrize(
    "name", ['a"b.txt', "a\r\nX-Evil: 1.txt", "ä€😀.txt", "a;b=c.txt", "'%0d%0a.txt", "\udc80.txt"]
)
def test_the_header_carries_no_character_of_the_name(name):
    header = disposition(name, inline=False)
    assert re.fullmatch(r"attachment; filename=\"attachment\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header)


def test_a_name_is_text_on_the_page(upload, rita_web, ticket):
    upload('"><svg onload=alert(1)>.png', PNG)
    upload("<script>alert(2)</script>.txt")
    page = rita_web.get(reverse("desk:portal_ticket", args=[ticket.number])).content.decode()
    assert "onload=alert(1)>" not in page
    assert "<script>alert(2)" not in page
    assert "&lt;svg onload=alert(1)&gt;.png" in page


def test_a_very_long_name_keeps_its_ending(upload):
    item = upload("A" * 400 + ".txt")
    assert (len(item.name), item.name[-4:]) == (255, ".txt")


# ---- what is not taken -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.EXE",
        "a.exe.",
        "a.exe\u200b",
        "a.php.png",
        "a.html",
        "a.svg",
        "a.js",
        "a.docm",
        "a.lnk",
        "a.hta",
        "x/a.bat",
    ],
)
def test_files_that_run_are_refused_whatever_they_claim(name, upload, ticket):
    with pytest.raises(Invalid) as refused:
        upload(name, PNG, content_type="image/png")
    assert "files" in refused.value.fields
    assert not ticket.attachments.exists()
    assert not default_storage.exists("attachments")
