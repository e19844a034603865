"""How soon a person sees something: the largest paint of a page, and the next frame after a key, in a real browser.

    python -m benchmarks.frames --data FOLDER [--database-url URL] [--rounds 8]

FOLDER is a data folder filled by `search_all.py` (a copy: the run writes into it). Starts what `up` starts and drives
Chromium on the same machine, with a cold cache for each page. Prints one JSON line per page and per key: largest
contentful paint and layout shift; for a key the time from the press to the end of the next frame, and for keys that
fetch something also until that is painted. A p50 paint of 1 s or more, or a p95 of a frame of 100 ms or more, ends
with 1.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.agents import PEOPLE
from tests.reliability.ending import clean_up_when_stopped
from tests.reliability.server import Flowtic

PAINT, FRAME = 1000.0, 100.0
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
TEXT = "Thank you, the printer on your floor works again."
# A frame ends with the first task after the drawing that follows the key; the listener is the first one of the page.
WATCH = """
window.vitals = { paint: 0, shift: 0, frame: 0, shown: 0, wanted: "" };
const watch = (type, then) => new PerformanceObserver((list) => list.getEntries().forEach(then))
  .observe({ type, buffered: true });
watch("largest-contentful-paint", (one) => { vitals.paint = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) vitals.shift += one.value; });
const drawn = (say) => requestAnimationFrame(() => {
  const end = new MessageChannel();
  end.port1.onmessage = say;
  end.port2.postMessage(0);
});
addEventListener("keydown", (event) => {
  if (["Control", "Shift"].includes(event.key)) return;
  const since = () => performance.now() - event.timeStamp;
  drawn(() => { vitals.frame = since(); });
  const look = () => {
    const there = vitals.wanted && document.querySelector(vitals.wanted);
    if (there && there.checkVisibility()) drawn(() => { vitals.shown = since(); });
    else if (vitals.wanted && since() < 5000) requestAnimationFrame(look);
  };
  look();
}, true);
vitals.done = () => new Promise((say) => {
  const look = () => {
    if (vitals.frame && (vitals.shown || !vitals.wanted)) say([vitals.frame, vitals.shown]);
    else setTimeout(look, 5);
  };
  look();
});
"""
FIRST_TICKET = "[data-list] .row .c-sub a"


class Keys:
    """Times of one page's keys by action."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: dict[str, list[float]] = {}
        self.shown: dict[str, list[float]] = {}

    def press(self, action: str, key: str, wanted: str = "") -> None:
        """Presses and waits for the frame, and for what is `wanted` on screen."""
        self.page.evaluate("(wanted) => { Object.assign(vitals, { wanted, frame: 0, shown: 0 }); }", wanted)
        self.page.keyboard.press(key)
        frame, shown = self.page.evaluate("() => vitals.done()")
        self.frames.setdefault(action, []).append(frame)
        if wanted:
            self.shown.setdefault(action, []).append(shown)
        self.page.wait_for_timeout(60)  # as fast as fingers: nobody presses while the last frame is drawn

    def type(self, action: str, text: str) -> None:
        for letter in text:
            self.press(action, "Space" if letter == " " else letter)


def quantiles(times: Iterable[float]) -> dict[str, float]:
    found = sorted(times)
    at95 = found[min(len(found) - 1, int(len(found) * 0.95))]
    return {"n": len(found), "p50": round(statistics.median(found), 1), "p95": round(at95, 1)}


def browser_of(context: Browser, port: int, cookie: dict[str, str]) -> BrowserContext:
    """A browser that was never here before, of a person who is logged in."""
    made = context.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1440, "height": 900})
    made.add_cookies([{**cookie, "url": f"http://127.0.0.1:{port}"}])  # type: ignore[list-item, typeddict-item]
    made.add_init_script(WATCH)
    return made


def paints(fresh: Callable[[], BrowserContext], paths: dict[str, str], rounds: int) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name, path in paths.items():
        times, shifts, nodes = [], [], 0
        for _round in range(rounds):
            context = fresh()
            page = context.new_page()
            page.goto(path, wait_until="load")
            page.wait_for_timeout(600)
            paint, shift, nodes = page.evaluate(
                "() => [vitals.paint, vitals.shift, document.querySelectorAll('*').length]"
            )
            times.append(paint)
            shifts.append(shift)
            context.close()
        found[name] = {"paint": quantiles(times), "shift": round(max(shifts), 4), "nodes": nodes}
    return found


def list_keys(page: Page, rounds: int) -> Keys:
    keys = Keys(page)
    page.goto("/tickets?view=all", wait_until="networkidle")
    for _round in range(rounds):
        for key in "jjjkkj":
            keys.press("list: J, K", key)
        keys.press("list: select", "x")
        keys.press("list: unselect", "x")
        keys.press("list: peek", "Space", "#peek[open] #peek-title")
        keys.press("list: peek at the next", "j")
        keys.press("list: close the peek", "Escape")
        keys.press("list: menu of the status", "s", "#quick:popover-open .menu-i")
        keys.press("list: close the menu", "Escape")
        keys.press("palette: open", "Control+k", "dialog[open] input")
        keys.type("palette: type", "drucker")
        page.wait_for_timeout(400)
        keys.press("palette: down", "ArrowDown")
        keys.press("palette: close", "Escape")
        page.wait_for_timeout(200)
    page.locator("#filter-q").focus()
    keys.type("list: search", "netzwerk")
    return keys


def ticket_keys(page: Page, path: str, rounds: int) -> Keys:
    keys = Keys(page)
    page.goto(path, wait_until="networkidle")
    keys.press("ticket: reply", "r", ".composer textarea:focus")
    for _round in range(max(1, rounds // 2)):
        keys.type("ticket: type", TEXT)
        keys.press("ticket: new line", "Enter")
    keys.press("ticket: leave the text", "Escape")
    return keys


def measure(flowtic: Flowtic, rounds: int) -> dict[str, dict[str, object]]:
    name, sessions = json.loads(flowtic.manage("shell", "-c", PEOPLE.format(number=1)).splitlines()[-1])
    with sync_playwright() as driver:
        program = next((path for path in CHROMIUM if Path(path).exists()), None)
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])

        def fresh() -> BrowserContext:
            return browser_of(browser, flowtic.port, {"name": name, "value": sessions[0]})

        context = fresh()
        page = context.new_page()
        page.goto("/tickets?view=all", wait_until="networkidle")
        ticket = page.locator(FIRST_TICKET).first.get_attribute("href") or ""
        places = {"list": "/tickets", "all tickets": "/tickets?view=all", "grouped": "/tickets?group=status"}
        places |= {
            "board": "/tickets?layout=board",
            "ticket": ticket,
            "my work": "/work",
            "search": "/search?q=drucker",
        }
        found = paints(fresh, places, rounds)
        for keys in (list_keys(page, rounds), ticket_keys(page, ticket, rounds)):
            for action, times in keys.frames.items():
                found[action] = {"frame": quantiles(times)}
                if action in keys.shown:
                    found[action]["shown"] = quantiles(keys.shown[action])
        browser.close()
    return found


def is_slow(row: dict[str, object]) -> bool:
    paint, frame = row.get("paint"), row.get("frame")
    return bool((paint and paint["p50"] >= PAINT) or (frame and frame["p95"] >= FRAME))  # type: ignore[index]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--rounds", type=int, default=8)
    arguments = parser.parse_args()
    clean_up_when_stopped()
    with tempfile.TemporaryDirectory() as folder:
        more = {"FLOWTIC_DATA_DIR": str(Path(arguments.data).resolve())}
        with Flowtic(Path(folder), database_url=arguments.database_url, more=more) as flowtic:
            found = measure(flowtic, arguments.rounds)
    print(json.dumps({"load": os.getloadavg()[0]}))
    for name, row in found.items():
        print(json.dumps({"what": name, "slow": is_slow(row), **row}))
    return int(any(is_slow(row) for row in found.values()))


if __name__ == "__main__":
    sys.exit(main())
