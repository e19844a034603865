"""A desk of its own in another process, with Rita (user), Alan (agent in IT) and Ada (admin) of flowtic.example."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
from accounts.commands import create_person, save_department
from flowtic.core.actor import Actor
machine = Actor.system("example")
it = save_department(machine, None, key="it", name_de="IT", name_en="IT")
for name, role, where in (("rita", "user", {}), ("alan", "agent", {it: False}), ("ada", "admin", {})):
    email = f"{name}@flowtic.example"
    create_person(machine, email=email, name=name.title(), role=role, departments=where, password=None)
"""
FORGOTTEN = ("FLOWTIC_TEST", "DATABASE_URL", "REDIS_URL")


class Desk:
    """Its address and environment; `manage` runs a command there."""

    def __init__(self, folder: Path):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if name not in FORGOTTEN} | {
            "FLOWTIC_DATA_DIR": str(folder / "data"),
            "FLOWTIC_DEBUG": "1",
            "FLOWTIC_API_CALLS_PER_MINUTE": "0",
            "FLOWTIC_TICKETS_PER_HOUR": "0",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def token(self, name: str, *scopes: str) -> str:
        return self.manage("create_token", f"{name}@flowtic.example", "--scope", *scopes).split()[-1]


@contextmanager
def running_desk(folder: Path) -> Iterator[Desk]:
    desk = Desk(folder)
    desk.manage("migrate")
    desk.manage("createcachetable", "--database", "cache")
    desk.manage("shell", "-c", SETUP)
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{desk.port}", "--noreload"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=desk.environment, stdout=log, stderr=log)
        try:
            _wait(desk, process)
            yield desk
        finally:
            process.terminate()
            process.wait(10)


def _wait(desk: Desk, process: "subprocess.Popen[bytes]") -> None:
    for _n in range(300):
        try:
            socket.create_connection(("127.0.0.1", desk.port), timeout=2).close()
            return
        except OSError:
            assert process.poll() is None
            time.sleep(0.2)
    raise AssertionError("the server did not start")
