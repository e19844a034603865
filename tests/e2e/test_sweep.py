"""Every page in every look (the whole matrix is slow: `manage.py test --all`), and the main ones magnified, in forced
colours and without motion."""

import pytest
from django.core.management import call_command

from desk.commands import add_comment
from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.e2e.asgi import streaming_server
from tests.e2e.pages import find_pages
from tests.e2e.sweep import COMBINATIONS, sweep
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)
MOVING = """() => document.getAnimations().filter((one) => one.playState === "running"
  && one.effect.getComputedTiming().activeDuration > 20).map((one) => one.animationName ?? one.transitionProperty)"""
# What is told apart by a fill alone is gone in forced colours: such things need a border or an underline there.
BARE = """() => [...document.querySelectorAll(".btn-primary, .field, .chip, .tag, [aria-current]")].filter((one) => {
  const look = getComputedStyle(one);
  const has = (side) => look[`border${side}Style`] !== "none" && parseFloat(look[`border${side}Width`]) > 0;
  return one.checkVisibility() && !["Top", "Bottom", "Left"].some(has) && look.outlineStyle === "none"
    && !look.textDecorationLine.includes("underline") && look.fontWeight < 600 && look.forcedColorAdjust !== "none";
}).map((one) => `${one.className} ${one.textContent.trim().slice(0, 20)}`).slice(0, 5)"""


@pytest.fixture
def desk(it, rita, alan, lea):
    tickets = [make_ticket(rita, it, subject=f"Donaudampfschifffahrt {n} verspätet sich") for n in range(6)]
    add_comment(Actor(lea, "web"), tickets[0], body="Eine Notiz", internal=True)
    Ticket.objects.filter(pk=tickets[1].pk).update(assignee=alan)
    return tickets


def test_magnified_forced_and_still(desk, open_page, check_page, alan, lea, ada, rita):
    number = desk[0].number
    for person, path, key in (
        *((alan, "/tickets?view=all", ""), (alan, f"/tickets/{number}", ""), (alan, "/tickets", "Control+k")),
        *((lea, "/tickets?layout=board", ""), (lea, "/dispatch", ""), (ada, "/settings", "")),
        *((rita, "/portal", ""), (rita, f"/portal/tickets/{number}", "")),
    ):
        page = open_page(person, path, size="narrow", language="de", same_browser=True)
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        if key:
            page.keyboard.press(key)
            page.locator("#palette [role=option]").first.wait_for()
        check_page(page, f"narrow {path} {key}")
        assert page.evaluate(MOVING) == [], path
        assert page.evaluate(BARE) == [], path
        page.close()


@pytest.fixture
def demo(transactional_db):
    call_command("demo", verbosity=0)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_page(demo, browser, settings, combination):
    with streaming_server() as server:
        settings.BASE_URL = server.url
        assert sweep(server.url, browser, find_pages()[0], combination) == []
