"""examples/external_worker.py against a running server: one worker is killed with the lease, another one finishes."""

import http.client
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.api.live import ROOT, running_desk

SETUP = """
from accounts.models import User, Department
from desk.commands import create_ticket
from flowtic.core.actor import Actor
from workflows.commands.definitions import create_workflow, publish
from workflows.commands.starting import start_workflow
machine = Actor.system("example")
steps = [
    {"key": "order", "kind": "external", "name": "Order", "topic": "shop.order", "result": ["order_id"], "next": "end"},
    {"key": "end", "kind": "end", "name": "End", "status": "closed"},
]
fields = [{"key": "order_id", "kind": "text"}]
document = {"schema": 1, "name": "Shop", "start": "order", "fields": fields, "steps": steps}
shop = create_workflow(machine, key="shop", name_de="Shop", name_en="Shop", department=None, document=document)
publish(machine, shop, note="")
rita = User.objects.get(email="rita@flowtic.example")
ticket = create_ticket(machine, subject="Order", description="x", requester=rita, department=Department.objects.get(key="it"))
start_workflow(machine, ticket, workflow=shop)
"""


def worker(desk, token, ledger: Path, *more):
    command = [sys.executable, str(ROOT / "examples/external_worker.py"), "--url", desk.url, "--token", token]
    command += [
        "--topic",
        "shop.order",
        "--result",
        "order_id",
        "--ledger",
        str(ledger),
        "--poll-seconds",
        "0.2",
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ask(desk, token, path):
    line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)
    line.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    found = json.load(line.getresponse())
    line.close()
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_killed_worker_loses_its_task_to_another_and_the_effect_happens_once(tmp_path):
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    with running_desk(tmp_path) as desk:
        desk.manage("shell", "-c", SETUP)
        token = desk.token("alan", "work:read", "work:write")
        first = worker(desk, token, ledger, "--lease-seconds", "3", "--work-seconds", "60", "--worker", "first")
        assert first.stdout.readline().startswith("leased")
        time.sleep(4)  # longer than one lease: it is kept alive by extending
        second = worker(desk, token, ledger, "--lease-seconds", "3", "--work-seconds", "4", "--tasks", "1")
        time.sleep(1)
        (task,) = ask(desk, token, "/work-items?kind=external")["results"]
        assert task["state"] == "claimed"
        first.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        first.wait(10)
        said, _nothing = second.communicate(timeout=60)
        assert [line.split()[0] for line in said.splitlines()] == ["leased", "completed"]
        assert time.monotonic() - killed > 4, "the work itself takes longer than a lease"
        (run,) = ask(desk, token, "/instances")["results"]
        story = ask(desk, token, f"/instances/{run['id']}")
        assert (story["status"], story["values"]["order_id"]) == ("finished", f"ORDER-{task['id']}")
        assert [event["type"] for event in story["events"]] == ["start", "completed"]
        assert [path.name for path in ledger.iterdir()] == [f"order-{task['id']}"]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_worker_that_dies_right_after_the_lease(tmp_path):
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    with running_desk(tmp_path) as desk:
        desk.manage("shell", "-c", SETUP)
        token = desk.token("alan", "work:read", "work:write")
        dead = worker(desk, token, ledger, "--lease-seconds", "2", "--crash-after-lease")
        assert dead.wait(30) == -signal.SIGKILL
        said, _nothing = worker(desk, token, ledger, "--work-seconds", "0", "--tasks", "1").communicate(timeout=60)
        assert "completed" in said
        assert len(list(ledger.iterdir())) == 1
