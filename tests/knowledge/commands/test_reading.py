"""Ratings, uses, misses, files, categories."""

import pytest
from django.core.files.base import ContentFile

from flowtic.core.errors import Conflict, Forbidden, Invalid
from knowledge.commands import (
    add_files,
    note_use,
    rate_article,
    record_miss,
    remove_category,
    remove_file,
    save_category,
)
from knowledge.models import ArticleFile, ArticleUse, SearchMiss

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_everybody_has_one_opinion(as_web, rita, alan, public_article):
    rate_article(as_web(rita), public_article, helpful=True, note="")
    rate_article(as_web(alan), public_article, helpful=True, note="")
    row = rate_article(as_web(rita), public_article, helpful=False, note="which\nprofile?")
    assert (row.helpful_yes, row.helpful_no) == (1, 1)
    assert row.feedback.get(person=rita).note == "which profile?"


def test_who_cannot_read_cannot_rate(as_web, rita, sven, article, draft_article):
    with pytest.raises(Forbidden):
        rate_article(as_web(rita), article, helpful=True, note="")
    with pytest.raises(Forbidden):
        rate_article(as_web(sven), draft_article, helpful=True, note="")


def test_a_use_counts_once_per_ticket(as_web, rita, alan, article, public_article):
    for _time in range(2):
        note_use(as_web(alan), article, ticket_number="FT-2026-000007")
    assert ArticleUse.objects.get().person == alan
    with pytest.raises(Invalid):
        note_use(as_web(alan), article, ticket_number=" ")
    with pytest.raises(Forbidden):
        note_use(as_web(rita), public_article, ticket_number="FT-2026-000007")


def test_a_miss_is_counted(as_web, alan):
    for _time in range(3):
        record_miss(as_web(alan), text="  Kasse\tneu  starten ", language="de-AT")
    miss = SearchMiss.objects.get()
    assert (miss.text, miss.language, miss.count) == ("kasse neu starten", "de", 3)


@pytest.mark.parametrize("text", ["ab", "", "0171 5554433", "rita.reiter@example.test", "x" * 101, "FT-2026-000123"])
def test_what_says_nothing_or_too_much_is_not_kept(as_web, alan, text):
    assert record_miss(as_web(alan), text=text, language="de") is None
    assert not SearchMiss.objects.exists()


def test_users_searches_are_not_kept(as_web, rita):
    assert record_miss(as_web(rita), text="something private", language="de") is None


def test_files_are_checked_before_any_is_kept(as_web, sven, alan, article):
    good, bad = ContentFile(PNG, "shot.png"), ContentFile(b"MZ", "tool.exe")
    with pytest.raises(Invalid):
        add_files(as_web(sven), article, files=[good, bad])
    assert not ArticleFile.objects.exists()
    with pytest.raises(Forbidden):
        add_files(as_web(alan), article, files=[good])
    (kept,) = add_files(as_web(sven), article, files=[ContentFile(PNG, "../../shot.png")])
    assert (kept.name, kept.content_type, kept.size) == ("shot.png", "image/png", len(PNG))
    remove_file(as_web(sven), kept)
    assert not ArticleFile.objects.exists()


def test_categories_make_a_tree_without_circles(as_web, sven, alan, category):
    actor = as_web(sven)
    below = save_category(actor, None, key="vpn", name_de="VPN", name_en="VPN", parent=category)
    with pytest.raises(Invalid):
        save_category(actor, category, parent=below)
    with pytest.raises(Invalid):
        save_category(actor, None, key="articles", name_de="x", name_en="x")
    with pytest.raises(Invalid):
        save_category(actor, category, key="other")
    with pytest.raises(Forbidden):
        save_category(as_web(alan), category, name_en="x")
    with pytest.raises(Conflict):
        remove_category(actor, category)
    remove_category(actor, below)


def test_a_category_with_articles_stays(as_web, sven, article):
    with pytest.raises(Conflict):
        remove_category(as_web(sven), article.category)


def test_the_tree_is_five_deep(as_web, sven, category):
    place = category
    for n in range(4):
        place = save_category(as_web(sven), None, key=f"c{n}", name_de="x", name_en="x", parent=place)
    with pytest.raises(Invalid):
        save_category(as_web(sven), None, key="c5", name_de="x", name_en="x", parent=place)
