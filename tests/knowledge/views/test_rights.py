"""Who may open and change what: every address of the knowledge base with every role. Users learn of nothing."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from flowtic.core.actor import Actor
from knowledge.commands import add_files, record_miss, save_draft
from knowledge.models import Article
from tests.factories import PASSWORD

MACHINE = Actor.system("test")
CAST = ("anonymous", "pia", "rita", "alan", "lea", "sven", "ada")
WRITERS = {"sven", "ada"}
READERS = {"alan", "lea", *WRITERS}
USERS = {"rita"}
SECRETS = ("Secret merger handbook", "Quota of the file server", "Old mail archive")


@pytest.fixture
def door(request, client):
    """`door("alan")`: a browser of that person."""

    def open_door(name):
        browser = Client()
        if name != "anonymous":
            assert browser.login(email=request.getfixturevalue(name).email, password=PASSWORD)
        return browser

    return open_door


@pytest.fixture
def base(article, public_article, draft_article, inactive_article, alan, make_article):
    """Rows for every address; the article that is written about is active, internal and has a draft."""
    save_draft(MACHINE, article, rev=None, body="Being written.")
    spare = make_article("Spare", publish=False)
    return {
        "article": article,
        "public": public_article,
        "draft": draft_article,
        "inactive": inactive_article,
        "spare": spare,
        "file": add_files(MACHINE, article, files=[ContentFile(b"x", "a.txt")])[0],
        "public_file": add_files(MACHINE, public_article, files=[ContentFile(b"x", "b.txt")])[0],
        "miss": record_miss(Actor(alan, "web"), text="nothing there", language="en"),
        "category": article.category,
    }


def pages(base):
    """name, address, who may open it."""
    pk = base["article"].pk
    at = lambda name, *args: reverse(f"knowledge:{name}", args=args)  # noqa: E731
    yield "browse", at("browse"), READERS
    yield "insert", at("insert_choices"), READERS
    yield "article", base["article"].get_absolute_url(), READERS
    yield "draft article", base["draft"].get_absolute_url(), WRITERS
    yield "inactive article", base["inactive"].get_absolute_url(), WRITERS
    yield "versions", at("versions", pk), READERS
    yield "version", at("version", pk, 1), READERS
    yield "versions of a draft", at("versions", base["draft"].pk), WRITERS
    yield "file", at("file", base["file"].key), READERS
    yield "public file", at("file", base["public_file"].key), READERS | USERS
    for name in ("new", "gaps", "reviews", "categories"):
        yield name, at(name), WRITERS
    yield "category", at("category", base["category"].pk), WRITERS
    yield "edit", at("edit", pk), WRITERS
    yield "publish", at("publish", pk), WRITERS
    yield "help", at("help"), READERS | USERS
    yield "help article", at("help_article", base["public"].slug), READERS | USERS
    for name in ("article", "draft", "inactive"):
        yield f"help {name}", at("help_article", base[name].slug), set()


def changes(base):
    """name, address, body, who may send it."""
    article = base["article"]
    text = {"title": "t", "body": "b", "category": article.category_id, "tags": "", "rev": 10**6}
    at = lambda name, *args: reverse(f"knowledge:{name}", args=args)  # noqa: E731
    yield "rate", at("rate", article.pk), {"helpful": "yes"}, READERS
    yield "insertion", at("insert", article.pk), {"for": "FT-1", "as": "link"}, READERS
    yield "help rate", at("help_rate", base["public"].slug), {"helpful": "yes"}, READERS | USERS
    yield "new", at("new"), {"title": "n", "language": "en", "category": article.category_id}, WRITERS
    yield "edit", at("edit", article.pk), text, WRITERS
    yield "autosave", at("draft", article.pk), text, WRITERS
    yield "properties", at("properties", article.pk), {"public": "on"}, WRITERS
    yield "files", at("files", article.pk), {}, WRITERS
    yield "file removal", at("file_remove", article.pk, base["file"].key), {}, WRITERS
    yield "publish", at("publish", article.pk), {"rev": article.draft_rev, "note": "n"}, WRITERS
    yield "discard", at("discard", article.pk), {"rev": article.draft_rev}, WRITERS
    yield "restore", at("restore", article.pk, 1), {}, WRITERS
    yield "state", at("state", article.pk), {"state": "inactive"}, WRITERS
    yield "review", at("review", article.pk), {}, WRITERS
    yield "translation", at("translation", article.pk), {"original": ""}, WRITERS
    yield "removal", at("remove", base["spare"].pk), {}, WRITERS
    yield "gap removal", at("gap_remove", base["miss"].pk), {}, WRITERS
    yield "category", at("category", base["category"].pk), {"name_de": "x", "name_en": "x", "position": 1}, WRITERS
    yield "new category", at("categories"), {"key": "k", "name_de": "x", "name_en": "x", "position": 1}, WRITERS
    yield "category removal", at("category_remove", base["category"].pk), {}, WRITERS


def entered(response):
    """Led to the login or to the page for who waits does not count."""
    if response.status_code == 302:
        return not response["Location"].startswith(("/accounts/login", "/pending"))
    return response.status_code in (200, 409, 422)


@pytest.mark.parametrize("who", CAST)
def test_pages(door, base, pia, who):
    browser = door(who)
    for name, url, allowed in pages(base):
        response = browser.get(url)
        assert entered(response) == (who in allowed), (name, response.status_code)
        if who == "rita" and who not in allowed:
            assert response.status_code == 404, name
        if who in READERS and who not in allowed:
            assert response.status_code in (403, 404), name
        if who in (*USERS, "anonymous", "pia"):
            text = response.content.decode() if not response.streaming else ""
            assert not [title for title in SECRETS if title in text], name


@pytest.mark.parametrize("who", [name for name in CAST if name not in WRITERS])
def test_changes_by_others_change_nothing(door, base, pia, who):
    browser = door(who)
    for name, url, body, allowed in changes(base):
        if who in allowed:
            continue
        before = list(Article.objects.order_by("pk").values())
        response = browser.post(url, body)
        assert not entered(response), (name, response.status_code)
        if who in USERS:
            assert response.status_code == 404, name
        assert list(Article.objects.order_by("pk").values()) == before, name


@pytest.mark.parametrize("who", sorted(WRITERS))
def test_changes_by_writers_arrive(door, base, who):
    browser = door(who)
    for name, url, body, _allowed in changes(base):
        response = browser.post(url, body)
        assert entered(response), (name, response.status_code)


def test_agents_rate_and_insert_what_they_read(door, base):
    browser = door("alan")
    assert browser.post(reverse("knowledge:rate", args=[base["article"].pk]), {"helpful": "yes"}).status_code == 302
    for name in ("draft", "inactive"):
        for verb in ("rate", "insert"):
            assert browser.post(reverse(f"knowledge:{verb}", args=[base[name].pk]), {"for": "FT-1"}).status_code == 404


def test_every_change_needs_the_token_of_the_page(base, sven):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(sven)
    for name, url, body, _allowed in changes(base):
        assert browser.post(url, body).status_code == 403, name


def test_a_user_following_an_agents_link(door, base):
    browser = door("rita")
    led = browser.get(base["public"].get_absolute_url())
    assert (led.status_code, led["Location"]) == (302, f"/portal/help/{base['public'].slug}")
    missing = browser.get("/knowledge/network/there-is-no-such-article")
    hidden = browser.get(base["article"].get_absolute_url())
    assert (missing.status_code, hidden.status_code) == (404, 404)
    # Not even the answers differ, but for what the address itself says.
    same = hidden.content.decode().replace(base["article"].slug, "there-is-no-such-article")
    assert len(same) - len(missing.content.decode()) in range(-40, 41)


@pytest.mark.parametrize("question", ["merger", "quota", "archive", "handbook secret"])
def test_a_user_searches_in_vain(door, base, question):
    browser = door("rita")
    for url in (f"/portal/help?q={question}", f"/portal/help?language=en&q={question}"):
        text = browser.get(url).content.decode()
        assert not [title for title in SECRETS if title in text]
        assert "VPN keeps dropping" not in text
