"""The day's budget with worker processes that ask at the same moment, each with a connection of its own."""

import multiprocessing

import pytest
from django.db import connection

from ai_assist.models import DayUsage
from flowtic.core.actor import Actor
from tests.model_server import behaviours

PROCESSES, ASKED = 3, 8
TOKENS = (60, 40)


def ask(person, results):
    """One worker: asks as often as it may, tells what became of it."""
    from ai_assist.llm import LlmError, run

    found = []
    for _time in range(ASKED):
        try:
            run("reply", [{"role": "user", "content": "Say hello."}], person=Actor(person, "celery"))
            found.append("answered")
        except LlmError as error:
            found.append(error.code)
    connection.close()
    results.put(found)


@pytest.mark.mysql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(240)
def test_processes_together_stay_within_the_day(request, provider, server, alan, limits):
    if connection.vendor != "mysql":
        pytest.skip("the test database of SQLite lies in the memory of one process")
    server.behaviour = behaviours.says("Hello.", tokens=TOKENS)
    limits(tokens_per_day=1500, tokens_per_person=0)
    connection.close()  # a connection must not be shared by processes
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=ask, args=(alan, results)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    told = [result for _ in workers for result in results.get(timeout=45)]
    for worker in workers:
        worker.join(10)
    used = DayUsage.objects.get(person_key=0)
    answered = told.count("answered")
    assert set(told) <= {"answered", "budget"}
    assert told.count("budget") >= PROCESSES
    assert answered == server.calls
    # Settled to the token, and what was taken before never passed the limit.
    assert used.tokens == answered * sum(TOKENS) <= 1500
    assert answered >= 8
