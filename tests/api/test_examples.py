"""The examples of docs/api.md work as printed, against a server of their own."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
from accounts.commands import create_person, save_department
from flowtic.core.actor import Actor
machine = Actor.system("example")
it = save_department(machine, None, key="it", name_de="IT", name_en="IT")
for name, role, where in (("rita", "user", {}), ("alan", "agent", {it: False})):
    email = f"{name}@flowtic.example"
    create_person(machine, email=email, name=name.title(), role=role, departments=where, password=None)
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def server(tmp_path):
    """(port, environment) of a fresh desk with the demo's Rita and Alan."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("FLOWTIC_TEST", "DATABASE_URL")}
    environment |= {"FLOWTIC_DATA_DIR": str(tmp_path / "data"), "FLOWTIC_DEBUG": "1"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"

    def manage(*words):
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, capture_output=True
        )

    manage("migrate")
    manage("createcachetable", "--database", "cache")
    manage("shell", "-c", SETUP)
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield port, environment
        finally:
            process.terminate()
            process.wait(10)


def _wait(port, process):
    for _n in range(150):
        try:
            urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2).close()
            return
        except OSError:
            assert process.poll() is None
            time.sleep(0.2)
    raise AssertionError("the server did not start")


@pytest.mark.slow
def test_the_examples_work_as_printed(server, tmp_path):
    port, environment = server
    script = re.search(r"```sh\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)[1]
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("steps.txt", str(tmp_path / "steps.txt"))
    # `python3` of the examples is the one that runs this test; every answer goes on a line of its own.
    script = script.replace("curl -s ", "curl -sS --fail-with-body -w '\\n' ")
    done = subprocess.run(  # noqa: PLW1510  (the code is looked at below)
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    created, queue, claimed, note, reply, *_middle, closed, history = answers
    assert queue["results"][0]["number"] == created["number"]
    assert claimed["assignee"]["email"] == "alan@flowtic.example"
    assert note["visibility"] == "internal"
    assert [item["name"] for item in reply["attachments"]] == ["steps.txt"]
    assert closed["status"]["key"] == "closed"
    assert len(history["results"]) >= 9
