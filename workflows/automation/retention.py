"""The log of rules stays bounded."""

from datetime import timedelta

from django.conf import settings

from flowtic.core import clock
from flowtic.core.leases import leased
from workflows.models import AutomationRun

BATCH = 5000


@leased("workflows.automation_log", 600)
def forget_old_runs() -> int:
    """Removes lines older than FLOWTIC_RETENTION_DAYS["automation_run"]; returns how many."""
    limit = clock.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["automation_run"])
    ids = list(
        AutomationRun.objects.filter(created_at__lt=limit).order_by("created_at").values_list("pk", flat=True)[:BATCH]
    )
    return AutomationRun.objects.filter(pk__in=ids).delete()[0]
