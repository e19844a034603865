"""Statuses, transitions, priorities, tags and request types in Django admin: written by the commands."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from desk.models import Priority, RequestType, Status, Tag, TicketTemplate
from flowtic.core.models import Event
from tests.factories import PASSWORD


@pytest.fixture
def admin(ada):
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    return client


def events(name):
    return Event.objects.filter(name=name)


def status_form(status, **changes):
    names = ("name_de", "name_en", "category", "kind", "position")
    ways = {
        f"ways_of_{role}": list(status.ways_out.filter(role=role).values_list("target_id", flat=True))
        for role in User.Role.values
    }
    return {**{name: getattr(status, name) for name in names}, "active": "on", **ways, **changes}


def test_a_status_is_renamed_and_its_ways_are_set(admin, db):
    status, closed = Status.objects.get(key="assigned"), Status.objects.get(key="closed")
    form = status_form(status, name_de="Vergeben", ways_of_user=[closed.pk], ways_of_agent=[closed.pk])
    assert admin.post(f"/admin/desk/status/{status.pk}/change/", {**form, "key": "hacked"}).status_code == 302
    status.refresh_from_db()
    assert (status.key, status.name_de) == ("assigned", "Vergeben")
    assert set(status.ways_out.values_list("role", "target__key")) >= {("user", "closed")}
    assert list(status.ways_out.filter(role="agent").values_list("target__key", flat=True)) == ["closed"]
    trapped = status_form(status, ways_of_agent=[])  # nobody who works tickets may be stuck
    assert admin.post(f"/admin/desk/status/{status.pk}/change/", trapped).status_code == 200
    assert status.ways_out.filter(role="agent").exists()
    assert status.ways_out.filter(role="support").exists()
    assert [event.changes[0]["field"] for event in events("configuration.changed").order_by("pk")] == [
        "name_de",
        "transitions",
    ]


def test_a_status_in_use_keeps_its_category_and_stays(admin, ticket):
    status = ticket.status
    refused = admin.post(f"/admin/desk/status/{status.pk}/change/", status_form(status, category="closed"))
    assert "its category is fixed" in refused.content.decode()
    url = f"/admin/desk/status/{status.pk}/delete/"
    assert "protected" in admin.get(url).content.decode() or admin.get(url).status_code == 200
    admin.post(url, {"post": "yes"})
    status.refresh_from_db()
    assert status.category == "pending_assignment"


def test_a_new_status(admin, db):
    form = {
        "key": "on_hold",
        "name_de": "Angehalten",
        "name_en": "On hold",
        "category": "waiting",
        "kind": "waiting_requester",
    }
    target = Status.objects.get(key="closed")
    assert (
        admin.post(
            "/admin/desk/status/add/", {**form, "position": "9", "active": "on", "ways_of_admin": [target.pk]}
        ).status_code
        == 302
    )
    made = Status.objects.get(key="on_hold")
    assert list(made.ways_out.values_list("role", "target__key")) == [("admin", "closed")]
    admin.post(f"/admin/desk/status/{made.pk}/delete/", {"post": "yes"})
    assert not Status.objects.filter(key="on_hold").exists()
    assert events("configuration.changed").count() == 3


def test_priorities_are_four(admin, db):
    assert admin.get("/admin/desk/priority/add/").status_code == 403
    assert (
        admin.post(
            "/admin/desk/priority/1/change/", {"name_de": "Egal", "name_en": "Whatever", "color": "", "key": "x"}
        ).status_code
        == 302
    )
    assert (Priority.objects.get(pk=1).key, Priority.objects.get(pk=1).name_en) == ("low", "Whatever")
    assert admin.post("/admin/desk/priority/1/delete/", {"post": "yes"}).status_code == 403
    assert Priority.objects.count() == 4


def test_tags_and_request_types(admin, it):
    assert admin.post("/admin/desk/tag/add/", {"name": "vpn"}).status_code == 302
    tags = [Tag.objects.get(name="vpn").pk]
    admin.post("/admin/desk/tag/", {"action": "delete_selected", "_selected_action": tags, "post": "yes"})
    assert not Tag.objects.filter(name="vpn").exists()
    form = {
        "key": "laptop",
        "name_de": "Laptop",
        "name_en": "Laptop",
        "active": "on",
        "department": it.pk,
        "position": 0,
    }
    wrong = admin.post("/admin/desk/requesttype/add/", {**form, "schema": '{"fields": [{"key": "a b"}]}'})
    assert wrong.status_code == 200
    assert not RequestType.objects.exists()
    assert admin.post("/admin/desk/requesttype/add/", {**form, "schema": "{}"}).status_code == 302
    assert RequestType.objects.get().department == it
    assert events("configuration.changed").count() == 3


def test_a_form_is_pasted_or_uploaded_and_each_is_a_version(admin, it):
    words = {"key": "move", "name_de": "Umzug", "name_en": "Move", "active": "on", "position": 0, "public_link": "on"}
    pasted = {**words, "schema": '{"fields": [{"key": "room"}]}', "note": "First"}
    assert admin.post("/admin/desk/requesttype/add/", pasted).status_code == 302
    row = RequestType.objects.get()
    assert (row.live_version.number, row.live_version.note) == (1, "First")
    url = f"/admin/desk/requesttype/{row.pk}/change/"
    page = admin.get(url).content.decode()
    assert f"/request/{row.public_key}" in page
    for content, said in ((b"{", "no JSON document"), (b'{"fields": [{"key": "A"}]}', "fields.0.key")):
        wrong = admin.post(url, {**pasted, "schema_file": SimpleUploadedFile("form.json", content)})
        assert said in wrong.content.decode()
    form = SimpleUploadedFile("form.json", b'{"pages": [{"key": "a", "fields": [{"key": "room", "required": true}]}]}')
    assert admin.post(url, {**pasted, "schema_file": form}).status_code == 302
    row.refresh_from_db()
    assert (row.live_version.number, row.schema["pages"][0]["key"]) == (2, "a")
    assert admin.get("/admin/desk/formversion/").status_code == 200


def test_ticket_templates(admin, it):
    form = {"key": "vpn", "name_de": "VPN", "name_en": "VPN", "active": "on", "department": it.pk, "subject": "VPN"}
    assert admin.post("/admin/desk/tickettemplate/add/", {**form, "fields": "{}", "tags": '["net"]'}).status_code == 302
    assert TicketTemplate.objects.get().tags == ["net"]
    wrong = admin.post("/admin/desk/tickettemplate/add/", {**form, "key": "b", "fields": '{"x": 1}', "tags": "[]"})
    assert wrong.status_code == 200
    assert TicketTemplate.objects.count() == 1
