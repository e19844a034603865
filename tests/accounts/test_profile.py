"""One's own profile, preferences and picture."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.commands.avatars import avatar_path
from flowtic.core.models import Event

PROFILE = {
    "name": "Rita Reiter",
    "phone": "+49 221 5550",
    "language": "de",
    "time_zone": "Asia/Tokyo",
    "theme": "dark",
    "density": "comfortable",
}


def test_the_profile_is_saved(logged_in, rita):
    client = logged_in(rita)
    assert client.post("/me/profile", PROFILE)["Location"] == "/me/profile"
    rita.refresh_from_db()
    assert {name: getattr(rita, name) for name in PROFILE} == PROFILE
    page = client.get("/me/profile").content.decode()
    assert '<html lang="de" data-theme="dark" data-density="comfortable">' in page
    assert client.cookies["theme"].value == "dark"


def test_nothing_else_can_be_set(logged_in, rita):
    """AUTH-01: the row is the same afterwards, whatever the request carries."""
    extra = {
        "role": ["user", "admin"], "state": "suspended", "is_active": "0", "is_staff": "1", "is_superuser": "1",
        "email": "evil@example.test", "password": "x", "id": "1", "pk": "1", "owner": "1", "groups[]": "1",
        "departments": "1", "leads": "1", "avatar_key": "../x", "created_at": "2001-01-01", "reason": "x",
    }  # fmt: skip
    before = {name: getattr(rita, name) for name in ("role", "state", "email", "password", "avatar_key", "created_at")}
    logged_in(rita).post("/me/profile", {**PROFILE, **extra})
    rita.refresh_from_db()
    assert rita.phone == PROFILE["phone"]  # the control: the form itself works
    assert before == {name: getattr(rita, name) for name in before}
    assert (rita.is_staff, rita.is_superuser, rita.memberships.count()) == (False, False, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("phone", "call me"), ("time_zone", "Mars/Olympus"), ("language", "xx"), ("theme", "pink")],
)
def test_a_wrong_field_keeps_everything_typed(logged_in, rita, field, value):
    answer = logged_in(rita).post("/me/profile", {**PROFILE, "phone": "+49 30 777", field: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="id_{field}_error"' in text
    assert "+49 30 777" in text or field == "phone"
    rita.refresh_from_db()
    assert rita.theme == "system"


def test_one_field_is_checked_while_typing(logged_in, rita):
    client = logged_in(rita)
    wrong = client.post("/me/profile/validate?field=phone", {**PROFILE, "phone": "call me"})
    assert wrong.status_code == 422
    assert "area code" in wrong.content.decode()
    assert "<html" not in wrong.content.decode()
    right = client.post("/me/profile/validate?field=phone", PROFILE)
    assert right.status_code == 200
    assert "id_phone_error" not in right.content.decode()
    assert client.post("/me/profile/validate?field=password", PROFILE).status_code == 400
    rita.refresh_from_db()
    assert rita.phone == ""


def test_preferences_from_the_menu(logged_in, rita):
    client = logged_in(rita)
    assert client.post("/me/preferences", {"theme": "dark"}, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert client.post("/me/preferences", {"language": "de", "next": "/people/1"})["Location"] == "/people/1"
    assert client.post("/me/preferences", {"theme": "pink"}).status_code == 422
    assert client.post("/me/preferences", {"language": "xx"}).status_code == 400
    assert client.post("/me/preferences", {}).status_code == 400
    rita.refresh_from_db()
    assert (rita.theme, rita.language) == ("dark", "de")


# ---- pictures ---------------------------------------------------------------------------------------
def picture(size=(300, 200), form="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def upload(client, content, name="me.png", kind="image/png"):
    return client.post("/me/profile/avatar", {"avatar": SimpleUploadedFile(name, content, kind)})


def stored(person):
    person.refresh_from_db()
    with default_storage.open(avatar_path(person.avatar_key)) as file:
        return file.read()


def test_a_picture_is_made_new_and_handed_out_safely(logged_in, rita, otto):
    client = logged_in(rita)
    assert upload(client, picture()).status_code == 302
    image = Image.open(io.BytesIO(stored(rita)))
    assert (image.format, image.size) == ("WEBP", (256, 256))
    answer = logged_in(otto).get(rita.avatar_url)
    assert b"".join(answer) == stored(rita)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get(rita.avatar_url)["Location"].startswith("/accounts/login/")


def test_a_new_picture_replaces_the_old_file(logged_in, rita, worker):
    client = logged_in(rita)
    upload(client, picture())
    rita.refresh_from_db()
    old = rita.avatar_key
    with worker():
        upload(client, picture((50, 50)))
    assert not default_storage.exists(avatar_path(old))
    with worker():
        client.post("/me/profile/avatar", {"remove": "1"})
    rita.refresh_from_db()
    assert rita.avatar_key == ""
    assert default_storage.listdir("avatars")[1] == []
    assert client.get(f"/avatars/{old}.webp").status_code == 404


def test_no_place_and_no_camera_stays_in_a_picture(logged_in, rita):
    """FILE-07"""
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 56.0, 29.0), 3: "E", 4: (6.0, 57.0, 25.0)})
    content = picture(form="JPEG", exif=exif)
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)  # the control: it was there
    assert upload(logged_in(rita), content, "me.jpg", "image/jpeg").status_code == 302
    made = stored(rita)
    assert not dict(Image.open(io.BytesIO(made)).getexif())
    assert b"CameraMaker" not in made
    assert b"EXIF" not in made


def test_a_polyglot_loses_its_second_nature(logged_in, rita):
    script = b"/*<script>alert(1)</script>*/=1;alert(document.domain)//"
    for content, name in ((picture(form="GIF", comment=script), "a.gif"), (picture() + script, "b.png")):
        assert script in content
        assert upload(logged_in(rita), content, name).status_code == 302
        assert b"alert" not in stored(rita)


REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>',
    "svg that claims to be a picture": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"<html><script>alert(1)</script></html>",
    "tiff": picture(form="TIFF"),
    "bmp": picture(form="BMP"),
    "cut off": picture()[:90],
    "empty": b"",
    "gif and script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(logged_in, rita, content):
    answer = upload(logged_in(rita), content)
    assert answer.status_code == 422
    rita.refresh_from_db()
    assert rita.avatar_key == ""


def bomb(width, height):
    """A PNG whose header promises more than anybody wants to decode; its data would be all zeros."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 2000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (10_000, 9_000), (5_001, 5_000), (60_000, 15_000)])
def test_pictures_with_too_many_pixels_are_refused_before_they_are_decoded(logged_in, rita, size, monkeypatch):
    """FILE-04: 900 million pixels, and just above the limit of 25 million."""
    monkeypatch.setattr(Image.Image, "thumbnail", lambda *args: pytest.fail("decoded"))
    answer = upload(logged_in(rita), bomb(*size))
    assert answer.status_code == 422
    assert "too many pixels" in answer.content.decode()


def test_the_largest_allowed_picture_works(logged_in, rita):
    assert upload(logged_in(rita), picture((5_000, 5_000))).status_code == 302


def test_more_than_five_megabytes_are_refused(logged_in, rita):
    answer = upload(logged_in(rita), picture() + b"\0" * (5 * 1024 * 1024))
    assert answer.status_code == 422
    assert "5 MB" in answer.content.decode()


def test_changes_are_written_down(logged_in, rita):
    client = logged_in(rita)
    client.post("/me/profile", PROFILE)
    upload(client, picture())
    changes = [event.changes for event in Event.objects.filter(name="person.changed").order_by("pk")]
    assert {"field": "phone", "old": "", "new": "+49 221 5550"} in changes[0]
    assert changes[1] == [{"field": "avatar", "old": False, "new": True}]


def test_two_people_do_not_share_a_profile(logged_in, rita, otto):
    logged_in(rita).post("/me/profile", PROFILE)
    otto.refresh_from_db()
    assert (otto.phone, otto.name) == ("", "Otto Fremd")
