"""The administration's pages about tickets: who gets in, what they show, what they refuse."""

import pytest
from django.test import Client

from desk.commands import change_fields
from desk.commands.configuration import create_status
from desk.models import Priority, Status, Tag, TicketTemplate
from desk.transitions import all_ways
from flowtic.core import settings_home
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Job
from tests.factories import make_ticket


def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def admin(ada):
    return browser(ada)


@pytest.fixture
def objects(ada, db):
    system = Actor(ada, "web")
    status = create_status(system, key="parts", name_de="Teile", name_en="Parts", category="waiting", kind="new")
    tag = Tag.objects.create(name="wlan")
    template = TicketTemplate.objects.create(key="t", name_de="t", name_en="Laptop")
    return [
        *(("get", f"/settings/statuses/{status.pk}"), ("post", f"/settings/statuses/{status.pk}/retirement")),
        *(("post", f"/settings/statuses/{status.pk}/revival"), ("post", f"/settings/statuses/{status.pk}/place")),
        *(("get", f"/settings/tags/{tag.pk}"), ("post", f"/settings/tags/{tag.pk}/name")),
        *(("post", f"/settings/tags/{tag.pk}/merge"), ("get", f"/settings/templates/{template.pk}")),
        *(("post", f"/settings/tags/{tag.pk}/removal"), ("post", f"/settings/templates/{template.pk}/removal")),
        ("post", f"/settings/statuses/{status.pk}/removal"),
    ]


def test_only_admins_and_only_with_a_csrf_token(objects, alan, lea, sven, rita, admin, ada):
    for method, url in objects:
        for person in (alan, lea, sven, rita):
            assert getattr(browser(person), method)(url).status_code == 403, (person, url)
        assert getattr(Client(), method)(url).headers["Location"].startswith("/accounts/login/"), url
        if method == "post":
            strict = Client(enforce_csrf_checks=True)
            strict.force_login(ada)
            assert strict.post(url).status_code == 403, url
    for method, url in objects:  # removals stand last
        assert getattr(admin, method)(url).status_code in (200, 302, 422), url


# ---- start page --------------------------------------------------------------------------


def test_the_start_page_tells_what_is_wrong_and_survives_a_broken_tile(
    admin, pia, it, monkeypatch, django_assert_max_num_queries
):
    def broken(actor):
        raise RuntimeError("no such table: secret_table")

    monkeypatch.setitem(
        settings_home._tiles,
        "broken",
        settings_home.Tile("broken", "Broken", "x", "core:outbox", "system", read=broken),
    )
    admin.get("/settings")
    with django_assert_max_num_queries(42):
        page = admin.get("/settings").content.decode()
    for words in ("1 account waits", "without members", "First steps", "This could not be read", "Broken"):
        assert words in page, words
    assert "secret_table" not in page


def test_tiles_ask_little(ada, django_assert_max_num_queries):
    # 15 and those of the demo's step, and of the two kinds of work.
    with django_assert_max_num_queries(26):
        settings_home.home(Actor(ada, "web"))


def test_the_checklist_is_put_away_and_brought_back(admin):
    admin.post("/settings/checklist", {"away": "1"})
    page = admin.get("/settings").content.decode()
    assert "First steps" not in page
    assert "Show the checklist again" in page
    admin.post("/settings/checklist", {"away": "0"})
    assert "First steps" in admin.get("/settings").content.decode()


@pytest.mark.parametrize(
    ("words", "place"), [("smtp", "Mail"), ("LABELS merge", "Tags"), ("dead letters", "Deliveries")]
)
def test_settings_are_found_by_other_names(admin, words, place):
    found = admin.get("/settings", {"q": words}, headers={"HX-Request": "true"}).content.decode()
    assert f'<span class="font-semibold">{place}</span>' in found
    assert "<html" not in found


def test_in_german_both_languages_find(admin, ada):
    ada.language = "de"
    ada.save()
    assert "/settings/tags" in admin.get("/settings?q=labels").content.decode()
    assert "/settings/tags" not in admin.get("/settings?q=xyzzy", headers={"HX-Request": "true"}).content.decode()


def test_secrets_are_never_among_the_settings(admin, settings, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://u:geheim-1@db/x")
    monkeypatch.setenv("FLOWTIC_SECRET_KEY", "geheim-2")
    settings.REDIS_URL = "redis://:geheim-3@cache:6379/0"
    settings.EMAIL_HOST_PASSWORD = "geheim-4"
    page = admin.get("/settings/system").content.decode()
    assert "geheim" not in page
    assert settings.SECRET_KEY not in page
    assert "cache:6379/0" in page


def test_every_documented_variable_is_shown():
    import re
    from pathlib import Path

    from flowtic.core.system_settings import GROUPS

    text = (Path(__file__).parents[3] / "docs/configuration.md").read_text(encoding="utf-8")
    documented = set(
        re.findall(
            r"`([A-Z][A-Z_]+)`", "\n".join(row.split("|")[1] for row in text.splitlines() if row.startswith("| `"))
        )
    )
    assert documented == {row.name for rows in GROUPS.values() for row in rows}


# ---- statuses, priorities, tags, templates --------------------------------------------------


def test_the_grid_keeps_what_was_ticked_when_it_is_refused(admin):
    page = admin.get("/settings/statuses/transitions?role=agent").content.decode()
    assert page.count('scope="col"') == 10
    assert page.count('scope="row"') == 9
    waiting = Status.objects.get(key="waiting_requester").pk
    ways = {way for way in all_ways().by_role["agent"] if way[0] != waiting}
    answer = admin.post("/settings/statuses/transitions?role=agent", {"way": [f"{a}-{b}" for a, b in ways]})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing would lead out of “Waiting for reply”" in text
    assert text.count(" checked") == len(ways)
    assert admin.post("/settings/statuses/transitions?role=agent", {"way": ["x", "1-", "9" * 40]}).status_code == 409


def test_a_status_is_made_moved_renamed_and_ended(admin, rita, it):
    sent = {"name_de": "Teile", "name_en": "Parts", "category": "waiting", "kind": "waiting_approval", "key": "parts"}
    assert admin.post("/settings/statuses/new", {**sent, "key": "Not a key"}).status_code == 422
    admin.post("/settings/statuses/new", sent)
    row = Status.objects.get(key="parts")
    admin.post(f"/settings/statuses/{row.pk}/place", {"to": "up"})
    assert list(Status.objects.values_list("key", flat=True))[-2:] == ["parts", "rejected"]
    admin.post(f"/settings/statuses/{row.pk}", {**sent, "name_en": "Waiting for parts"})
    assert Status.objects.get(pk=row.pk).name_en == "Waiting for parts"
    make_ticket(rita, it, status="parts")
    page = admin.post(f"/settings/statuses/{row.pk}/retirement", {})
    assert page.status_code == 422
    assert "Tickets are in this status." in page.content.decode()
    other = Status.objects.get(key="waiting_requester")
    assert admin.post(f"/settings/statuses/{row.pk}/retirement", {"successor": other.pk}).status_code == 302
    assert not Status.objects.get(pk=row.pk).active


def test_priorities_keep_their_four_ranks(admin):
    fields = {
        f"{row.key}-{name}": getattr(row, name)
        for row in Priority.objects.all()
        for name in ("name_de", "name_en", "color")
    }
    fields |= {"urgent-name_en": "Critical", "low-name_de": ""}
    answer = admin.post("/settings/priorities", fields)
    assert answer.status_code == 422  # the empty name; the other row is saved
    assert Priority.objects.get(key="urgent").name_en == "Critical"
    assert Priority.objects.count() == 4


def test_tags_are_found_renamed_and_merged(admin, ticket, sven):
    change_fields(Actor(sven, "web"), ticket, tags=["wlan", "drucker", "<b>x"])
    page = admin.get("/settings/tags?q=WLA").content.decode()
    assert "wlan" in page
    assert "drucker" not in page
    wlan, printer = Tag.objects.get(name="wlan"), Tag.objects.get(name="drucker")
    refused = admin.post(f"/settings/tags/{wlan.pk}/name", {"name": "Drucker"})
    assert refused.status_code == 422
    assert admin.post(f"/settings/tags/{wlan.pk}/merge", {"into": "nothing"}).status_code == 422
    admin.post(f"/settings/tags/{wlan.pk}/merge", {"into": " Drucker "})
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["<b>x", "drucker"]
    assert "&lt;b&gt;x" in admin.get(f"/settings/tags/{printer.pk}").content.decode()


def test_a_template_is_made_and_changed(admin):
    sent = {
        "key": "laptop",
        "name_de": "Laptop",
        "name_en": "Laptop",
        "subject": "New laptop",
        "tags": "It, new",
        "active": "on",
    }
    assert admin.post("/settings/templates/new", sent).status_code == 302
    row = TicketTemplate.objects.get(key="laptop")
    assert row.tags == ["it", "new"]
    assert admin.post("/settings/templates/new", sent).status_code == 422
    del sent["active"]
    admin.post(f"/settings/templates/{row.pk}", {**sent, "subject": "Laptop for"})
    row.refresh_from_db()
    assert (row.subject, row.active) == ("Laptop for", False)


# ---- record of changes ------------------------------------------------------------------------


def test_the_record_is_filtered_paged_and_readable(admin, ticket, sven, alan, ada):
    change_fields(Actor(sven, "api"), ticket, subject='=HYPERLINK("x")', priority=Priority.objects.get(key="high"))
    page = admin.get("/settings/audit", {"ticket": ticket.number.lower(), "what": "ticket.changed"}).content.decode()
    assert "<del>Normal</del>" in page
    assert "<ins>High</ins>" in page
    assert "API" in page
    none = admin.get("/settings/audit", {"ticket": ticket.number, "door": "web", "what": "ticket.changed"})
    assert "Nothing is recorded" in none.content.decode()
    assert "Sven Support" in admin.get("/settings/audit?who=sven.support@").content.decode()
    assert "Nothing is recorded" in admin.get("/settings/audit?who=nobody-here").content.decode()
    assert "Nothing is recorded" in admin.get("/settings/audit?last=2001-01-01").content.decode()
    assert admin.get("/settings/audit?first=nonsense").status_code == 400
    assert admin.get("/settings/audit?first=2026-02-30").status_code == 400
    assert admin.get("/settings/audit?cursor=nonsense").status_code == 400
    about = admin.get("/settings/audit", {"subject": f"ticket {ticket.pk}"}).content.decode()
    assert "ticket.created" in about
    assert "person." not in about.split("<tbody>")[1]
    with_null = admin.get("/settings/audit", {"who": "a\0b", "ticket": "'", "subject": "x" * 300})
    assert with_null.status_code == 200


def test_pages_of_the_record_neither_repeat_nor_miss(admin, rita, it, monkeypatch):
    monkeypatch.setattr("desk.audit_log.PAGE_SIZE", 3)
    for _number in range(4):
        make_ticket(rita, it)
    import re

    seen, url = [], "/settings/audit"
    while url:
        page = admin.get(url).content.decode()
        seen += re.findall(r'id="event-(\d+)"', page)
        more = re.search(r'href="(\?[^"]*cursor=[^"]+)" rel="next"', page)
        url = f"/settings/audit{more.group(1)}" if more else ""
    assert len(seen) == len(set(seen)) == Event.objects.count()


def test_the_export_cannot_calculate_and_is_recorded_itself(admin, ticket, sven, alan):
    change_fields(Actor(sven, "web"), ticket, subject='=HYPERLINK("http://x")')
    answer = admin.post("/settings/audit/export", {"ticket": ticket.number})
    text = b"".join(answer.streaming_content).decode()
    assert text.count("\n") >= 3
    for line in text.splitlines():
        assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@")) for cell in line.split(",")), line
    event = Event.objects.filter(name="audit.exported").get()
    assert event.data == {"asked": {"ticket": ticket.number}}
    assert admin.get("/settings/audit/export").status_code == 405
    assert browser(alan).post("/settings/audit/export").status_code == 403


def test_what_looks_like_a_secret_is_not_printed(admin, ada, ticket):
    from flowtic.core.events import change, record

    record(Actor(ada, "web"), "configuration.changed", ticket, changes=[change("api_key", None, "geheim-5")])
    record(Actor(ada, "web"), "configuration.changed", ticket, changes=[change("subject", "█████", "x")])
    page = admin.get("/settings/audit").content.decode()
    assert "geheim-5" not in page
    assert "•••" in page
    assert "blacked out" in page
    assert "geheim-5" not in b"".join(admin.post("/settings/audit/export").streaming_content).decode()


def test_the_check_of_the_chain_tells_what_it_found(admin, ticket, django_capture_on_commit_callbacks):
    from flowtic.core.audit import seal_new_events

    seal_new_events()
    with django_capture_on_commit_callbacks(execute=True):
        admin.post("/settings/audit/check")
    assert Job.objects.get(kind="desk.audit_check").progress["event"] is None
    assert "entries are unchanged" in admin.get("/settings/audit").content.decode()
    from django.db import connection

    victim = Event.objects.order_by("pk").first()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_event SET via = 'cli' WHERE id = %s", [victim.pk])
    with django_capture_on_commit_callbacks(execute=True):
        admin.post("/settings/audit/check")
    assert f"The chain is broken at entry {victim.pk}" in admin.get("/settings/audit").content.decode()
