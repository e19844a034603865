"""A real Chromium against a live server. Pictures of every page go to FLOWTIC_SCREENSHOTS when that names a folder."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tests.services import find_chromium

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
# 1280 pixels at 400 %.
SIZES["narrow"] = {"width": 320, "height": 640}
# Only what is wrong is told at length: the rest of the report would be most of the work.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = find_chromium()
    if not path:
        pytest.skip("Chromium is not installed")
    quiet = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
    ]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


class Seen:
    """What went wrong in the browser: script errors, policy violations, dialogs, foreign requests."""

    def __init__(self, page: Any, origin: str) -> None:
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url, origin))

    def _console(self, message: Any) -> None:
        # A refused form answers 4xx on purpose; the browser prints that as an error of its own.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        if dialog.type != "beforeunload":
            self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:", "blob:")):
            self.problems.append(f"foreign request: {url}")


def keys_wait_for_scripts(page: Any) -> None:
    """Keys are pressed when the page has loaded: after a click that led to another page, its heading is there before
    the scripts are, and a key that nobody listens to is lost."""
    for name in ("press", "type"):
        act = getattr(page.keyboard, name)

        def later(*given: Any, act: Any = act, **options: Any) -> None:
            page.wait_for_load_state()
            act(*given, **options)

        setattr(page.keyboard, name, later)


@pytest.fixture
def open_page(browser: Any, live_server: Any, settings: Any) -> Any:
    """`open_page(person, "/tickets", size=, theme=, language=, javascript=)` -> a Playwright page with `.seen`.

    `same_browser`: another tab of the browser in which this person saw the page before, whose files are there already.
    """
    contexts, browsers = [], {}
    settings.BASE_URL = live_server.url  # links in mails lead here

    def make(
        person: Any,
        path: str = "/",
        *,
        size: str = "desktop",
        theme: str = "light",
        language: str = "en",
        javascript: bool = True,
        same_browser: bool = False,
    ) -> Any:
        look = {"viewport": SIZES[size], "color_scheme": theme, "locale": language, "java_script_enabled": javascript}
        name = (person and person.pk, *map(str, look.values()))
        known = browsers.get(name) if same_browser else None
        context = known or browser.new_context(**look, base_url=live_server.url, has_touch=size == "phone")
        if known is None:
            contexts.append(context)
            browsers[name] = context
        if person is not None and known is None:
            client = Client()
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(8000)
        page.seen = Seen(page, live_server.url)
        keys_wait_for_scripts(page)
        if path:
            page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def check_page() -> Callable[..., None]:
    """Asserts that a page has no accessibility violation, no side scroll and no error; takes its picture."""

    def check(page: Any, name: str) -> None:
        folder = os.environ.get("FLOWTIC_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"))
        result = Axe().run(page, options=RULES)
        found = [
            f"{violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes']][:3]}"
            for violation in result.response["violations"]
        ]
        assert found == [], name
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], f"{name} scrolls sideways: {width}"
        assert page.seen.problems == [], name

    return check
