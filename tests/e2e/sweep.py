"""Looks at every page of the desk: axe, side scroll, size of what is touched, errors of scripts and policies.

    python -m tests.e2e.sweep FOLDER [--only de-light-desktop …] [--pages tickets …] [--pictures FOLDER]

FOLDER keeps the demo desk between two runs. Without --only all eight combinations are looked at (about an hour).
"""

import argparse
import itertools
import re
import sys
from pathlib import Path
from typing import Any

from tests.e2e.demo_desk import chromium, enter, set_up

COMBINATIONS = ["-".join(row) for row in itertools.product(("de", "en"), ("light", "dark"), ("desktop", "phone"))]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What a finger has to hit on every screen: the main button, the bar at the bottom, what a menu offers.
TOUCHED = ".btn-primary, .tabbar a, .tabbar button, .menu-i, .row .claim, .bell, .field:not(textarea)"
SMALL = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  const box = one.getBoundingClientRect();
  return one.checkVisibility?.() && box.width && box.top < innerHeight * 3 && !one.matches(".sr-only") && Math.min(box.height, box.width) < 43.5;
}).slice(0, 4).map((one) => { const box = one.getBoundingClientRect(); return `${one.className} "${one.textContent.trim().slice(0, 30)}" ${Math.round(box.width)}x${Math.round(box.height)}`; })"""
WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.right > innerWidth + 1 && box.width && getComputedStyle(one).position !== "fixed" && !one.closest("table, pre, .toolbar, nav, svg, [popover], .table-scroll");
}).slice(0, 3).map((one) => `${one.tagName}.${one.className}`.slice(0, 80))"""


class Listener:
    """Errors that the browser reports while a page is open."""

    def __init__(self, page: Any) -> None:
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", self._console)

    def _console(self, said: Any) -> None:
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.problems.append(f"console: {said.text}")

    def taken(self) -> list[str]:
        found, self.problems = self.problems, []
        return found


def problems_of(page: Any, axe: Any, *, phone: bool) -> list[str]:
    """What is wrong with the page as it stands."""
    found = [
        f"axe {violation['id']}: {[node['target'] for node in violation['nodes']][:3]}"
        for violation in axe.run(page, options=RULES).response["violations"]
    ]
    scroll, width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if scroll > width:
        found.append(f"scrolls sideways {scroll} > {width}: {page.evaluate(WIDE)}")
    if phone:
        found += [f"small: {text}" for text in page.evaluate(SMALL, TOUCHED)]
    return found


def sweep(url: str, browser: Any, pages: list[Any], combination: str, pictures: Path | None = None) -> list[str]:
    """One line for everything that is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    language, theme, size = combination.split("-")
    lines, axe = [], Axe()
    for who, group in itertools.groupby(sorted(pages, key=lambda page: page.who), key=lambda page: page.who):
        tab = enter(browser, url, who, language=language, theme=theme, size=size)
        listener = Listener(tab)
        for page in group:
            tab.goto(page.path)
            tab.wait_for_load_state("load")
            tab.wait_for_timeout(250)  # what the page fetches for itself; nothing is asserted on it
            found = problems_of(tab, axe, phone=size == "phone") + listener.taken()
            said = tab.locator("html").get_attribute("lang")
            if said != language:
                found.append(f"is in {said}")
            lines += [f"{combination} {who or '-'} {page.path}: {text}" for text in found]
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                name = re.sub(r"[^a-z0-9]+", "-", page.route.lower()).strip("-") or "home"
                tab.screenshot(path=str(pictures / f"{name}.{combination}.png"))
        tab.context.close()
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=COMBINATIONS, choices=COMBINATIONS)
    parser.add_argument("--pages", nargs="*", default=[], help="only addresses that contain one of these")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    set_up(options.folder.resolve())
    from tests.e2e.asgi import streaming_server
    from tests.e2e.pages import find_pages

    pages, left = find_pages()
    chosen = [page for page in pages if not options.pages or any(part in page.path for part in options.pages)]
    print(f"{len(chosen)} of {len(pages)} pages; no page: {', '.join(left)}", flush=True)
    lines = []
    with streaming_server() as server, chromium() as browser:
        for combination in options.only:
            lines += sweep(server.url, browser, chosen, combination, options.pictures)
            print(f"{combination}: {len(lines)} problems so far", flush=True)
    print("\n".join(lines) or "Nothing is wrong.")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
