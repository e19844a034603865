"""The same key has one effect, on both databases, also when twenty ask at once."""

import threading

import pytest
from django.db import connection

from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.idempotency import Answer, fingerprint, run_once
from flowtic.core.models import IdempotencyKey


def test_the_second_call_gets_the_stored_answer(rita):
    calls = []

    def effect():
        calls.append(1)
        return Answer(201, {"number": "FT-1"}, {"Location": "/x"})

    first = run_once(rita, "k", "h", effect)
    second = run_once(rita, "k", "h", effect)
    assert len(calls) == 1
    assert (second.status, second.body, second.headers, second.repeated) == (
        201,
        {"number": "FT-1"},
        {"Location": "/x"},
        True,
    )
    assert first.repeated is False


def test_another_body_under_the_same_key_is_refused(rita):
    run_once(rita, "k", "h", lambda: Answer(201, {}))
    with pytest.raises(Invalid):
        run_once(rita, "k", "other", lambda: Answer(201, {}))


def test_keys_are_per_person(rita, otto):
    assert run_once(rita, "k", "h", lambda: Answer(201, 1)).body == 1
    assert run_once(otto, "k", "h", lambda: Answer(201, 2)).body == 2


def test_a_refused_effect_leaves_the_key_free(rita):
    def refuse():
        raise Forbidden

    with pytest.raises(Forbidden):
        run_once(rita, "k", "h", refuse)
    assert run_once(rita, "k", "h", lambda: Answer(201, "now")).body == "now"


@pytest.mark.parametrize("key", ["x" * 201, "a\nb"])
def test_keys_that_cannot_be_kept_are_refused(rita, key):
    with pytest.raises(Invalid):
        run_once(rita, key, "h", lambda: Answer(201, {}))


def test_the_fingerprint_tells_parts_apart():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(rita):
    effects, answers = [], []
    barrier = threading.Barrier(20)

    def effect():
        effects.append(1)
        return Answer(201, {"n": len(effects)})

    def ask():
        barrier.wait()
        try:
            answers.append(run_once(rita, "k", "h", effect).body)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert IdempotencyKey.objects.count() == 1
    stored = IdempotencyKey.objects.get().answer
    assert answers == [stored] * 20
