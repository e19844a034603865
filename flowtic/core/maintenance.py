"""What an embedded database needs from time to time."""

from django.db import connection
from django.db.models import Max

from flowtic.core.leases import leased
from flowtic.core.models import Counter, Event

GROWTH, FLOOR = 1.5, 500
COUNTER = "events at last analysis"


@leased("core.statistics", 300)
def refresh_statistics() -> bool:
    """Lets SQLite count its tables anew when they have grown by half; True when it did.

    Without figures its planner guesses, and at a hundred thousand tickets a wrong guess sorts the whole table. MySQL
    and MariaDB keep their own.
    """
    if connection.vendor != "sqlite":
        return False
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    last = Counter.objects.filter(pk=COUNTER).values_list("value", flat=True).first() or 0
    if newest < last * GROWTH + FLOOR:
        return False
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Counter.objects.update_or_create(name=COUNTER, defaults={"value": newest})
    return True
