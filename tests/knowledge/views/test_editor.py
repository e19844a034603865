"""The editor's doors: autosave, conflict, files, publishing, with and without JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from flowtic.core.actor import Actor
from knowledge.commands import publish_article, save_draft
from knowledge.models import Article, ArticleDraft, Category, SearchMiss

MACHINE = Actor.system("test")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def svens(client, sven):
    client.force_login(sven)
    return client


def at(name, *args):
    return reverse(f"knowledge:{name}", args=args)


def text(article, **values):
    given = {"title": article.title, "body": article.body, "category": article.category_id, "tags": "a, B"}
    return {**given, "rev": article.draft_rev, **values}


def test_a_new_article_opens_its_editor(svens, category):
    answer = svens.post(at("new"), {"title": "Hall 3", "language": "de", "category": category.pk})
    article = Article.objects.get()
    assert answer["Location"] == at("edit", article.pk)
    assert svens.get(answer["Location"]).status_code == 200
    assert svens.post(at("new"), {"title": "", "language": "de", "category": category.pk}).status_code == 422


def test_a_translation_begins_with_the_original(svens, article):
    page = svens.get(f"{at('new')}?original={article.pk}")
    assert page.context["form"].initial["language"] == "de"
    svens.post(at("new"), {"title": "Kontingent", "original": article.pk, "category": article.category_id})
    german = Article.objects.get(language="de")
    assert (german.original, german.body) == (article, article.body)


def test_autosave_answers_with_the_preview(svens, article):
    answer = svens.post(at("draft", article.pk), text(article, body="## Hi\n\n<b>x</b>"))
    assert answer.json()["rev"] == article.draft_rev + 1
    assert '<h2 id="h-hi">Hi</h2>' in answer.json()["preview"]
    assert "<b>" not in answer.json()["preview"]
    assert ArticleDraft.objects.get().tags == ["a", "b"]


def test_autosave_refuses_what_is_wrong_and_still_shows_it(svens, article):
    answer = svens.post(at("draft", article.pk), text(article, title="  ", body="*x*"))
    assert answer.status_code == 422
    assert "<em>x</em>" in answer.json()["preview"]
    assert answer.json()["error"]


def test_a_conflict_shows_both_texts(svens, ada, article):
    save_draft(Actor(ada, "web"), article, rev=article.draft_rev, body="Ada's <words>\nsame")
    answer = svens.post(at("draft", article.pk), text(article, body="Sven's words\nsame"))
    assert answer.status_code == 409
    shown = answer.json()["conflict"]
    assert "Ada&#x27;s &lt;words&gt;" in shown
    assert "Sven&#x27;s words" in shown
    assert f'data-conflict-rev="{article.draft_rev + 1}"' in shown
    page = svens.post(at("edit", article.pk), text(article, body="Sven's words\nsame"))
    assert page.status_code == 409
    assert page.context["form"]["body"].value() == "Sven's words\nsame"  # what was typed is still there
    assert ArticleDraft.objects.get().by == ada
    kept = svens.post(
        at("edit", article.pk), {**text(article, body="Sven's words"), "overwrite": article.draft_rev + 1}
    )
    assert kept.status_code == 302
    assert ArticleDraft.objects.get().body == "Sven's words"


def test_save_then_publish_with_a_look_at_the_difference(svens, article):
    answer = svens.post(at("edit", article.pk), {**text(article, body="Ask for the new tool."), "then": "publish"})
    assert answer["Location"] == at("publish", article.pk)
    page = svens.get(answer["Location"])
    assert {line.kind for line in page.context["lines"]} >= {"old", "new"}
    rev = page.context["form"]["rev"].value()
    assert svens.post(at("publish", article.pk), {"rev": rev - 1, "note": "n"}).status_code == 409
    assert svens.post(at("publish", article.pk), {"rev": rev, "note": "n"})["Location"] == article.get_absolute_url()
    article.refresh_from_db()
    assert (article.version, article.body) == (2, "Ask for the new tool.")
    assert svens.get(at("publish", article.pk)).status_code == 200  # nothing left to publish


def test_versions_compared_and_restored(svens, article):
    publish_article(MACHINE, save_draft(MACHINE, article, rev=None, body="<i>second</i>"), note="why")
    page = svens.get(at("version", article.pk, 2))
    assert page.context["against"].number == 1
    assert "&lt;i&gt;" in page.content.decode()
    assert "<i>second" not in page.content.decode()
    assert svens.get(at("version", article.pk, 9)).status_code == 404
    assert svens.post(at("restore", article.pk, 1), {})["Location"] == at("edit", article.pk)
    assert ArticleDraft.objects.get().body.startswith("## Reset")
    assert svens.post(at("restore", article.pk, 9), {}).status_code == 404


def test_files_in_the_editor(svens, article):
    picture = SimpleUploadedFile("shot.png", PNG, "image/png")
    answer = svens.post(at("files", article.pk), {"files": [picture]}, headers={"HX-Request": "true"})
    assert 'id="article-files"' in answer.content.decode()
    row = article.files.get()
    shown = svens.get(f"{row.get_absolute_url()}?inline=1")
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert shown["Content-Disposition"].startswith("inline")
    assert svens.get(row.get_absolute_url())["Content-Disposition"].startswith("attachment")
    bad = SimpleUploadedFile("page.html", b"<script>", "text/html")
    refused = svens.post(at("files", article.pk), {"files": [bad]}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    svens.post(at("file_remove", article.pk, row.key))
    assert not article.files.exists()


def test_settings_take_effect_at_once(svens, article, sven, rita):
    given = {"public": "on", "owner": sven.pk, "review_on": "2030-01-01"}
    assert svens.post(at("properties", article.pk), given).status_code == 302
    article.refresh_from_db()
    assert (article.public, article.owner, str(article.review_on)) == (True, sven, "2030-01-01")
    wrong = svens.post(at("properties", article.pk), {**given, "owner": rita.pk})
    assert wrong.status_code == 422


def test_link_and_state_and_review(svens, article, make_article):
    german = make_article("Kontingent", language="de")
    svens.post(at("translation", german.pk), {"original": f"http://x.test{article.get_absolute_url()}"})
    german.refresh_from_db()
    assert german.original == article
    svens.post(at("state", article.pk), {"state": "inactive"})
    article.refresh_from_db()
    assert article.state == "inactive"
    svens.post(at("review", german.pk), {"next_on": "2040-01-01", "back": "list"})
    german.refresh_from_db()
    assert str(german.review_on) == "2040-01-01"


def test_categories_page(svens, category):
    given = {"key": "vpn", "name_de": "VPN", "name_en": "VPN", "parent": category.pk, "position": 1, "active": "on"}
    assert svens.post(at("categories"), given).status_code == 302
    row = Category.objects.get(key="vpn")
    assert row.parent == category
    loop = {"name_de": "Netz", "name_en": "Network", "parent": row.pk, "position": 1, "active": "on"}
    assert svens.post(at("category", category.pk), loop).status_code == 422
    svens.post(at("category_remove", row.pk))
    assert not Category.objects.filter(key="vpn").exists()


def test_the_reports(svens, alan, article, settings):
    from knowledge import gaps
    from knowledge.commands import change_article, record_miss

    record_miss(Actor(alan, "web"), text="espresso machine", language="en")
    change_article(MACHINE, article, review_on="2020-01-01")
    gaps.register(gaps.Provider("test", "Solved without an article", lambda actor, limit: [gaps.Gap("Toner", 7)]))
    try:
        page = svens.get(at("gaps")).content.decode()
    finally:
        gaps._providers.pop("test")
    assert "espresso machine" in page
    assert "Toner" in page
    assert "Quota of the file server" in svens.get(at("reviews")).content.decode()
    svens.post(at("gap_remove", SearchMiss.objects.get().pk))
    assert not SearchMiss.objects.exists()
