"""Workflow runs that go on while something they need is gone: people and a robot work, then every run is audited.

    with Called() as called: runs = Runs(flowtic, called); runs.begin(10); runs.work(); …; runs.release(); runs.finish()

`audit()` tells what is wrong in numbers; everything is read through the API and from the outside (calls, mails).
"""

import threading
import time
import uuid
from collections import Counter
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.reliability.server import Flowtic, NoAnswer

KEY, LAST = "under_fire", "last"
PEOPLE = ("first", "middle", LAST)
TELLS = "Told: "
MAILS_WITHIN = 60.0


class Called:
    """A server that steps call; counts how often each effect arrived by its key."""

    def __init__(self) -> None:
        self.keys: Counter[str] = Counter()
        counts, lock = self.keys, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with lock:
                    counts[self.headers["Idempotency-Key"]] += 1
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def document(port: int) -> dict[str, Any]:
    """People, a call, a robot, a pause and a mail, one after the other."""
    owner, url = {"strategy": "pull"}, f"http://127.0.0.1:{port}/"
    retries, told = {"times": 5, "backoff": "PT1S"}, TELLS + "{{ ticket.number }}"
    steps: list[dict[str, Any]] = [
        {"key": "first", "kind": "form", "owner": owner, "next": "call"},
        {"key": "call", "kind": "http", "method": "POST", "url": url, "body": {}, "retries": retries, "next": "middle"},
        {"key": "middle", "kind": "form", "owner": owner, "next": "order"},
        {"key": "order", "kind": "external", "topic": "shop", "next": "pause", "on_error": "end"},
        {"key": "pause", "kind": "wait", "duration": "PT1S", "next": "tell"},
        {"key": "tell", "kind": "notify", "to": ["requester"], "subject": told, "text": "Soon.", "next": LAST},
        {"key": LAST, "kind": "form", "owner": owner, "next": "end"},
        {"key": "end", "kind": "end", "status": "resolved"},
    ]
    named = [{"name": {"de": step["key"], "en": step["key"]}, **step} for step in steps]
    return {"schema": 1, "name": {"de": "Feuer", "en": "Fire"}, "start": "first", "steps": named}


class Runs:
    """What was begun, who works on it, and what the desk holds in the end."""

    def __init__(self, flowtic: Flowtic, called: Called, clients: int = 3, seconds: float = 240) -> None:
        self.flowtic, self.called = flowtic, called
        scopes = ("work:read", "work:write", "workflows:admin")
        people: dict[str, tuple[str, ...]] = {
            f"worker{n}@example.test": ("support", *scopes[:2]) for n in range(clients)
        }
        people |= {"asks@example.test": ("user",), "chief@example.test": ("admin", *scopes)}
        *self.tokens, _asks, self.admin = flowtic.people(people)
        self.until = time.monotonic() + seconds
        self.released = threading.Event()  # until then nobody does the last step: every run is in its middle
        self.numbers: list[str] = []
        self.acknowledged: set[int] = set()
        self.refused: list[str] = []
        self.unanswered = 0
        self.threads: list[threading.Thread] = []

    def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """The answer; the same request with the same key again while there is none."""
        key = uuid.uuid4().hex if method == "POST" else ""
        while True:
            try:
                status, answer = self.flowtic.request(
                    method, f"/api/v1{path}", token=token, body=body, key=key, timeout=15
                )
            except NoAnswer:
                status, answer = 599, None
            still_runs = status == 409 and answer["code"] == "conflict"
            if (status < 500 and not still_runs) or time.monotonic() > self.until:
                return status, answer
            self.unanswered += 1
            time.sleep(0.2)

    def begin(self, runs: int) -> None:
        names = {"key": KEY, "name_de": "Feuer", "name_en": "Fire", "document": document(self.called.port)}
        for path, body in (("/workflows", names), (f"/workflows/{KEY}/publish", {"note": "x"})):
            status, answer = self.call("POST", path, self.admin, body)
            assert status == 201, answer
        for number in range(runs):
            about = {"subject": f"Run {number}", "description": "x", "requester_email": "asks@example.test"}
            ticket = self.call("POST", "/tickets", self.tokens[0], about)[1]
            status, answer = self.call(
                "POST", f"/tickets/{ticket['number']}/workflow", self.tokens[0], {"workflow": KEY}
            )
            assert status == 201, answer
            self.numbers.append(ticket["number"])

    def work(self) -> None:
        """Begins to work; `finish` waits for the end of it."""
        acts = [*((self._people, token) for token in self.tokens), (self._robot, self.tokens[0])]
        self.threads = [threading.Thread(target=act, args=(token,), daemon=True) for act, token in acts]
        for thread in self.threads:
            thread.start()

    def release(self) -> None:
        self.released.set()

    def finish(self) -> None:
        for thread in self.threads:
            thread.join(max(0.0, self.until - time.monotonic()) + 30)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until or (self.released.is_set() and not self.running())

    def running(self) -> list[Any]:
        status, page = self.call("GET", "/instances?status=running&limit=100", self.admin)
        return list(page["results"]) if status == 200 else []

    def _people(self, token: str) -> None:
        while not self.is_over:
            status, page = self.call("GET", "/work-items?state=ready&limit=100", token)
            for item in page["results"] if status == 200 else ():
                if item["step"]["key"] in PEOPLE and (item["step"]["key"] != LAST or self.released.is_set()):
                    self._do(item["id"], token)
            time.sleep(0.3)

    def _do(self, item: int, token: str) -> None:
        status, answer = self.call("POST", f"/work-items/{item}/claim", token, {})
        if status == 200:
            status, answer = self.call("POST", f"/work-items/{item}/complete", token, {"outcome": "done"})
            if status == 200:
                self.acknowledged.add(item)
        if status not in (200, 409):
            self.refused.append(f"{item}: {status} {answer}")

    def _robot(self, token: str) -> None:
        wanted = {"worker": "robot", "topics": ["shop"], "max": 10, "lease_seconds": 20}
        while not self.is_over:
            status, page = self.call("POST", "/external-tasks/lease", token, wanted)
            for task in page["results"] if status == 200 else ():
                done = {"lease_token": task["lease_token"], "variables": {}}
                status, answer = self.call("POST", f"/external-tasks/{task['id']}/complete", token, done)
                if status not in (200, 409):
                    self.refused.append(f"task {task['id']}: {status} {answer}")
            time.sleep(0.3)

    # ---- what came of it -----------------------------------------------------------------

    def audit(self) -> dict[str, Any]:
        """Counts of what is wrong; all zero: nothing was lost, nothing was doubled, every run has ended."""
        found: Counter[str] = Counter()
        page = self.call("GET", "/instances?limit=100", self.admin)[1]["results"]
        found["lost_runs"] = len(set(self.numbers) ^ {row["ticket"]["number"] for row in page})
        completed = self._completed()
        found["lost_steps"] = len(self.acknowledged - set(completed))
        for row in page:
            found.update(self._look_at(self.call("GET", f"/instances/{row['id']}", self.admin)[1]))
            ticket = self.call("GET", f"/tickets/{row['ticket']['number']}", self.admin)[1]
            found["open_tickets"] += ticket["status"]["key"] != "resolved"
        per_run = Counter((item["instance"], item["step"]["key"]) for item in completed.values())
        found["doubled_steps"] += sum(count - 1 for count in per_run.values())
        found["missing_steps"] = len(self.numbers) * (len(PEOPLE) + 1) - len(per_run)
        found["lost_calls"] = len(self.numbers) - len(self.called.keys)
        until = time.monotonic() + MAILS_WITHIN  # nobody waits for them: a run may end before they are sent
        while len(told := self._told()) < len(self.numbers) and time.monotonic() < until:
            time.sleep(1)
        found["lost_mails"] = len(set(self.numbers) - set(told))
        found["doubled_mails"] = sum(len(keys) - 1 for keys in told.values())
        return {**found, "refused": self.refused[:5]}

    def _completed(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        cursor = ""
        while True:
            page = self.call("GET", f"/work-items?state=completed&limit=100{cursor}", self.admin)[1]
            found |= {item["id"]: item for item in page["results"]}
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"

    def _look_at(self, run: dict[str, Any]) -> Counter[str]:
        log = [entry["event"] for entry in run["events"]]
        ended = Counter(entry["item"] for entry in log if entry["type"] == "completed")
        settled = Counter(entry["effect"] for entry in log if entry["type"] in ("effect_done", "effect_failed"))
        return Counter(
            unfinished=int(run["status"] != "finished"),
            repeated_visits=sum(count - 1 for count in run["visits"].values()),
            doubled_events=sum(count - 1 for count in (ended + settled).values()),
            gaps=int([entry["seq"] for entry in run["events"]] != list(range(1, len(log) + 1))),
            failed=sum(entry["type"] == "effect_failed" for entry in log),
        )

    def _told(self) -> dict[str, set[str]]:
        """Ticket number -> Message-IDs of the notify step's mails, which a repeat shares."""
        found: dict[str, set[str]] = {}
        for path in (self.flowtic.folder / "mails").iterdir():
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                mail = message_from_bytes(part.lstrip(b"\n"))
                subject = str(mail.get("Subject", ""))
                if TELLS in subject:
                    found.setdefault(subject.partition(TELLS)[2].strip(), set()).add(str(mail["Message-ID"]))
        return found
