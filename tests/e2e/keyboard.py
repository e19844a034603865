"""A person at the keyboard: keys and looking, nothing else. Everything that a mouse or a test's shortcut does is refused."""

from typing import Any

import pytest
from playwright.sync_api import Locator, LocatorAssertions, Mouse, Page, Touchscreen, expect

# What a hand at the keyboard cannot do: point at things, put text or focus somewhere, jump to an address.
POINTING = ("click", "dblclick", "tap", "hover", "drag_to", "drag_and_drop", "check", "uncheck", "set_checked")
SHORTCUTS = ("fill", "clear", "press", "press_sequentially", "type", "focus", "select_option", "set_input_files")
TRAVELLING = ("goto", "go_back", "go_forward", "reload", "set_content")
# The last of the scripts that every page of a person loads says whether it hears the stream.
READY = "() => document.readyState !== 'loading' && (document.documentElement.dataset.stream || !document.body.dataset.person)"
WATCH = """for (const name of ["pointerdown", "mousedown", "touchstart", "wheel"])
  addEventListener(name, () => window.flowticPointed(name), { capture: true, passive: true });"""


def refuse_the_mouse(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on pages and locators can only be looked at."""
    found = [(Mouse, ("move", "down", "up", "click", "dblclick", "wheel")), (Touchscreen, ("tap",))]
    found += [(Locator, (*POINTING, *SHORTCUTS, "dispatch_event")), (Page, (*POINTING, *SHORTCUTS, *TRAVELLING))]
    for kind, names in found:
        for name in names:
            if hasattr(kind, name):
                monkeypatch.setattr(kind, name, _refusal(f"{kind.__name__}.{name}"))


def _refusal(name: str) -> Any:
    def refused(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError(f"{name} is not the keyboard")

    return refused


_goto = Page.goto


class Hand:
    """Types into one page. `pointed` stays empty as long as nothing in the browser saw a pointer."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin, self.pointed = page, origin, []
        page.context.expose_binding("flowticPointed", lambda _source, name: self.pointed.append(name))
        page.context.add_init_script(WATCH)

    def address(self, path: str) -> None:
        """Types an address into the browser's own bar."""
        _goto(self.page, self.origin + path)

    def keys(self, *names: str) -> None:
        for name in names:
            self._wait()
            self.page.keyboard.press(name)

    def write(self, text: str) -> None:
        self._wait()
        self.page.keyboard.type(text)

    def _wait(self) -> None:
        """Until the page has come alive: nobody types before there is something to type at."""
        self.page.wait_for_function(READY, timeout=20_000)

    def sees(self, selector: str, **options: Any) -> LocatorAssertions:
        return expect(self.page.locator(selector, **options))

    def tab_to(self, selector: str, key: str = "Tab", most: int = 60) -> None:
        """Tab until something has the focus; fails when that is further away than a person would go."""
        for _step in range(most):
            if self.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{selector} is more than {most} times {key} away")

    def log_in(self, email: str, password: str) -> None:
        self.address("/accounts/login/")
        self.sees("input[name=login]").to_be_focused()
        self.write(email)
        self.keys("Tab")
        self.write(password)
        self.keys("Enter")

    def palette(self, text: str, first: str) -> None:
        """Ctrl K, a few letters, and Enter once the first line is the one that is meant."""
        self.keys("Control+k")
        self.sees("#palette [role=combobox]").to_be_focused()
        self.write(text)
        self.sees("#palette [role=option][aria-selected=true]").to_contain_text(first)
        self.keys("Enter")
        self.sees("#palette").to_be_hidden()
