"""Finding and reading."""

import pytest
from django.urls import reverse

from flowtic.core.actor import Actor
from knowledge.commands import change_article, create_article, note_use, publish_article, save_category, save_draft
from knowledge.models import ArticleUse, SearchMiss

MACHINE = Actor.system("test")


@pytest.fixture
def alans(client, alan):
    client.force_login(alan)
    return client


@pytest.fixture
def svens(client, sven):
    client.force_login(sven)
    return client


def text_of(response):
    return response.content.decode()


def test_agents_browse_the_tree(alans, article, public_article, draft_article, category):
    vpn = save_category(MACHINE, None, key="vpn", name_de="VPN", name_en="VPN", parent=category)
    publish_article(MACHINE, save_draft(MACHINE, public_article, rev=None, category=vpn), note="")
    page = alans.get("/knowledge")
    (top,) = page.context["branches"]
    assert (top.category, top.count, [child.count for child in top.children]) == (category, 2, [1])
    assert "Secret merger" not in text_of(page)
    below = alans.get("/knowledge?category=vpn").context["page"].rows
    assert [row.pk for row in below] == [public_article.pk]
    assert len(alans.get("/knowledge?category=network").context["page"].rows) == 2
    assert alans.get("/knowledge?category=nothing").status_code == 404


def test_agents_have_no_tabs_for_drafts(alans, article, draft_article):
    page = alans.get("/knowledge?show=draft")
    assert [row.pk for row in page.context["page"].rows] == [article.pk]
    assert page.context["tabs"] == []


def test_writers_filter_by_state(svens, article, draft_article, inactive_article):
    save_draft(MACHINE, article, rev=None, body="waits")
    change_article(MACHINE, article, review_on="2020-01-01")
    found = {key: svens.get(f"/knowledge?show={key}").context["page"].rows for key in ("draft", "inactive", "due")}
    assert {row.pk for row in found["draft"]} == {draft_article.pk, article.pk}
    assert [row.pk for row in found["inactive"]] == [inactive_article.pk]
    assert [row.pk for row in found["due"]] == [article.pk]
    counts = {tab["key"]: tab["count"] for tab in svens.get("/knowledge").context["tabs"]}
    assert counts == {"active": 1, "draft": 2, "inactive": 1, "due": 1, "outdated": 0}


def test_search_as_a_fragment(alans, article, public_article):
    answer = alans.get("/knowledge?q=quot", headers={"HX-Request": "true", "HX-Target": "div#article-list"})
    assert "<html" not in text_of(answer)
    assert [row.pk for row in answer.context["page"].rows] == [article.pk]


def test_a_search_without_a_hit_is_remembered(alans, article):
    alans.get("/knowledge?q=espresso machine")
    assert SearchMiss.objects.get().text == "espresso machine"
    alans.get("/knowledge?q=quota")
    alans.get("/knowledge?from=gaps&q=espresso machine")
    assert SearchMiss.objects.get().count == 1


def test_every_letter_typed_is_no_search_without_a_hit(alans, article):
    typed = {"HX-Request": "true", "HX-Target": "div#article-list"}
    answer = alans.get("/knowledge?q=espress", headers=typed)
    assert "noted=1" in text_of(answer)  # asks again when the reader is still there
    assert not SearchMiss.objects.exists()
    assert alans.get("/knowledge?q=espresso&noted=1", headers=typed).status_code == 204
    assert SearchMiss.objects.get().text == "espresso"


def test_lists_ask_the_same_number_of_questions(alans, make_article, django_assert_max_num_queries):
    for n in range(3):
        make_article(f"Article {n}", tags=["a", "b"])
    alans.get("/knowledge")
    with django_assert_max_num_queries(12):
        alans.get("/knowledge")
    for n in range(20):
        make_article(f"More {n}", tags=["a", "c"])
    with django_assert_max_num_queries(12):
        alans.get("/knowledge")


def test_an_article_with_its_contents(alans, make_article):
    row = make_article("Long", body="## One\n\nx\n\n## Two\n\nx\n\n## Three\n\n<script>alert(1)</script>")
    page = alans.get(row.get_absolute_url())
    assert '<a href="#h-three">Three</a>' in text_of(page)
    assert "&lt;script&gt;alert(1)" in text_of(page)
    assert reverse("knowledge:edit", args=[row.pk]) not in text_of(page)


def test_a_moved_article_keeps_its_old_address(alans, article, category):
    old = article.get_absolute_url()
    other = save_category(MACHINE, None, key="storage", name_de="Speicher", name_en="Storage")
    publish_article(MACHINE, save_draft(MACHINE, article, rev=None, category=other), note="")
    answer = alans.get(f"{old}?for=FT-2026-000001")
    assert answer["Location"] == f"/knowledge/storage/{article.slug}?for=FT-2026-000001"


def test_flags_of_a_translation(svens, article):
    german = create_article(
        MACHINE, title="Kontingent", body="x", category=article.category, language="de", tags=[], original=article
    )
    publish_article(MACHINE, german, note="")
    publish_article(MACHINE, save_draft(MACHINE, article, rev=None, body="new"), note="")
    assert "Translation out of date" in text_of(svens.get(german.get_absolute_url()))
    assert "is older than this text" in text_of(svens.get(article.get_absolute_url()))


def test_insert_into_a_ticket(alans, article, public_article, ticket):
    page = text_of(alans.get(f"{article.get_absolute_url()}?for={ticket.number}"))
    assert f"/tickets/{ticket.number}?insert={article.pk}#composer" in page
    assert alans.get(f"{article.get_absolute_url()}?for=javascript:alert(1)").context["ticket"] is None
    url = reverse("knowledge:insert", args=[public_article.pk])
    reply = alans.post(url, {"for": ticket.number, "as": "link", "kind": "reply"}).json()["text"]
    assert reply == f"[VPN keeps dropping](http://127.0.0.1:8000/portal/help/{public_article.slug})"
    note = alans.post(url, {"for": ticket.number, "as": "text", "kind": "note"}).json()["text"]
    assert note.startswith("**VPN keeps dropping**\n\nChoose the second profile.")
    assert note.endswith(f"(http://127.0.0.1:8000{public_article.get_absolute_url()})\n")
    assert ArticleUse.objects.get().ticket_number == ticket.number
    assert alans.post(url, {"for": "", "as": "link"}).status_code == 422


def test_choices_for_a_text(alans, article, public_article, draft_article):
    rows = alans.get("/knowledge/insert?about=My VPN is dropping all the time").context["articles"]
    assert rows == [public_article]
    rows = alans.get("/knowledge/insert?q=quota").context["articles"]
    assert rows == [article]
    assert alans.get("/knowledge/insert?q=merger").context["articles"] == []


def test_uses_and_opinions_stand_at_the_article(alans, alan, article, ticket):
    note_use(Actor(alan, "web"), article, ticket_number=ticket.number)
    answer = alans.post(
        reverse("knowledge:rate", args=[article.pk]), {"helpful": "yes"}, headers={"HX-Request": "true"}
    )
    assert 'id="opinion"' in text_of(answer)
    assert "<html" not in text_of(answer)
    page = text_of(alans.get(article.get_absolute_url()))
    assert ticket.number in page
    assert "100 %" in page


def test_the_composer_offers_articles(alans, ticket):
    page = text_of(alans.get(ticket.get_absolute_url()))
    assert "data-article-open" in page
    assert f'data-for="{ticket.number}"' in page


@pytest.mark.parametrize(("language", "title"), [("en", "Help"), ("de", "Hilfe")])
def test_the_portal_shows_public_articles_by_language(
    client, rita, public_article, article, make_article, language, title
):
    make_article("Das VPN trennt", language="de", public=True)
    rita.language = language
    rita.save()
    client.force_login(rita)
    page = text_of(client.get("/portal/help", headers={"Accept-Language": language}))
    assert ("VPN keeps dropping" in page) == (language == "en")
    assert ("Das VPN trennt" in page) == (language == "de")
    assert "Quota" not in page
    assert "VPN keeps dropping" in text_of(client.get("/portal/help?language=en&q=dropping"))


def test_writers_in_the_portal_see_what_users_see(svens, article, draft_article, public_article):
    page = text_of(svens.get("/portal/help?language=en"))
    assert "VPN keeps dropping" in page
    assert "Secret merger" not in page
    assert "Quota" not in page
