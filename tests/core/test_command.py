"""One transaction per command; the victim of a deadlock is repeated."""

import pytest
from django.db import OperationalError

from desk.models import Tag
from flowtic.core import command as frame
from flowtic.core.errors import Busy


@pytest.mark.django_db(transaction=True)
def test_a_failing_command_leaves_nothing():
    @frame.command
    def outer():
        Tag.objects.create(name="a")
        inner()

    @frame.command
    def inner():
        Tag.objects.create(name="b")
        raise ValueError

    with pytest.raises(ValueError):
        outer()
    assert not Tag.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failures", [1, 3, 4])
def test_deadlocks_are_repeated_a_few_times(failures, monkeypatch):
    monkeypatch.setattr(frame.time, "sleep", lambda seconds: None)
    calls = []

    @frame.command
    def change():
        calls.append(1)
        Tag.objects.create(name="once")
        if len(calls) <= failures:
            raise OperationalError(1213, "Deadlock found when trying to get lock")
        return "done"

    if failures < frame.ATTEMPTS:
        assert change() == "done"
        assert Tag.objects.count() == 1
    else:
        with pytest.raises(Busy):
            change()
        assert not Tag.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_other_database_errors_are_not_repeated():
    calls = []

    @frame.command
    def change():
        calls.append(1)
        raise OperationalError(1054, "Unknown column")

    with pytest.raises(OperationalError):
        change()
    assert len(calls) == 1
