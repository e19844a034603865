"""SQLite's planner gets figures when the desk has grown."""

import pytest
from django.db import connection

from flowtic.core import maintenance
from flowtic.core.maintenance import refresh_statistics
from tests.factories import make_ticket


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="other databases keep their own statistics")
@pytest.mark.django_db(transaction=True)
def test_statistics_are_made_when_tables_have_grown(monkeypatch, rita, it):
    monkeypatch.setattr(maintenance, "FLOOR", 3)
    assert refresh_statistics() is False
    for _ in range(4):
        make_ticket(rita, it)
    assert refresh_statistics() is True
    assert refresh_statistics() is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'desk_ticket'")
        assert cursor.fetchone()[0] > 0
