"""`manage.py up` for real: started, asked, wounded and stopped. In the MariaDB part of a run it works on MariaDB."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 150.0
NAMES = {"web", "worker default", "worker long", "schedule"}


class Up:
    """A running `up` with a data folder and a port of its own."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0, sqlite: bool = False, **environment: str) -> None:
        self.log = folder / f"up-{time.monotonic_ns()}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLOWTIC_")}
        if sqlite:
            inherited.pop("DATABASE_URL", None)
        own = {"FLOWTIC_DATA_DIR": str(folder / "data"), "FLOWTIC_STATIC_ROOT": str(folder / "static")}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(port), *arguments],
                cwd=ROOT,
                env=inherited | own | environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self) -> int:
        """The port it says that it is ready on."""
        wait_for(lambda: "is ready" in self.output or self.process.poll() is not None, READY_WITHIN, self.log)
        found = re.search(r"is ready: http://127\.0\.0\.1:(\d+)", self.output)
        assert found, self.output
        return int(found.group(1))

    def children(self) -> dict[str, int]:
        """The supervised processes: what each one is, and its id."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                    name = (folder / "comm").read_text().strip()
                except OSError:
                    continue
                if int(parent) == self.process.pid and name in NAMES and state != "Z":
                    found[name] = int(folder.name)
        return found

    def megabytes(self) -> float:
        """What all of it takes: pages that several processes share count once."""
        ids = [self.process.pid, *self.children().values()]
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in ids]
        return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) for text in texts) / 1024


def wait_for(condition, seconds, log=None):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"this did not happen within {seconds} s\n{log.read_text() if log else ''}")


def get(port: int, path: str, timeout: float = 10.0) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def up(tmp_path):
    started = []

    def start(*arguments: str, **options) -> Up:
        started.append(Up(tmp_path, *arguments, **options))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_a_day_in_the_life(up):
    """First start, a killed web process, a killed worker, Ctrl-C; then a second start."""
    first = up("--no-demo")
    port = first.wait_until_ready()
    before = first.children()
    assert sorted(before) == sorted(NAMES)
    assert get(port, "/health/ready") == 200
    assert get(port, "/accounts/login/") == 200, "a page that sets a cookie"
    assert "Demo logins" not in first.output

    os.kill(before["web"], signal.SIGKILL)
    assert get(port, "/health/live", timeout=20) == 200, "a request in between waits for the new web process"
    assert "web was ended by SIGKILL; starting it again" in first.output
    os.kill(before["worker default"], signal.SIGKILL)
    killed = {before["web"], before["worker default"]}
    wait_for(lambda: set(now := first.children()) == set(before) and killed.isdisjoint(now.values()), 20, first.log)
    assert first.children()["worker long"] == before["worker long"]
    assert first.megabytes() < 400

    everybody = list(first.children().values())
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(timeout=20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in everybody)
    assert "Everything is stopped." in first.output

    second = up("--no-demo")
    second.wait_until_ready()
    second.process.terminate()
    assert second.process.wait(timeout=20) == 0
    assert "Traceback" not in first.output + second.output


@pytest.mark.once
def test_a_second_start_on_the_same_data_says_so_and_the_worst_signal_leaves_nobody(up):
    first = up("--no-demo", sqlite=True)
    first.wait_until_ready()
    second = up("--no-demo", sqlite=True)
    assert second.process.wait(timeout=20) == 1
    assert "Flowtic already runs on" in second.output
    assert "Traceback" not in second.output
    assert first.process.poll() is None

    everybody = list(first.children().values())
    assert len(everybody) == len(NAMES)
    first.process.kill()
    first.process.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everybody), 15)


@pytest.mark.once
def test_taken_port_says_so(up):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = up("--no-demo", port=port, sqlite=True)
        assert refused.process.wait(timeout=20) == 1
    assert f"Port {port} on 127.0.0.1 is in use" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.once
@pytest.mark.parametrize("port", ["99999", "eighty"])
def test_impossible_port_says_so(up, port):
    refused = up(port=port, sqlite=True)
    assert refused.process.wait(timeout=20) == 2
    assert f"'{port}' is no port number" in refused.output


@pytest.mark.once
def test_unreachable_database_is_a_sentence(up):
    url = "sqlite:////nowhere/at/all.sqlite3"
    refused = up("--no-demo", DATABASE_URL=url)
    assert refused.process.wait(timeout=20) == 1
    assert "OperationalError: unable to open database file" in refused.output
    assert "Traceback" not in refused.output
