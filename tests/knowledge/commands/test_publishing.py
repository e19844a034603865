"""Versions, states, reviews, translations."""

import datetime as dt

import pytest

from flowtic.core import clock
from flowtic.core.errors import Conflict, Invalid, NotFound, Stale
from flowtic.core.models import Event
from flowtic.core.search import filter_by_text
from knowledge.commands import (
    change_article,
    create_article,
    link_translation,
    mark_reviewed,
    publish_article,
    restore_version,
    save_draft,
    set_state,
)
from knowledge.models import Article


def rewrite(actor, article, **text):
    return publish_article(actor, save_draft(actor, article, rev=None, **text), note="again")


def found(text):
    return set(filter_by_text(Article.objects.all(), "article", text))


def test_publishing_makes_a_version_that_stays(as_web, sven, article):
    changed = rewrite(as_web(sven), article, body="Ask for the zebra tool.", title="Zebra quota", tags=["zoo"])
    assert (changed.version, changed.title, changed.slug) == (2, "Zebra quota", "quota-of-the-file-server")
    old, new = changed.versions.order_by("number")
    assert (old.title, old.tags, old.note) == ("Quota of the file server", ["storage"], "first")
    assert (new.body, new.author, new.note) == ("Ask for the zebra tool.", sven, "again")
    assert found("zebra") == {article}
    assert found("reset") == set()
    event = Event.objects.filter(name="article.published").latest("pk")
    assert event.data["version"] == 2
    assert {"field": "title", "old": "Quota of the file server", "new": "Zebra quota"} in event.changes
    assert "zebra" not in str(event.changes).replace("Zebra quota", "")  # texts stay out of the events
    assert event.public is False


def test_nothing_new_and_nothing_written_are_not_published(as_web, sven, article, make_article):
    with pytest.raises(Conflict):
        publish_article(as_web(sven), article, note="")
    empty = make_article("Empty", body="  \n", publish=False)
    with pytest.raises(Invalid):
        publish_article(as_web(sven), empty, note="")


def test_publishing_something_else_than_was_looked_at_is_refused(as_web, sven, ada, article):
    seen = save_draft(as_web(sven), article, rev=article.draft_rev, body="looked at")
    save_draft(as_web(ada), article, rev=seen.draft_rev, body="slipped in")
    with pytest.raises(Stale):
        publish_article(as_web(sven), article, note="", rev=seen.draft_rev)


def test_an_old_version_comes_back_as_a_draft(as_web, sven, article):
    changed = rewrite(as_web(sven), article, body="worse")
    back = restore_version(as_web(sven), changed, number=1, rev=changed.draft_rev)
    assert back.draft.body.startswith("## Reset")
    back.refresh_from_db()
    assert (back.body, back.version) == ("worse", 2)
    with pytest.raises(NotFound):
        restore_version(as_web(sven), changed, number=9, rev=None)


def test_inactive_is_out_of_sight_for_agents(as_web, sven, alan, article, draft_article):
    gone = set_state(as_web(sven), article, state="inactive")
    assert gone not in Article.objects.visible_to(as_web(alan))
    assert gone in Article.objects.visible_to(as_web(sven))
    assert set_state(as_web(sven), gone, state="active").state == "active"
    with pytest.raises(Conflict):
        set_state(as_web(sven), draft_article, state="active")
    with pytest.raises(Invalid):
        set_state(as_web(sven), article, state="draft")


def test_the_day_of_review_comes_and_goes(as_web, sven, article):
    today = dt.date(2026, 5, 1)
    due = change_article(as_web(sven), article, review_on=today)
    assert due.is_overdue(today)
    assert list(Article.objects.overdue(today)) == [due]
    assert not Article.objects.overdue(today - dt.timedelta(days=1)).exists()
    with clock.travel(dt.datetime(2026, 5, 2, tzinfo=dt.UTC)):
        with pytest.raises(Invalid):
            mark_reviewed(as_web(sven), due, next_on=today)
        done = mark_reviewed(as_web(sven), due, next_on=dt.date(2027, 5, 1))
    assert not done.is_overdue(dt.date(2026, 5, 2))


def test_owners_work_tickets(as_web, sven, rita, lea, article):
    with pytest.raises(Invalid):
        change_article(as_web(sven), article, owner=rita)
    assert change_article(as_web(sven), article, owner=lea).owner == lea


def test_a_translation_grows_old_with_its_original(as_web, sven, article):
    actor = as_web(sven)
    german = create_article(
        actor, title="Kontingent", body="Text", category=article.category, language="de", tags=[], original=article
    )
    german = publish_article(actor, german, note="")
    assert (german.original, german.translated_from, german.is_outdated) == (article, 1, False)
    rewrite(actor, article, body="new words")
    german = Article.objects.get(pk=german.pk)
    assert german.is_outdated
    assert list(Article.objects.outdated()) == [german]
    typo = rewrite(actor, german, body="Text.")
    assert Article.objects.get(pk=typo.pk).is_outdated  # a corrected typo is no translation
    german = save_draft(actor, german, rev=None, body="neue Worte")
    german = publish_article(actor, german, note="", translation_current=True)
    assert not Article.objects.get(pk=german.pk).is_outdated


def test_what_cannot_be_a_translation(as_web, sven, article, make_article):
    actor, german = as_web(sven), make_article("Kontingent", language="de")
    with pytest.raises(Conflict):
        link_translation(actor, make_article("Also English"), original=article)
    linked = link_translation(actor, german, original=article)
    with pytest.raises(Conflict):  # one per language
        link_translation(actor, make_article("Zweite", language="de"), original=article)
    with pytest.raises(Conflict):  # an original with translations becomes none
        link_translation(actor, article, original=make_article("Dritte", language="de"))
    with pytest.raises(Conflict):
        change_article(actor, linked, language="en")
    assert link_translation(actor, linked, original=None).original is None
