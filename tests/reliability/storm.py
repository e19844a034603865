"""Creates under fire: clients post tickets with idempotency keys while processes are killed; then the desk is audited.

    python -m tests.reliability.storm --creates 10000 --clients 12 --kill web --kill worker [--database-url URL]
    python -m tests.reliability.storm --creates 2000 --own-mariadb --kill database --pause 6 12

prints one JSON line; exit 1 when anything was lost, doubled or wrongly answered. `--without-keys` is the negative
control: it must report doubles when answers get lost. `--own-mariadb` starts a server for the run; only that one can
be killed.
"""

import argparse
import contextlib
import itertools
import json
import random
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.database import CrashableMariaDB
from tests.reliability.ending import clean_up_when_stopped
from tests.reliability.proxy import LossyProxy
from tests.reliability.server import Flowtic, NoAnswer


@dataclass
class Storm:
    """What is to be done and what was seen."""

    flowtic: Flowtic
    token: str
    creates: int
    clients: int
    kill: tuple[str, ...] = ()
    least_kills: int = 0  # goes on creating until so many processes were killed
    keys: bool = True
    lost_answers: float = 0.0
    pause: tuple[float, float] = (0.6, 1.6)
    seconds: float = 1800
    begin_within: float = 1800  # no create is begun later
    database: CrashableMariaDB | None = None  # what `kill` "database" means
    acknowledged: dict[int, str] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    kills: int = 0
    database_kills: int = 0
    retries: int = 0
    broken: list[str] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        """Runs until every create is acknowledged, then audits."""
        counter, stop = itertools.count(), threading.Event()
        started = time.monotonic()
        with LossyProxy(self.flowtic.port, self.lost_answers) as proxy:
            port = proxy.port if self.lost_answers else self.flowtic.port
            # Daemons: a run that is stopped from outside must not wait for its own threads.
            killer = threading.Thread(target=self._kill_until, args=(stop,), daemon=True)
            workers = [
                threading.Thread(target=self._create, args=(counter, port, started), daemon=True)
                for _ in range(self.clients)
            ]
            for thread in [killer, *workers]:
                thread.start()
            try:
                for thread in workers:
                    thread.join()
            finally:
                stop.set()
            killer.join()
            dropped = proxy.dropped
        took = time.monotonic() - started
        self.flowtic.wait_until_live()
        return self.audit() | {
            "creates": len(self.tried),
            "kills": self.kills,
            "database_kills": self.database_kills,
            "retries": self.retries,
            "answers_dropped": dropped,
            "per_second": round(len(self.tried) / took, 1),
            "errors": self.broken[:5],
        }

    def _create(self, counter: Any, port: int, started: float) -> None:
        while (serial := next(counter)) < self.creates or self.kills < self.least_kills:
            if time.monotonic() - started > self.begin_within:
                return
            self.tried.add(serial)
            key = uuid.uuid4().hex if self.keys else ""
            body = {"subject": f"storm {serial:06d}", "description": f"Number {serial} of a storm."}
            while time.monotonic() - started < self.seconds:
                try:
                    status, answer = self.flowtic.request(
                        "POST", "/api/v1/tickets", token=self.token, body=body, key=key, port=port
                    )
                except NoAnswer:
                    self.retries += 1
                    time.sleep(0.05)
                    continue
                if status == 201:
                    self.acknowledged[serial] = answer["number"]
                    break
                if status < 500 and status != 409:
                    self.broken.append(f"{serial}: {status} {answer}")
                    break
                self.retries += 1
                time.sleep(0.05)

    def _kill_until(self, stop: threading.Event) -> None:
        rng = random.Random(7)
        while self.kill and not stop.wait(rng.uniform(*self.pause)):
            kind = rng.choice(self.kill)
            if kind == "database":
                assert self.database is not None
                self.database.crash()
                self.database_kills += 1
            else:
                self.kills += self.flowtic.kill_one(kind, rng)

    def audit(self) -> dict[str, Any]:
        """Compares what was acknowledged with what the desk holds."""
        held: dict[int, list[str]] = {}
        cursor = ""
        while True:
            status, page = self.flowtic.request(
                "GET", f"/api/v1/tickets?limit=100&sort=created{cursor}", token=self.token
            )
            assert status == 200, page
            for row in page["results"]:
                held.setdefault(int(row["subject"].split()[1]), []).append(row["number"])
            if not page["next"]:
                break
            cursor = f"&cursor={page['next']}"
        numbers = [number for rows in held.values() for number in rows]
        return {
            "acknowledged": len(self.acknowledged),
            "lost": sum(serial not in held for serial in self.acknowledged),
            "doubled": sum(len(rows) - 1 for rows in held.values()),
            "wrong_answers": sum(
                number not in held.get(serial, [number]) for serial, number in self.acknowledged.items()
            ),
            "equal_numbers": len(numbers) - len(set(numbers)),
        }


def clean(result: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled, mixed up or left without an answer."""
    wrong = ("lost", "doubled", "wrong_answers", "equal_numbers")
    return (
        not any(result[name] for name in wrong) and result["acknowledged"] == result["creates"] and not result["errors"]
    )


def main() -> int:
    arguments = _arguments()
    clean_up_when_stopped()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(CrashableMariaDB(folder / "mariadb")) if arguments.own_mariadb else None
        url = database.url if database else arguments.database_url
        flowtic = stack.enter_context(Flowtic(folder, database_url=url))
        storm = Storm(
            flowtic,
            flowtic.person("storm@example.test", "support"),
            arguments.creates,
            arguments.clients,
            kill=tuple(arguments.kill),
            keys=not arguments.without_keys,
            lost_answers=arguments.lost_answers,
            pause=tuple(arguments.pause),
            begin_within=arguments.seconds,
            database=database,
        )
        result = storm.run()
    print(json.dumps(result))
    return 0 if clean(result) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--creates", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--kill", action="append", default=[], choices=["web", "worker", "database"])
    parser.add_argument("--pause", type=float, nargs=2, default=(0.6, 1.6), help="seconds between two kills, from to")
    parser.add_argument("--seconds", type=float, default=1800, help="begin no create later than this")
    parser.add_argument("--lost-answers", type=float, default=0.0, help="share of answers that a proxy swallows")
    parser.add_argument("--without-keys", action="store_true")
    parser.add_argument("--database-url", default="")
    parser.add_argument("--own-mariadb", action="store_true", help="start a MariaDB for this run")
    arguments = parser.parse_args()
    if "database" in arguments.kill and not arguments.own_mariadb:
        parser.error("--kill database needs --own-mariadb: no other server is ours to kill")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
