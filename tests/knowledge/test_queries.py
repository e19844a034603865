"""Which articles fit a text, and the rights that hold there too."""

from flowtic.core.actor import Actor
from knowledge.commands import save_draft
from knowledge.models import Article, Category
from knowledge.queries import article_text, counterpart, matching_articles, tree, used_in
from knowledge.search import rows

TEXT = "Hello, since yesterday my VPN is dropping every ten minutes and the second profile did not help. Merger? Quota?"


def titles(found):
    return {article.title for article, _score, _words in found}


def test_articles_for_a_ticket(as_web, alan, sven, rita, article, public_article, draft_article, inactive_article):
    best, score, words = matching_articles(as_web(alan), TEXT)[0]
    assert best == public_article
    assert 0 < score <= 1
    assert words
    assert titles(matching_articles(as_web(alan), TEXT)) == {"VPN keeps dropping", "Quota of the file server"}
    # Drafts are suggested to nobody, and users are told of nothing that is not public.
    assert "Secret merger handbook" not in titles(matching_articles(as_web(sven), TEXT))
    assert titles(matching_articles(as_web(rita), TEXT)) == {"VPN keeps dropping"}
    assert matching_articles(Actor.anonymous(), TEXT) == []
    assert matching_articles(as_web(alan), TEXT, language="de") == []
    assert matching_articles(as_web(alan), "") == []


def test_a_draft_of_a_live_article_attracts_nothing(as_web, alan, sven, article):
    save_draft(as_web(sven), article, rev=None, body="xylophone xylophone")
    assert matching_articles(as_web(alan), "my xylophone is broken") == []


def test_the_text_of_an_article(public_article):
    assert article_text(public_article) == "VPN keeps dropping\n\nChoose the second profile."


def test_the_index_can_be_built_anew(article, draft_article):
    assert list(rows(0, 10)) == [
        (article.pk, "Quota of the file server storage", "## Reset\n\nAsk for the quota tool.\n", ""),
        (draft_article.pk, "Secret merger handbook", "Nobody knows.", ""),
    ]
    assert [row[0] for row in rows(article.pk, 1)] == [draft_article.pk]


def test_users_see_categories_with_public_articles_only(as_web, rita, alan, article, public_article, make_article):
    Category.objects.create(key="empty", name_de="Leer", name_en="Empty")
    hidden = Category.objects.create(key="hidden", name_de="Geheim", name_en="Hidden")
    make_article("Internal", category=hidden)
    visible = Article.objects.visible_to(as_web(rita))
    assert [branch.category.key for branch in tree(as_web(rita), visible)] == ["network"]
    assert tree(as_web(rita), visible)[0].count == 1
    assert {branch.category.key for branch in tree(as_web(alan), Article.objects.none())} == {
        "empty",
        "hidden",
        "network",
    }


def test_the_other_language_only_for_who_may_read_it(as_web, rita, alan, public_article, make_article):
    german = make_article("Das VPN trennt", language="de", original=public_article)
    assert counterpart(as_web(alan), public_article) == german
    assert counterpart(as_web(alan), german) == public_article
    assert counterpart(as_web(rita), public_article) is None


def test_articles_of_a_ticket(as_web, alan, rita, article):
    article.uses.create(ticket_number="FT-1", at=article.created_at)
    assert list(used_in("FT-1", as_web(alan))) == [article]
    assert list(used_in("FT-1", as_web(rita))) == []
