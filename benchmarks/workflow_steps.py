"""Drives running instances of a 12-step workflow to their end over REST, then audits every one of them.

    python -m benchmarks.workflow_steps --instances 1000 --workers 8 [--database-url URL | --own-mariadb] [--kill web]

Starts a Flowtic of its own. Prints one JSON line: steps per second, times of `complete` in ms, steps lost or doubled;
ends with 1 unless every instance finished, every step was completed once and every log replays to its state.
"""

import argparse
import contextlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.workflow_document import DOCUMENT, KEY, STEPS
from tests.reliability.database import CrashableMariaDB
from tests.reliability.ending import clean_up_when_stopped
from tests.reliability.server import ROOT, Flowtic, NoAnswer

SCOPES = ("work:read", "work:write", "workflows:admin")
PAGE = 100
TRIES = 200
REQUESTER = "requester@example.test"


class Drive:
    """Clients that look for work, take it and complete it until nothing is left."""

    def __init__(self, flowtic: Flowtic, tokens: list[str], instances: int, seconds: float) -> None:
        self.flowtic, self.tokens, self.instances, self.seconds = flowtic, tokens, instances, seconds
        self.completed: dict[int, int] = {}  # acknowledged: item to how often
        self.times: list[float] = []
        self.refused: list[str] = []
        self.retries = self.taken = 0
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()

    def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """The answer, with the same key again after 5xx and broken connections."""
        key = uuid.uuid4().hex if method == "POST" else ""
        tries = 0
        while True:
            try:
                status, answer = self.flowtic.request(method, f"/api/v1{path}", token=token, body=body, key=key)
            except NoAnswer:
                status, answer = 599, None
            # 409 without a name of its own: the first try of the key still runs.
            tries += 1
            again = status >= 500 or (status == 409 and answer["code"] == "conflict")
            if not again or tries == TRIES or time.monotonic() > self._until:
                return status, answer
            with self._lock:
                self.retries += 1
            time.sleep(0.05)

    def together(self, act: Callable[[str], None]) -> float:
        """Runs `act` with every token at once; seconds."""
        started = time.monotonic()
        self._until = started + self.seconds
        threads = [threading.Thread(target=act, args=(token,), daemon=True) for token in self.tokens]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - started

    def begin(self) -> float:
        """Creates the tickets and starts the workflow on each."""
        # Requested by somebody else: nobody approves their own request.
        left = iter(range(self.instances))

        def act(token: str) -> None:
            while (number := self._next(left)) is not None:
                about = {"subject": f"Run {number}", "description": "Measured.", "requester_email": REQUESTER}
                status, ticket = self.call("POST", "/tickets", token, about)
                assert status == 201, ticket
                status, run = self.call("POST", f"/tickets/{ticket['number']}/workflow", token, {"workflow": KEY})
                assert status == 201, run

        return self.together(act)

    def finish(self) -> float:
        """Claims and completes until no item is open."""
        return self.together(self._work)

    def _work(self, token: str) -> None:
        place = self.tokens.index(token)
        chance = random.Random(place)  # noqa: S311  (nothing secret)
        while time.monotonic() < self._until:
            found = self._found("/work-items?state=ready&sort=created", token, PAGE)
            if not found and not self._found("/instances?status=running", token, 1):
                return
            time.sleep(0 if found else 0.1)
            # Each has a share of its own and turns to others' when that is done, where it meets them.
            mine = [item for item in found if item["id"] % len(self.tokens) == place] or found
            for item in chance.sample(mine, min(len(mine), 20)):
                if time.monotonic() < self._until:
                    self._do(item, token)

    def _found(self, path: str, token: str, limit: int) -> list[dict[str, Any]]:
        """The first page; nothing when the time is over before an answer came."""
        status, page = self.call("GET", f"{path}&limit={limit}", token)
        return list(page["results"]) if status == 200 else []

    def _do(self, item: dict[str, Any], token: str) -> None:
        status, answer = self.call("POST", f"/work-items/{item['id']}/claim", token, {})
        if status == 409:
            with self._lock:
                self.taken += 1
            return
        if status == 200:
            body = STEPS[answer["step"]["key"]]
            started = time.perf_counter()
            status, answer = self.call("POST", f"/work-items/{item['id']}/complete", token, body)
            with self._lock:
                self.times.append((time.perf_counter() - started) * 1000)
        with self._lock:
            if status == 200:
                self.completed[item["id"]] = self.completed.get(item["id"], 0) + 1
            else:
                self.refused.append(f"{item['id']}: {status} {answer}")

    def _next(self, left: Any) -> Any:
        with self._lock:
            return next(left, None)


def measure(flowtic: Flowtic, arguments: argparse.Namespace) -> dict[str, Any]:
    people: dict[str, tuple[str, ...]] = {
        f"worker{n}@example.test": ("support", *SCOPES[:2]) for n in range(arguments.workers)
    }
    *tokens, admin = flowtic.people(people | {"admin@example.test": ("admin", *SCOPES)})
    drive = Drive(flowtic, tokens, arguments.instances, arguments.seconds)
    names = {"key": KEY, "name_de": "Gemessen", "name_en": "Measured", "document": DOCUMENT}
    for path, body in (("/workflows", names), (f"/workflows/{KEY}/publish", {"note": "measured"})):
        status, answer = drive.call("POST", path, admin, body)
        assert status == 201, answer
    began = drive.begin()
    stop = threading.Event()
    killer = threading.Thread(target=_kill, args=(flowtic, arguments.kill, stop), daemon=True)
    killer.start()
    try:
        took = drive.finish()
    finally:
        stop.set()
    killer.join()
    flowtic.wait_until_live()
    times = sorted(drive.times)
    return {
        "instances": arguments.instances,
        "steps": len(drive.completed),
        "seconds": round(took, 1),
        "steps_per_second": round(len(drive.completed) / took, 1),
        "complete_ms": {"p50": round(statistics.median(times), 1), "p95": round(times[int(len(times) * 0.95)], 1)},
        "starts_per_second": round(arguments.instances / began, 1),
        "already_taken": drive.taken,
        "retries": drive.retries,
        "refused": drive.refused[:5],
        **audit(flowtic, drive.completed),
    }


def _kill(flowtic: Flowtic, kinds: list[str], stop: threading.Event) -> None:
    chance = random.Random(7)  # noqa: S311
    while kinds and not stop.wait(chance.uniform(1.5, 3)):
        flowtic.kill_one(chance.choice(kinds), chance)


def audit(flowtic: Flowtic, completed: dict[int, int]) -> dict[str, Any]:
    """Looks at every instance in the database (benchmarks/workflow_audit.py)."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.workflow_audit"],
        cwd=ROOT,
        env=flowtic.env,
        input=json.dumps(sorted(completed)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3600, help="stop working after this")
    parser.add_argument("--kill", action="append", default=[], choices=["web", "worker"])
    parser.add_argument("--database-url", default="")
    parser.add_argument("--own-mariadb", action="store_true", help="start a MariaDB for this run")
    arguments = parser.parse_args()
    clean_up_when_stopped()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(CrashableMariaDB(folder / "mariadb")) if arguments.own_mariadb else None
        url = database.url if database else arguments.database_url
        found = measure(stack.enter_context(Flowtic(folder, database_url=url)), arguments)
    print(json.dumps(found))
    wrong = ("unfinished", "lost", "doubled", "not_replayed", "wrong_tickets")
    return int(any(found[name] for name in wrong) or bool(found["refused"]))


if __name__ == "__main__":
    sys.exit(main())
