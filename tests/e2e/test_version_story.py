"""In the browser: version 2 is published while ten tickets run, nine are moved, one is named as unable."""

import pytest

from tests.workflows.ten_tickets import REASON, SECOND, WHY, begin, look, picture
from workflows.definition.export import to_yaml

pytestmark = pytest.mark.django_db(transaction=True)


def publish(page):
    """Writes the second version, publishes it and asks for the page that moves the tickets."""
    page.locator("#draft-text [name=text]").fill(to_yaml(SECOND))
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("Draft saved.").first.wait_for()
    page.goto("/workflows/order/publication")
    form = page.locator("form", has=page.locator("[name=note]"))
    form.locator("[name=note]").fill("Weigh it")
    assert "10 running tickets" in form.inner_text()
    for notes in form.locator("[name=seen]").all():
        notes.check()
    return form


def test_nine_of_ten_move(open_page, check_page, rita, it, alan, ada):
    _workflow, runs = begin(rita, it, alan)
    before = picture(runs)
    page = open_page(ada, "/workflows/order/draft")
    publish(page).get_by_role("button", name="Publish version 2").click()
    page.get_by_text("Version 2 is published.").first.wait_for()
    assert picture(runs) == before
    worker = open_page(alan, f"/tickets/{runs[0].ticket.number}")
    worker.locator("#steps").get_by_text("Check").first.wait_for()

    # Without a map nobody can go; with it one of them still cannot, and the page says why.
    page.goto("/workflows/order/migration?from=1&to=2")
    page.get_by_text("0 tickets can move.").wait_for()
    page.locator("[name=map_check]").select_option("inspect")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_text("9 tickets can move.").wait_for()
    blocked = page.locator("section[aria-labelledby=blocked-title] li")
    assert blocked.count() == 1
    assert runs[-1].ticket.number in blocked.inner_text()
    assert WHY in blocked.inner_text()
    check_page(page, "moving-nine-of-ten")
    assert picture(runs) == before

    page.get_by_role("button", name="Move 9 tickets").click()
    page.get_by_text("Please give a reason").wait_for()
    assert picture(runs) == before
    page.locator("#moving-reason").fill(REASON)
    page.get_by_role("button", name="Move 9 tickets").click()
    page.get_by_text("9 tickets were moved.").wait_for()
    assert WHY in blocked.inner_text()
    assert picture(runs)[-1] == before[-1]
    worker.reload()
    worker.locator("#steps").get_by_text("Inspect").first.wait_for()
    worker.goto(f"/tickets/{runs[0].ticket.number}/history")
    assert REASON in worker.locator("main").inner_text()
    assert page.seen.problems + worker.seen.problems == []
    look(runs, alan)
