"""A real Flowtic, started by `manage.py up` in a folder of its own, whose processes can be killed."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 240.0  # creates the tables first
PASSWORD = "correct horse battery 9"


PEOPLE = """
import json
from accounts.commands import create_person, create_token
from flowtic.core.actor import Actor
machine, tokens = Actor.system("test"), []
for email, role, scopes in {rows!r}:
    name = email.partition("@")[0]
    person = create_person(machine, email=email, name=name, role=role, departments={{}}, password=None)
    tokens.append(create_token(machine, person, name="test", scopes=scopes, expires_at=None)[1])
print(json.dumps(tokens))
"""


class NoAnswer(Exception):
    """The server did not answer: whether the request had an effect is unknown."""


class Flowtic:
    """`with Flowtic(folder) as flowtic:`; stopped by process id at the end."""

    def __init__(
        self, folder: Path, *, database_url: str = "", web_processes: int = 2, more: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        keep = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FLOWTIC_", "DATABASE_", "REDIS_"))
        }
        self.env = keep | {
            "FLOWTIC_DATA_DIR": str(folder / "data"),
            "FLOWTIC_EMAIL_URL": f"filemail:///{folder / 'mails'}",
            "FLOWTIC_API_CALLS_PER_MINUTE": "0",
            "FLOWTIC_TICKETS_PER_HOUR": "0",
            "FLOWTIC_WEB_PROCESSES": str(web_processes),
            "FLOWTIC_PASSWORD": PASSWORD,
            "FLOWTIC_LOG_LEVEL": "ERROR",
        }
        if database_url:
            self.env["DATABASE_URL"] = database_url
        self.env |= more or {}
        (folder / "mails").mkdir(parents=True, exist_ok=True)
        self.log = (folder / "up.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        command = [sys.executable, "manage.py", "up", "--no-demo", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self.wait_until_live(START_WITHIN)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None

    def wait_until_live(self, seconds: float = 60) -> float:
        """Seconds until the web answers."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            try:
                if self.request("GET", "/health/live", timeout=2)[0] == 200:
                    return time.monotonic() - started
            except NoAnswer:
                time.sleep(0.05)
            if self.process is None or self.process.poll() is not None:
                break  # nobody will answer any more
        raise AssertionError(f"not live: {(self.folder / 'up.log').read_text()[-3000:]}")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def person(self, email: str, role: str, *scopes: str) -> str:
        """Creates the person and returns an API token of theirs; `scopes` beside those for tickets."""
        self.manage("create_person", email, "--role", role, "--name", email.partition("@")[0])
        return self.manage("create_token", email, "--scope", "tickets:read", "tickets:write", *scopes).splitlines()[-1]

    def people(self, wanted: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Creates them all in one process: address -> (role, *scopes). The API tokens, in that order."""
        rows = [[email, role, ["tickets:read", "tickets:write", *more]] for email, (role, *more) in wanted.items()]
        tokens: list[str] = json.loads(self.manage("shell", "-c", PEOPLE.format(rows=rows)).splitlines()[-1])
        return tokens

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        body: Any = None,
        key: str = "",
        port: int = 0,
        timeout: float = 30,
    ) -> tuple[int, Any]:
        """(status, JSON). Raises NoAnswer when the connection broke."""
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        finally:
            connection.close()
        try:
            return answer.status, json.loads(data) if data else None
        except json.JSONDecodeError:
            return answer.status, data

    def children(self, kind: str) -> list[int]:
        """Process ids of the children of that kind (`web`, `worker`)."""
        assert self.process is not None
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    name = (entry / "comm").read_text()
                    state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                except OSError:
                    continue
                if name.startswith(kind) and int(parent) == self.process.pid and state != "Z":
                    found.append(int(entry.name))
        return found

    def kill_one(self, kind: str, rng: random.Random) -> bool:
        """kill -9 of one child of that kind; whether there was one."""
        pids = self.children(kind)
        if not pids:
            return False
        try:
            os.kill(rng.choice(pids), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True
