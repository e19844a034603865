"""Redis or the database goes away in the middle of workflow runs and comes back: they all end, once."""

import time

import pytest

from tests.reliability.database import CrashableMariaDB
from tests.reliability.server import Flowtic
from tests.reliability.test_storm import database_url  # noqa: F401 - a fixture
from tests.reliability.workflow_runs import Called, Runs
from tests.services import Redis, find_mariadb, find_redis

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]
RUNS = 8
# The queue, the relay (4 s) and the sweeps (2 s) all have had several turns by then.
GONE = 12.0


def environment(called, **more):
    return {"FLOWTIC_OUTGOING_ALLOWED": f"127.0.0.1:{called.port}", **more}


def look(runs):
    found = runs.audit()
    refused = found.pop("refused")
    assert {name: count for name, count in found.items() if count} == {}
    assert refused == []


def middle(runs, seconds=60):
    """Waits until something has happened in every kind of place: people and calls."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not (runs.acknowledged and runs.called.keys):
        time.sleep(0.1)
    assert runs.acknowledged and runs.called.keys


@pytest.mark.skipif(not find_redis(), reason="Redis is not installed")
def test_without_redis_for_a_while(tmp_path, database_url):  # noqa: F811
    with (
        Called() as called,
        Redis(tmp_path / "redis") as redis,
        Flowtic(
            tmp_path / "flowtic",
            database_url=database_url,
            # Limits are counted in Redis too: they must not refuse everybody.
            more=environment(called, REDIS_URL=redis.url, FLOWTIC_API_CALLS_PER_MINUTE="100000"),
        ) as flowtic,
    ):
        runs = Runs(flowtic, called)
        runs.begin(RUNS)
        runs.work()
        middle(runs)
        redis.stop()  # keeps nothing: what was queued is lost with it
        answers = [flowtic.request("GET", "/api/v1/work-items", token=runs.admin)[0] for _n in range(3)]
        assert answers == [200] * 3  # who asks gets an answer also without it
        time.sleep(GONE)
        assert len(runs.running()) == RUNS
        redis.start()
        redis._wait_until_ready()
        runs.release()
        runs.finish()
        look(runs)


@pytest.mark.mysql_only
@pytest.mark.skipif(not find_mariadb(), reason="MariaDB is not installed")
def test_without_the_database_for_a_while(tmp_path):
    with (
        Called() as called,
        CrashableMariaDB(tmp_path / "mariadb") as database,
        Flowtic(tmp_path / "flowtic", database_url=database.url, more=environment(called)) as flowtic,
    ):
        runs = Runs(flowtic, called)
        runs.begin(RUNS)
        runs.work()
        middle(runs)
        database.crash(GONE)
        assert runs.unanswered > 0
        assert len(runs.running()) == RUNS
        runs.release()
        runs.finish()
        look(runs)
