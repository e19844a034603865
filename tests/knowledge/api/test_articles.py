"""`/articles` and `/categories`: the same commands, the same rights."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_draft
from knowledge.models import Article, ArticleUse, Category

MACHINE = Actor.system("test")
BOTH = ("articles:read", "articles:write")
URL = "/api/v1/articles"


@pytest.fixture
def base(article, public_article, draft_article, inactive_article):
    return {"article": article, "public": public_article, "draft": draft_article, "inactive": inactive_article}


def patch(browser, url, body, **headers):
    return browser.patch(url, body, content_type="application/json", headers=headers)


def post(browser, url, body=None, **headers):
    return browser.post(url, body or {}, content_type="application/json", headers=headers)


def put(browser, url, body):
    return browser.put(url, body, content_type="application/json")


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("rita", {"public"}),
        ("alan", {"article", "public"}),
        ("sven", {"article", "public", "draft", "inactive"}),
    ],
)
def test_everybody_reads_their_own_share(api, request, base, who, seen):
    browser = api(request.getfixturevalue(who), *BOTH)
    ids = {name: row.pk for name, row in base.items()}
    rows = browser.get(URL).json()["results"]
    assert {row["id"] for row in rows} == {ids[name] for name in seen}
    for name, pk in ids.items():
        assert browser.get(f"{URL}/{pk}").status_code == (200 if name in seen else 404)
    found = browser.get(f"{URL}?q=handbook").json()["results"]
    assert [row["id"] for row in found] == ([ids["draft"]] if "draft" in seen else [])
    assert browser.get(f"{URL}?count=true").json()["count"] == str(len(seen))


def test_users_learn_nothing_about_the_desk_of_a_public_article(api, rita, sven, base):
    create_article(
        MACHINE, title="VPN", body="x", category=base["public"].category, language="de", tags=[],
        original=base["public"],
    )  # fmt: skip
    save_draft(MACHINE, base["public"], rev=None, body="secret plans")
    seen = api(rita, *BOTH).get(f"{URL}/{base['public'].pk}").json()
    assert (seen["draft"], seen["owner"], seen["uses"], seen["translations"]) == (None, None, None, [])
    assert api(rita, *BOTH).get(f"{URL}/{base['public'].pk}/versions").status_code == 403
    whole = api(sven, *BOTH).get(f"{URL}/{base['public'].pk}").json()
    assert whole["draft"]["body"] == "secret plans"
    assert len(whole["translations"]) == 1


@pytest.mark.parametrize("who", ["rita", "alan", "lea"])
def test_only_writers_write(api, request, base, who):
    browser = api(request.getfixturevalue(who), *BOTH, "tickets:write")
    pk = base["public"].pk
    new = {"title": "x", "body": "x", "category": "network", "language": "en"}
    answers = [
        post(browser, URL, new),
        patch(browser, f"{URL}/{pk}", {"title": "changed"}),
        browser.delete(f"{URL}/{pk}"),
        post(browser, f"{URL}/{pk}/publish"),
        put(browser, f"{URL}/{pk}/state", {"state": "inactive"}),
        post(browser, f"{URL}/{pk}/restore", {"version": 1}),
        post(browser, f"{URL}/{pk}/review"),
        put(browser, f"{URL}/{pk}/translation", {"original": None}),
        post(browser, "/api/v1/categories", {"key": "k", "name_de": "x", "name_en": "x"}),
        patch(browser, "/api/v1/categories/network", {"name_en": "x"}),
        browser.delete("/api/v1/categories/network"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    hidden = base["draft"].pk
    for url in (f"{URL}/{hidden}/publish", f"{URL}/{hidden}/review"):
        assert post(browser, url).status_code == 404
    assert put(browser, f"{URL}/{hidden}/rating", {"helpful": True}).status_code == 404
    base["public"].refresh_from_db()
    assert (base["public"].title, base["public"].state) == ("VPN keeps dropping", "active")


def test_a_token_for_reading_writes_nothing(api, sven, base):
    browser = api(sven, "articles:read")
    assert patch(browser, f"{URL}/{base['article'].pk}", {"title": "changed"}).status_code == 403
    assert api(sven, "tickets:read").get(URL).status_code == 403


def test_from_a_draft_to_a_version(api, sven, category):
    browser = api(sven, *BOTH)
    new = {"title": "Wi-Fi", "body": "Text", "category": "network", "language": "en", "tags": ["WiFi"]}
    made = post(browser, URL, new, **{"Idempotency-Key": "k1"})
    again = post(browser, URL, new, **{"Idempotency-Key": "k1"})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert (made.json()["state"], made.json()["tags"]) == ("draft", ["wifi"])
    url = made["Location"]
    assert post(browser, f"{url}/publish", {"note": "first"}).json()["version"] == 1
    changed = patch(browser, url, {"body": "New text", "public": True, "review_on": "2030-01-01", "owner": sven.email})
    assert changed.json()["body"] == "Text"  # readers still see the published one
    assert changed.json()["draft"]["body"] == "New text"
    assert (changed.json()["public"], changed.json()["review_on"], changed.json()["owner"]) == (
        True, "2030-01-01", sven.email,
    )  # fmt: skip
    assert post(browser, f"{url}/publish").json()["body"] == "New text"
    assert post(browser, f"{url}/publish").status_code == 409
    assert [row["number"] for row in browser.get(f"{url}/versions").json()["results"]] == [2, 1]
    assert browser.get(f"{url}/versions/1").json()["body"] == "Text"
    assert post(browser, f"{url}/restore", {"version": 1}).json()["draft"]["body"] == "Text"
    assert put(browser, f"{url}/state", {"state": "inactive"}).json()["state"] == "inactive"
    assert patch(browser, url, {"review_on": None, "owner": None}).json()["owner"] is None
    assert browser.delete(url).status_code == 409


def test_the_state_of_an_article_is_guarded_by_its_etag(api, sven, article):
    browser, url = api(sven, *BOTH), f"{URL}/{article.pk}"
    tag = browser.get(url)["ETag"]
    fresh = patch(browser, url, {"title": "New title"}, **{"If-Match": tag})
    assert fresh.status_code == 200
    assert fresh["ETag"] != tag
    assert patch(browser, url, {"title": "Other"}, **{"If-Match": tag}).status_code == 412
    assert post(browser, f"{url}/publish", {}, **{"If-Match": tag}).status_code == 412


def test_a_draft_is_deleted(api, sven, draft_article):
    assert api(sven, *BOTH).delete(f"{URL}/{draft_article.pk}").status_code == 204
    assert not Article.objects.exists()


def test_refusals_of_values(api, sven, rita, article, category):
    browser = api(sven, *BOTH)
    new = {"title": "x", "body": "x", "category": "network", "language": "en"}
    for broken in (
        {"category": "nothing"},
        {"language": "fr"},
        {"title": ""},
        {"state": "active"},
        {"title": "x" * 201},
    ):
        assert post(browser, URL, {**new, **broken}).status_code == 422
    assert post(browser, URL, {**new, "original": article.pk}).status_code == 409  # the same language
    assert patch(browser, f"{URL}/{article.pk}", {"owner": rita.email}).status_code == 409
    assert patch(browser, f"{URL}/{article.pk}", {"owner": "nobody@example.test"}).status_code == 409
    assert post(browser, f"{URL}/{article.pk}/review", {"next_on": "2001-01-01"}).status_code == 409
    for query in ("state=live", "language=fr", "category=nothing", "sort=size", "colour=red", "q="):
        assert browser.get(f"{URL}?{query}").status_code == 400


def test_rating_and_use(api, alan, rita, article, public_article):
    assert put(api(rita, *BOTH), f"{URL}/{public_article.pk}/rating", {"helpful": True}).json()["helpful_yes"] == 1
    agent = api(alan, *BOTH, "tickets:write")
    assert post(agent, f"{URL}/{article.pk}/uses", {"ticket": "FT-2026-000001"}).json()["uses"] == 1
    assert ArticleUse.objects.get().person == alan
    assert (
        post(api(rita, *BOTH, "tickets:write"), f"{URL}/{public_article.pk}/uses", {"ticket": "FT-1"}).status_code
        == 403
    )


def test_categories(api, sven, rita, alan, category, public_article):
    browser = api(sven, *BOTH)
    made = post(browser, "/api/v1/categories", {"key": "vpn", "name_de": "VPN", "name_en": "VPN", "parent": "network"})
    assert (made.status_code, made.json()["parent"]) == (201, "network")
    assert post(browser, "/api/v1/categories", {"key": "vpn", "name_de": "x", "name_en": "x"}).status_code == 409
    assert patch(browser, "/api/v1/categories/network", {"parent": "vpn"}).status_code == 409
    assert patch(browser, "/api/v1/categories/vpn", {"parent": None, "name_en": "Tunnel"}).json()["parent"] is None
    assert [row["key"] for row in api(rita, *BOTH).get("/api/v1/categories").json()["results"]] == ["network"]
    assert {row["key"] for row in api(alan, *BOTH).get("/api/v1/categories").json()["results"]} == {"network", "vpn"}
    assert browser.delete("/api/v1/categories/network").status_code == 409
    assert browser.delete("/api/v1/categories/vpn").status_code == 204
    assert browser.delete("/api/v1/categories/vpn").status_code == 404
    assert list(Category.objects.values_list("key", flat=True)) == ["network"]


def test_filters_and_order(api, sven, base, make_article, category):
    browser = api(sven, *BOTH)
    german = make_article("Aachen", language="de")
    titles = [row["title"] for row in browser.get(f"{URL}?sort=title&state=active").json()["results"]]
    assert titles == ["Aachen", "Quota of the file server", "VPN keeps dropping"]
    assert [row["id"] for row in browser.get(f"{URL}?language=de").json()["results"]] == [german.pk]
    first = browser.get(f"{URL}?limit=2").json()
    rest = browser.get(f"{URL}?limit=100&cursor={first['next']}").json()
    assert len({row["id"] for row in (*first["results"], *rest["results"])}) == 5


def test_a_user_reads_the_newest_publication_only(api, rita, public_article):
    save_draft(MACHINE, public_article, rev=None, title="Secret title", body="secret")
    seen = api(rita, *BOTH).get(f"{URL}/{public_article.pk}")
    assert "secret" not in seen.content.decode().lower()
    publish_article(MACHINE, Article.objects.get(pk=public_article.pk), note="")
    assert api(rita, *BOTH).get(f"{URL}/{public_article.pk}").json()["title"] == "Secret title"


def test_files_of_an_article_come_and_go_over_rest(api, sven, alan, article, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    writer, reader, address = api(sven, *BOTH), api(alan, *BOTH), f"{URL}/{article.pk}/files"
    made = writer.post(address, {"files": [SimpleUploadedFile("plan.txt", b"one")]})
    assert made.status_code == 201, made.content
    file = made.json()["results"][0]
    assert (file["name"], file["size"]) == ("plan.txt", 3)
    assert reader.get(address).json()["results"] == [file]
    assert reader.post(address, {"files": [SimpleUploadedFile("x.txt", b"x")]}).status_code == 403
    assert writer.post(address, {"other": "x"}).status_code == 422
    assert reader.delete(f"{address}/{file['key']}").status_code == 403
    assert writer.delete(f"{address}/{file['key']}").status_code == 204
    assert writer.delete(f"{address}/{file['key']}").status_code == 404
    assert writer.get(address).json()["results"] == []
