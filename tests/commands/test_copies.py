"""Copies of a process: what they share, what they leave behind, how they end. Each in a process of its own."""

import json
import subprocess
import sys
import textwrap

import pytest

BEGIN = """
import json, os, signal, sys, time
from pathlib import Path
from flowtic.processes.copies import Copy, settle
def said(read): return json.loads(os.read(read, 4096))
"""


def run(text: str) -> list:
    """What a script prints as JSON in its last line."""
    script = BEGIN + textwrap.dedent(text)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_copy_has_what_was_loaded_and_nothing_that_is_the_parents():
    found = run("""
        loaded = ["large"]
        lock = open("/proc/self/status")
        read, write = os.pipe()
        signal.signal(signal.SIGTERM, lambda *_: None)
        settle()
        def work():
            files = sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
            files = [number for number in files if os.path.exists(f"/proc/self/fd/{number}")]
            answer = [loaded, lock.fileno() in files, read in files, os.getsid(0) == os.getpid(), sys.stdin.read(),
                      signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, Path("/proc/self/comm").read_text().strip()]
            os.write(write, json.dumps(answer).encode())
        copy = Copy("worker default and more", work, [write])
        code = copy.wait()
        print(json.dumps([code, copy.pid != os.getpid(), *said(read)]))
    """)
    assert found == [0, True, ["large"], False, False, True, "", True, "worker default "[:15].strip()]


@pytest.mark.parametrize(
    ("work", "code"),
    [("pass", 0), ("sys.exit(3)", 3), ("sys.exit('why')", 1), ("sys.exit()", 0), ("1 / 0", 1), ("os.abort()", -6)],
)
def test_how_it_ended_is_known(work, code):
    found = run(f"""
        def work():
            {work}
        copy = Copy("one", work, [])
        print(json.dumps([copy.wait(), copy.poll()]))
    """)
    assert found == [code, code]


def test_it_is_stopped_by_a_signal_and_a_late_signal_hits_nobody():
    found = run("""
        copy = Copy("one", lambda: time.sleep(60), [])
        before = copy.poll()
        copy.send_signal(signal.SIGTERM)
        code = copy.wait()
        copy.send_signal(signal.SIGKILL)
        print(json.dumps([before, code]))
    """)
    assert found == [None, -15]


def test_large_work_gives_its_memory_back_and_may_fail():
    """In a worker that allowed it; elsewhere it is done on the spot."""
    found = run("""
        os.environ["DJANGO_SETTINGS_MODULE"] = "flowtic.settings"
        import django
        django.setup()
        from flowtic.processes import apart
        seen = []
        apart.run(lambda: seen.append(1))
        apart.allow()
        read, write = os.pipe()
        apart.run(lambda: (seen.append(2), os.write(write, json.dumps([os.getpid() != os.getppid(), seen]).encode())))
        apart.run(lambda: 1 / 0)
        print(json.dumps([seen, said(read)[1]]))
    """)
    assert found == [[1], [1, 2]]


def test_a_patient_worker_gives_way_even_where_sessions_are_weighed_first():
    found = run("""
        from flowtic.processes.worker import give_way
        before = os.nice(0)
        os.setsid()
        give_way(5)
        own = Path("/proc/self/autogroup")
        print(json.dumps([os.nice(0) - before, own.read_text().split()[-1] if os.access(own, os.W_OK) else "5"]))
    """)
    assert found == [5, "5"]
