"""Fifty agents at work: how long a click takes while all of them read, write, search and hear of each other's changes.

    python -m benchmarks.agents --data FOLDER [--database-url URL] [--agents 50] [--seconds 120] [--think 5]

FOLDER is a data folder filled by `search_all.py` (a copy: the run writes into it). Starts what `up` starts, two web
processes, worker and scheduler; every agent has a session and an event stream of their own, clicks, thinks for an
exponentially distributed time, and fetches rows again as the list does when others change them. Prints one JSON line
with p50 and p95 in ms per kind of click; a p95 over all of 300 ms or more, or any answer that is wrong, ends with 1.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx2

from tests.reliability.ending import clean_up_when_stopped
from tests.reliability.server import Flowtic

LIMIT = 300.0
WARM_UP = 10.0  # seconds that do not count
PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.commands import create_person
from accounts.models import Department, User
from flowtic.core.actor import Actor
departments = list(Department.objects.active().order_by("pk"))
for n in range({number}):
    if not User.objects.filter(email=f"agent{{n}}@bench.example").exists():
        inside = {{departments[(n + step) % len(departments)]: False for step in range(3)}}
        create_person(Actor.system("benchmark"), email=f"agent{{n}}@bench.example", name=f"Agent {{n}}", role="agent",
                      departments=inside, password=None)
keys = []
for person in User.objects.filter(email__startswith="agent", email__endswith="@bench.example")[:{number}]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    keys.append(session.session_key)
print(json.dumps([settings.SESSION_COOKIE_NAME, keys]))
"""
WORDS = ("Drucker", "Rechnung Server", "Netzwerk Ausfall", "printer offline", "Passwort", "Lizenz", "login error")
CLICKS = {"list": 24, "filter": 12, "open": 28, "note": 12, "priority": 8, "claim": 4, "palette": 8, "search": 4}
FRAGMENT = {"HX-Request": "true"}


class Agent:
    """One person with a browser: what is on screen decides what can be clicked."""

    def __init__(self, client: httpx2.AsyncClient, chance: random.Random, think: float, times: "Times") -> None:
        self.client, self.chance, self.think, self.times = client, chance, think, times
        self.rows: dict[int, str] = {}  # on the list: primary key to number
        self.number, self.token = "", ""
        self.changed: set[int] = set()
        self.list_shown = False

    async def work(self, until: float) -> None:
        await self.list()
        while time.monotonic() < until:
            await asyncio.sleep(min(self.chance.expovariate(1 / self.think), self.think * 4))
            kind = self.chance.choices(list(CLICKS), list(CLICKS.values()))[0]
            await getattr(self, kind)()

    async def call(self, kind: str, method: str, path: str, expect: tuple[int, ...] = (200,), **more: object) -> str:
        began = time.monotonic()
        try:
            answer = await self.client.request(method, path, **more)
        except httpx2.RemoteProtocolError:  # an idle connection was closed as it was taken: browsers ask again, too
            answer = await self.client.request(method, path, **more)
        self.times.add(kind, (time.monotonic() - began) * 1000, began)
        if answer.status_code not in expect:
            self.times.wrong.append(f"{method} {path}: {answer.status_code}")
        return answer.text

    async def list(self) -> None:
        self.list_shown, self.changed = True, set()
        html = await self.call("list", "GET", "/tickets")
        rows = re.findall(r'id="ticket-(\d+)".*?/tickets/(FT-[\d-]+)', html, re.DOTALL)
        self.rows = {int(pk): number for pk, number in rows}
        self.keep_token(html)
        if not self.rows:
            self.times.wrong.append("an empty list")

    async def filter(self) -> None:
        field = self.chance.choice(
            ("priority=high", "priority=urgent", "assignee=me", "sort=-created", "assignee=none")
        )
        headers = FRAGMENT | {"HX-Target": "ticket-table"}
        self.list_shown = True
        await self.call("filter", "GET", f"/tickets?open=true&{field}", headers=headers)

    async def open(self) -> None:
        self.list_shown = False
        self.number = self.chance.choice(list(self.rows.values()))
        html = await self.call("ticket", "GET", f"/tickets/{self.number}")
        self.keep_token(html)
        beside = [self.post("presence", "presence", {"state": "viewing"}, (200, 204))]
        for tag in re.findall(r'<[^>]+hx-trigger="load[^>]*>', html):
            found = re.search(r'hx-get="([^"]+)"', tag)
            if found:
                path = found.group(1).replace("&amp;", "&")
                beside.append(self.call("beside the ticket", "GET", path, (200, 204), headers=FRAGMENT))
        await asyncio.gather(*beside)

    async def note(self) -> None:
        if self.number:
            text = f"Looked at it again, step {self.chance.randrange(10_000)}."
            await self.post("note", "comments", {"kind": "note", "body": text, "go": "send"}, (200, 409))

    async def priority(self) -> None:
        if self.number:
            value = self.chance.choice(("low", "normal", "high"))
            await self.post("priority", "priority", {"priority": value}, (200, 409))

    async def claim(self) -> None:
        if self.number:
            await self.post("claim", "claim", {}, (200, 409))

    async def palette(self) -> None:
        word = self.chance.choice(WORDS)
        for end in range(3, len(word) + 1, 3):  # as somebody types
            await self.call("palette", "GET", "/palette", params={"q": word[:end]}, headers=FRAGMENT)
            await asyncio.sleep(0.4)

    async def search(self) -> None:
        await self.call("search", "GET", "/search", params={"q": self.chance.choice(WORDS)})

    async def post(self, kind: str, verb: str, data: dict[str, str], expect: tuple[int, ...]) -> None:
        headers = FRAGMENT | {"X-CSRFToken": self.token}
        await self.call(kind, "POST", f"/tickets/{self.number}/{verb}", expect, data=data, headers=headers)

    def keep_token(self, html: str) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        self.token = found.group(1) if found else self.token

    async def listen(self) -> None:
        """Hears of changes, and a moment after the first fetches the rows again if the list is what is on screen.

        The moment is as in `static/js/list-live.js`: another one in each browser.
        """
        async with self.client.stream("GET", "/events", params={"topics": "me,tickets"}, timeout=None) as answer:
            async for line in answer.aiter_lines():
                found = re.search(r'"ticket": ?(\d+)', line)
                if found and self.list_shown and int(found.group(1)) in self.rows:
                    if not self.changed:
                        asyncio.get_running_loop().call_later(0.25 + self.chance.random() / 2, self.refresh)
                    self.changed.add(int(found.group(1)))

    def refresh(self) -> None:
        ids, self.changed = ",".join(map(str, self.changed)), set()
        if not ids or not self.list_shown:
            return
        task = asyncio.ensure_future(self.call("rows", "GET", f"/tickets/rows?ids={ids}", headers=FRAGMENT))
        self.times.tasks.add(task)
        task.add_done_callback(self.times.tasks.discard)


class Times:
    """Milliseconds by kind of click, after the warm-up."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []
        self.tasks: set[asyncio.Task[str]] = set()
        self.from_ = time.monotonic() + WARM_UP

    def add(self, kind: str, took: float, began: float) -> None:
        if began >= self.from_:
            self.by_kind[kind].append(took)

    def summary(self) -> dict[str, object]:
        everything = sorted(took for times in self.by_kind.values() for took in times)
        return {
            "requests": len(everything),
            "ms": {"all": _line(everything), **{kind: _line(sorted(times)) for kind, times in self.by_kind.items()}},
            "wrong": self.wrong[:5],
        }


def _line(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    at95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return {"n": len(times), "p50": round(statistics.median(times)), "p95": round(at95), "worst": round(times[-1])}


async def run(port: int, cookie: str, keys: list[str], seconds: float, think: float) -> Times:
    times, until = Times(), time.monotonic() + WARM_UP + seconds
    streams, works = [], []
    for n, key in enumerate(keys):
        client = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", cookies={cookie: key}, timeout=30, trust_env=False
        )
        agent = Agent(client, random.Random(n), think, times)  # noqa: S311
        streams.append(asyncio.create_task(agent.listen()))
        works.append(agent.work(until))
    await asyncio.gather(*works)
    await asyncio.gather(*times.tasks)
    for stream in streams:
        stream.cancel()
    times.wrong += [f"stream: {stream.exception()}" for stream in streams if stream.done() and not stream.cancelled()]
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=5, help="mean seconds between two clicks of one agent")
    arguments = parser.parse_args()
    clean_up_when_stopped()
    with tempfile.TemporaryDirectory() as folder:
        more = {"FLOWTIC_DATA_DIR": str(Path(arguments.data).resolve())}
        with Flowtic(Path(folder), database_url=arguments.database_url, more=more) as flowtic:
            cookie, keys = json.loads(
                flowtic.manage("shell", "-c", PEOPLE.format(number=arguments.agents)).splitlines()[-1]
            )
            times = asyncio.run(run(flowtic.port, cookie, keys, arguments.seconds, arguments.think))
    found = times.summary()
    database = "mysql" if arguments.database_url else "sqlite"
    print(json.dumps({"database": database, "agents": len(keys), "load": os.getloadavg()[0], **found}))
    everything = found["ms"]["all"]  # type: ignore[index]
    return int(bool(times.wrong) or not everything or everything["p95"] >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
