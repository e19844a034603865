"""Writing: drafts, conflicts, what readers see meanwhile."""

import pytest

from flowtic.core.errors import Conflict, Forbidden, Invalid, Stale
from flowtic.core.models import Event
from flowtic.core.search import filter_by_text
from knowledge.commands import create_article, discard_draft, publish_article, remove_article, save_draft
from knowledge.models import Article, ArticleDraft


def names():
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def found(text):
    return set(filter_by_text(Article.objects.all(), "article", text))


def test_a_new_article_is_a_draft_of_its_writer(as_web, sven, category):
    article = create_article(
        as_web(sven),
        title="  Wi-Fi in hall 3 ",
        body="x\r\ny\x00",
        category=category,
        language="en",
        tags=["WiFi", "wifi "],
    )
    assert (article.state, article.version, article.owner, article.title) == ("draft", 0, sven, "Wi-Fi in hall 3")
    assert (article.slug, article.body) == ("wi-fi-in-hall-3", "x\ny")
    assert [tag.name for tag in article.tags.all()] == ["wifi"]
    assert article.draft.by == sven
    assert Event.objects.get(name="article.created").actor == sven


@pytest.mark.parametrize("who", ["rita", "alan", "lea"])
def test_agents_and_users_do_not_write(as_web, request, category, article, who):
    actor = as_web(request.getfixturevalue(who))
    with pytest.raises(Forbidden):
        create_article(actor, title="x", body="x", category=category, language="en", tags=[])
    with pytest.raises(Forbidden):
        save_draft(actor, article, rev=article.draft_rev, body="changed")
    with pytest.raises(Forbidden):
        publish_article(actor, article, note="")


def test_a_draft_leaves_the_live_text_and_the_search_alone(as_web, sven, article):
    save_draft(as_web(sven), article, rev=article.draft_rev, body="Ask for the zebra tool.", title="Zebra")
    article.refresh_from_db()
    assert (article.title, "zebra" in article.body) == ("Quota of the file server", False)
    assert found("zebra") == set()
    assert found("quota") == {article}


def test_the_draft_of_an_unpublished_article_is_found_by_writers(as_web, sven, alan, draft_article):
    save_draft(as_web(sven), draft_article, rev=draft_article.draft_rev, title="Merger", body="okapi")
    draft_article.refresh_from_db()
    assert (draft_article.title, draft_article.slug) == ("Merger", "merger")
    assert found("okapi") == {draft_article}
    assert draft_article not in Article.objects.visible_to(as_web(alan))


def test_two_writers_and_nobody_loses_a_word(as_web, sven, ada, article):
    known = article.draft_rev
    first = save_draft(as_web(sven), article, rev=known, body="Sven's words")
    with pytest.raises(Stale) as refused:
        save_draft(as_web(ada), article, rev=known, body="Ada's words")
    assert refused.value.status == 409
    assert refused.value.extra["body"] == "Sven's words"
    assert refused.value.extra["by"] == str(sven)
    assert ArticleDraft.objects.get().body == "Sven's words"
    again = save_draft(as_web(ada), article, rev=refused.value.extra["rev"], body="Ada's words")
    assert again.draft_rev == first.draft_rev + 1
    assert ArticleDraft.objects.get().by == ada


def test_an_editor_left_open_over_a_publication_is_refused(as_web, sven, ada, article):
    draft = save_draft(as_web(sven), article, rev=article.draft_rev, body="new words")
    publish_article(as_web(sven), draft, note="")
    with pytest.raises(Stale):
        save_draft(as_web(ada), article, rev=draft.draft_rev, body="typed meanwhile")


def test_the_same_text_again_is_no_change(as_web, sven, article):
    first = save_draft(as_web(sven), article, rev=article.draft_rev, body="words")
    again = save_draft(as_web(sven), article, rev=0, body="words")
    assert again.draft_rev == first.draft_rev
    assert names().count("article.drafted") == 1


def test_typing_on_records_one_event(as_web, sven, article):
    for word in ("a", "b", "c"):
        article = save_draft(as_web(sven), article, rev=article.draft_rev, body=word)
    assert names().count("article.drafted") == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " \u200b "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": "x" * 200_001}, "body"),
        ({"tags": [f"t{n}" for n in range(21)]}, "tags"),
        ({"tags": ["x" * 61]}, "tags"),
        ({"state": "active"}, "state"),
    ],
)
def test_what_is_refused_changes_nothing(as_web, sven, article, values, field):
    with pytest.raises(Invalid) as refused:
        save_draft(as_web(sven), article, rev=article.draft_rev, **values)
    assert field in refused.value.fields
    assert not ArticleDraft.objects.exists()


def test_discarding_needs_the_newest_state(as_web, sven, ada, article):
    draft = save_draft(as_web(sven), article, rev=article.draft_rev, body="words")
    with pytest.raises(Stale):
        discard_draft(as_web(ada), article, rev=article.draft_rev)
    gone = discard_draft(as_web(ada), article, rev=draft.draft_rev)
    assert not ArticleDraft.objects.exists()
    assert gone.draft_rev > draft.draft_rev


def test_only_what_was_never_published_is_deleted(as_web, sven, article, draft_article):
    with pytest.raises(Conflict):
        remove_article(as_web(sven), article)
    remove_article(as_web(sven), draft_article)
    assert list(Article.objects.all()) == [article]
    assert found("merger") == set()
    assert Event.objects.get(name="article.removed").data["title"] == "Secret merger handbook"
