"""From an empty page to an article in a reply; two editors at once; the pages looked at in every size and theme."""

import re

import pytest
from playwright.sync_api import expect

from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_category, save_draft
from knowledge.models import Article, ArticleUse
from tests.e2e.looks import VARIANTS

MACHINE = Actor.system("test")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def category(db):
    return save_category(MACHINE, None, key="network", name_de="Netz", name_en="Network")


def written(title, category, *, body="## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.\n", **fields):
    values = {"category": category, "language": "en", "tags": ["vpn"], **fields}
    return publish_article(MACHINE, create_article(MACHINE, title=title, body=body, **values), note="first")


def test_write_publish_find_and_insert(open_page, sven, alan, ticket, category):
    page = open_page(sven, "/knowledge/new")
    page.get_by_label("Title").fill("Reset the quota")
    page.get_by_role("button", name="Write the text").click()
    page.locator("#id_body").fill("## When the drive is full\n\nAsk for **the tool**.")
    page.locator("[data-preview] strong", has_text="the tool").wait_for()
    page.locator("[data-editor-state]", has_text="Saved").wait_for()
    assert Article.objects.get().draft.body.startswith("## When the drive is full")
    page.get_by_role("button", name="Publish …").click()
    page.get_by_label("What changed").fill("first text")
    page.get_by_role("button", name="Publish the article").click()
    page.get_by_role("heading", name="When the drive is full").wait_for()
    assert page.seen.problems == []

    agent = open_page(alan, "/knowledge")
    agent.get_by_role("searchbox", name="Search articles").fill("quota")
    agent.get_by_role("link", name="Reset the quota").wait_for()
    agent.goto(ticket.get_absolute_url())
    agent.keyboard.press("i")
    dialog = agent.get_by_role("dialog", name="Insert an article")
    dialog.get_by_role("searchbox").fill("drive full")
    row = dialog.locator("[data-article]", has_text="Reset the quota")
    row.wait_for()
    agent.keyboard.press("Enter")
    row.get_by_role("alert").get_by_text("the requester cannot open it").wait_for()  # internal, and this is a reply
    agent.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    assert re.fullmatch(
        r"\[Reset the quota\]\(http\S+/knowledge/network/reset-the-quota\)",
        agent.locator("#composer-body").input_value(),
    )
    assert ArticleUse.objects.get().ticket_number == ticket.number
    assert agent.seen.problems == []


def test_from_the_article_into_the_ticket(open_page, alan, ticket, category):
    article = written("VPN drops", category, public=True)
    page = open_page(alan, f"{article.get_absolute_url()}?for={ticket.number}")
    page.get_by_role("link", name=f"Insert into ticket {ticket.number}").click()
    expect(page.locator("#composer-body")).to_have_value(re.compile("/portal/help/vpn-drops"))
    assert "insert=" not in page.url
    assert page.seen.problems == []


def test_two_editors_and_nobody_loses_a_word(open_page, sven, ada, category):
    article = written("VPN drops", category)
    one, two = (open_page(person, f"/knowledge/articles/{article.pk}/edit") for person in (sven, ada))
    one.locator("#id_body").fill("Sven's words")
    one.locator("[data-editor-state]", has_text="Saved").wait_for()
    two.locator("#id_body").fill("Ada's words")
    conflict = two.locator("#editor-conflict")
    conflict.get_by_role("heading", name="has changed this article").wait_for()
    assert conflict.locator("[data-theirs]").inner_text() == "Sven's words"
    assert two.locator("#id_body").input_value() == "Ada's words"
    assert Article.objects.get().draft.body == "Sven's words"
    conflict.get_by_role("button", name="Keep my text").click()
    conflict.get_by_role("heading").first.wait_for(state="hidden")
    assert Article.objects.get().draft.body == "Ada's words"
    assert conflict.inner_text() == ""
    assert two.seen.problems == []


def test_the_editor_without_javascript(open_page, sven, category):
    article = written("VPN drops", category)
    page = open_page(sven, f"/knowledge/articles/{article.pk}/edit", javascript=False)
    page.locator("#id_body").fill("Plain words")
    page.get_by_role("button", name="Save the draft").click()
    assert Article.objects.get().draft.body == "Plain words"
    page.get_by_role("button", name="Publish …").click()
    page.get_by_role("button", name="Publish the changes").click()
    assert Article.objects.get().version == 2


@pytest.mark.parametrize(("language", "theme", "size"), VARIANTS)
def test_every_page_in_every_size(open_page, check_page, sven, rita, category, ticket, size, theme, language):
    article = written("VPN drops", category, public=True)
    german = written("VPN trennt", category, language="de", original=article, public=True)
    article = publish_article(MACHINE, save_draft(MACHINE, article, rev=None, body="## New\n\nWords."), note="why")
    save_draft(MACHINE, article, rev=None, body="## New\n\nOther words.")
    pk = article.pk
    page = open_page(sven, "/knowledge", size=size, theme=theme, language=language)
    for name, path in (
        ("browse", "/knowledge"),
        ("nothing", "/knowledge?q=zzzz"),
        ("article", f"{article.get_absolute_url()}?for={ticket.number}"),
        ("translation", german.get_absolute_url()),
        ("editor", f"/knowledge/articles/{pk}/edit"),
        ("publish", f"/knowledge/articles/{pk}/publication"),
        ("versions", f"/knowledge/articles/{pk}/versions"),
        ("categories", "/knowledge/categories"),
        ("reviews", "/knowledge/reviews"),
        ("gaps", "/knowledge/gaps"),
        ("new", "/knowledge/new"),
    ):
        page.goto(path)
        check_page(page, f"knowledge-{name}-{size}-{theme}")
    reader = open_page(rita, "/portal/help", size=size, theme=theme, language=language)
    check_page(reader, f"help-{size}-{theme}")
    reader.goto("/portal/help/vpn-drops")
    check_page(reader, f"help-article-{size}-{theme}")
