"""Nothing acknowledged is lost, nothing happens twice: against a real server whose processes are killed.

The big runs (10,000 creates, both databases) are commands: see tests/reliability/storm.py and benchmarks/RESULTS.md.
"""

import os
import random
import threading
import time
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.reliability.server import Flowtic
from tests.reliability.storm import Storm, clean


@pytest.fixture(scope="module")
def database_url(django_db_setup, django_db_blocker, tmp_path_factory):
    """A database of its own beside the suite's, on the server the suite runs on."""
    config = settings.DATABASES["default"]
    if config["ENGINE"].endswith("sqlite3"):
        yield ""
        return
    name = f"storm_{os.getpid()}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = os.environ["DATABASE_URL"]
    path, question, options = url.partition("?")
    yield f"{path.rpartition('/')[0]}/{name}{question}{options}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def flowtic(database_url, tmp_path_factory):
    with Flowtic(tmp_path_factory.mktemp("flowtic"), database_url=database_url) as running:
        yield running


CAST = {
    "storm": "support",
    "rita": "user",
    # Each test counts only its own tickets.
    **dict.fromkeys(("killed", "keyed", "control"), "user"),
    **dict.fromkeys(("claim0", "claim1", "claim2", "claim3"), "support"),
}


@pytest.fixture(scope="module")
def tokens(flowtic):
    return dict(
        zip(CAST, flowtic.people({f"{name}@example.test": (role,) for name, role in CAST.items()}), strict=True)
    )


@pytest.mark.timeout(300)
def test_killed_web_processes_lose_and_double_nothing(flowtic, tokens):
    storm = Storm(flowtic, tokens["killed"], creates=100, clients=6, kill=("web",), least_kills=3, pause=(1.5, 3.0))
    result = storm.run()
    assert clean(result), result
    assert result["kills"] >= 3, result


@pytest.mark.timeout(300)
def test_lost_answers_double_nothing_with_keys_and_much_without(flowtic, tokens):
    keyed = Storm(flowtic, tokens["keyed"], creates=100, clients=6, lost_answers=0.1).run()
    assert clean(keyed), keyed
    assert keyed["answers_dropped"] > 0
    # The negative control: the same loss without keys must show, or this test proves nothing.
    control = Storm(flowtic, tokens["control"], creates=100, clients=6, lost_answers=0.1, keys=False).run()
    assert control["doubled"] > 0, control


@pytest.mark.timeout(300)
def test_one_of_many_claims_wins_every_round(flowtic, tokens):
    agents = [tokens[f"claim{number}"] for number in range(4)]
    for round_number in range(3):
        body = {"subject": f"claim {round_number}", "description": "Who takes it?"}
        number = flowtic.request("POST", "/api/v1/tickets", token=tokens["storm"], body=body)[1]["number"]
        answers: list[int] = []
        barrier = threading.Barrier(20)

        def claim(token, number=number, answers=answers, barrier=barrier):
            barrier.wait()
            path = f"/api/v1/tickets/{number}/assignment"
            answers.append(flowtic.request("PUT", path, token=token, body={"assignee": "me", "only_if_free": True})[0])

        threads = [threading.Thread(target=claim, args=(agents[place % 4],)) for place in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 20
        assert set(answers) <= {200, 409}, answers
        events = flowtic.request("GET", f"/api/v1/tickets/{number}/events", token=tokens["storm"])[1]["results"]
        assert sum(event["name"] == "ticket.claimed" for event in events) == 1


def mails(folder: Path) -> dict[str, int]:
    """Message-ID -> how often it was handed to the mail server."""
    found: dict[str, int] = {}
    for path in folder.iterdir():
        for part in path.read_bytes().split(b"-" * 79 + b"\n"):
            identity = message_from_bytes(part.lstrip(b"\n")).get("Message-ID")
            if identity:
                found[identity] = found.get(identity, 0) + 1
    return found


@pytest.mark.timeout(300)
def test_killed_workers_lose_no_mail(flowtic, tokens):
    """At least once: every reply reaches Rita, a repeat carries the same Message-ID."""
    folder, rng, replies = flowtic.folder / "mails", random.Random(5), 25
    body = {"subject": "Mail me", "description": "Please."}
    number = flowtic.request("POST", "/api/v1/tickets", token=tokens["rita"], body=body)[1]["number"]
    before, kills = len(mails(folder)), 0
    for serial in range(replies):
        text = {"body": f"Answer {serial}", "visibility": "public"}
        assert flowtic.request("POST", f"/api/v1/tickets/{number}/comments", token=tokens["storm"], body=text)[0] == 201
        if serial % 6 == 5:
            kills += flowtic.kill_one("worker", rng)
    until = time.monotonic() + 200
    while time.monotonic() < until and len(mails(folder)) - before < replies:
        time.sleep(0.5)
    sent = mails(folder)
    assert len(sent) - before >= replies
    assert sum(count - 1 for count in sent.values()) <= kills
