import threading
import time

import pytest

from flowtic.core import scheduler
from flowtic.core.scheduler import Schedule

calls: list[str] = []


def often() -> None:
    calls.append("often")


def rarely() -> None:
    calls.append("rarely")


def broken() -> None:
    calls.append("broken")
    raise ValueError("trouble")


@pytest.fixture(autouse=True)
def no_database(monkeypatch):
    calls.clear()
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)


def run_for(seconds, *entries):
    stop = threading.Event()
    loop = threading.Thread(
        target=Schedule([(f"{__name__}.{name}", pace) for name, pace in entries]).run_until, args=(stop,)
    )
    loop.start()
    time.sleep(seconds)
    stop.set()
    loop.join(timeout=2)
    assert not loop.is_alive()


def test_each_function_has_its_own_pace():
    run_for(0.55, ("often", 0.1), ("rarely", 0.4))
    assert calls.count("rarely") == 1
    assert 3 <= calls.count("often") <= 5


def test_failure_of_one_is_logged_and_stops_nobody(caplog):
    run_for(0.35, ("broken", 0.1), ("often", 0.1))
    assert calls.count("broken") >= 2
    assert calls.count("often") >= 2
    assert "scheduled function" in caplog.text


def test_function_that_does_not_exist_is_logged_and_stops_nobody(caplog):
    run_for(0.25, ("absent", 0.1), ("often", 0.1))
    assert "often" in calls
    assert "absent failed" in caplog.text


def test_rare_work_is_done_soon_after_the_start(monkeypatch):
    monkeypatch.setattr(scheduler, "FIRST_RUN_AFTER", 0.1)
    run_for(0.3, ("rarely", 86_400))
    assert calls == ["rarely"]


def test_empty_schedule_waits():
    assert Schedule([]).run_due() > 1
