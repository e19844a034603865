"""The supervisor, run as a process of its own with small children in place of web and workers."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from flowtic.processes.child import LONGEST_DELAY, Child

ROOT = Path(__file__).resolve().parents[2]

# A child that writes its process id down and sleeps, with a grandchild of its own if asked.
CHILD = """
    import os, pathlib, signal, subprocess, sys, time
    from flowtic.processes import lifeline
    lifeline.hold()
    folder, name, *wishes = sys.argv[1:]
    if "stubborn" in wishes:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "parent" in wishes:
        below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        pathlib.Path(folder, name + "-below").write_text(str(below.pid))
    with open(pathlib.Path(folder, name), "a") as file:
        file.write(f"{os.getpid()}\\n")
    if "dying" in wishes:
        sys.exit(3)
    time.sleep(600)
"""

PARENT = """
    import sys
    from flowtic.processes import supervisor
    from flowtic.processes.child import Child
    supervisor.PATIENCE = 1.0
    folder = sys.argv[1]
    boss = supervisor.Supervisor()
    boss.start([Child(text.split(":")[0], "sleeper", [folder, *text.split(":")]) for text in sys.argv[2:]])
    boss.run()
    boss.stop()
    sys.exit(0)
"""


class Running:
    def __init__(self, folder, *children):
        (folder / "sleeper.py").write_text(textwrap.dedent(CHILD))
        (folder / "boss.py").write_text(textwrap.dedent(PARENT))
        environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(folder / "boss.py"), str(folder), *children],
            env=environment,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def ids(self, name, count=1):
        """The process ids that this child has had, once there are so many."""
        path = self.folder / name
        return wait_for(
            lambda: (
                (ids := [int(text) for text in path.read_text().split()] if path.exists() else [])
                and len(ids) >= count
                and ids
            )
        )

    def clean_up(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


@pytest.fixture
def run(tmp_path):
    started = []

    def start(*children):
        started.append(Running(tmp_path, *children))
        return started[-1]

    yield start
    for running in started:
        running.clean_up()


def wait_for(condition, seconds=15.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("this did not happen in time")


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:  # dead, and waiting for init to take notice
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_killed_child_is_started_again(run):
    running = run("web", "worker")
    (first,) = running.ids("web")
    (worker,) = running.ids("worker")
    os.kill(first, signal.SIGKILL)

    assert running.ids("web", 2)[1] != first
    assert not is_gone(worker), "the others are left alone"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_everything(run, number):
    running = run("web", "worker:parent")
    everybody = [*running.ids("web"), *running.ids("worker"), *running.ids("worker-below")]
    running.process.send_signal(number)

    assert running.process.wait(timeout=15) == 0
    assert all(is_gone(pid) for pid in everybody)


def test_child_that_ignores_the_request_is_killed(run):
    running = run("web:stubborn")
    (pid,) = running.ids("web")
    began = time.monotonic()
    running.process.terminate()

    assert running.process.wait(timeout=15) == 0
    assert 0.9 < time.monotonic() - began < 5
    assert is_gone(pid)


def test_nobody_survives_a_killed_parent(run):
    running = run("web", "worker:parent")
    everybody = [*running.ids("web"), *running.ids("worker"), *running.ids("worker-below")]
    running.process.kill()

    wait_for(lambda: all(is_gone(pid) for pid in everybody[:2]))
    wait_for(lambda: is_gone(everybody[2]))


def test_grandchildren_of_a_killed_child_are_swept(run):
    running = run("worker:parent")
    (worker,) = running.ids("worker")
    (below,) = running.ids("worker-below")
    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: is_gone(below))


def test_child_that_dies_at_once_is_not_started_in_a_hurry(run):
    running = run("web:dying")
    running.ids("web", 3)
    time.sleep(1.2)
    assert len(running.ids("web")) <= 4


def test_delay_grows_and_ends():
    delays = [Child("web", "x", quick_deaths=deaths).delay() for deaths in range(9)]
    assert delays == [0, 0, 1, 2, 4, 8, 16, LONGEST_DELAY, LONGEST_DELAY]


def test_child_that_others_kill_again_and_again_is_soon_back():
    assert Child("web", "x", quick_deaths=50, was_killed=True).delay() == 1
