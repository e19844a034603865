"""How soon after its creation a new ticket has its suggestions, with web and embedded workers as `up` starts them.

    python -m benchmarks.panel_latency --tickets 30

Starts a desk of its own with the demo's content on a free port, waits until it has learned, creates tickets over
REST one by one and asks for their suggestions until there are some. Prints p50 and p95 of the time from the answer
of the creation to the first suggestion; above one second (p95) it ends with 1.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIMIT, PATIENCE, EVERY = 1.0, 20.0, 0.02
FORGOTTEN = ("FLOWTIC_TEST", "DATABASE_URL", "REDIS_URL")
LEARNED = "from ai_assist.models import *; print(LearnedModel.objects.filter(live=True, target='department').count())"
TEXTS = (
    ("Heizung im Raum {n} bleibt kalt", "Seit heute früh wird der Heizkörper nicht warm, im Raum sind 16 Grad."),
    ("Badge lost on the train, number {n}", "I lost my access badge this morning, please block it."),
    ("Rechnung {n} doppelt gebucht", "Der Lieferant mahnt, weil die Rechnung zweimal gebucht wurde."),
)


class Desk:
    """`up` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.log = folder / "up.log"
        self.environment = {name: value for name, value in os.environ.items() if name not in FORGOTTEN} | {
            "FLOWTIC_DATA_DIR": str(folder / "data"),
            "FLOWTIC_API_CALLS_PER_MINUTE": "0",
            "FLOWTIC_TICKETS_PER_HOUR": "0",
            "FLOWTIC_DEBUG": "1",
            "FLOWTIC_WEB_PROCESSES": "1",
        }

    def start(self) -> None:
        command = [sys.executable, "manage.py", "up", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self.wait(lambda: b"is ready" in self.log.read_bytes(), 180)
        # The libraries of learning come with the first training; a desk in use has them already.
        self.wait(lambda: self.manage("shell", "-v0", "-c", LEARNED).strip().endswith("1"), 180)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def wait(self, done: Any, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(f"The desk did not come up:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(1)

    def ask(self, path: str, token: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return json.load(response)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        try:
            desk.start()
            scopes = ("tickets:read", "tickets:write")
            token = desk.manage("create_token", "sven@flowtic.example", "--scope", *scopes).split()[-1]
            times = [_one(desk, token, number) for number in range(options.tickets)]
        finally:
            desk.stop()
    late = [seconds for seconds in times if seconds >= PATIENCE]
    p95 = sorted(times)[int(len(times) * 0.95)]
    told = {"tickets": len(times), "p50": round(statistics.median(times), 3), "p95": round(p95, 3), "never": len(late)}
    print(json.dumps(told | {"load": [round(value, 1) for value in os.getloadavg()]}))
    return int(p95 > LIMIT)


def _one(desk: Desk, token: str, number: int) -> float:
    """Seconds from the creation's answer to the first suggestion."""
    subject, text = TEXTS[number % len(TEXTS)]
    body = {"subject": subject.format(n=1000 + number), "description": text, "department": "it"}
    made = desk.ask("/tickets", token, body)["number"]
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        if desk.ask(f"/tickets/{made}/suggestions", token)["results"]:
            break
        time.sleep(EVERY)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
