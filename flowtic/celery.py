"""The Celery application: it only executes; what makes work safe are the outbox rows."""

import logging
import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

# The filesystem broker has no host, and kombu warns of it in every process that publishes.
logging.getLogger("kombu.connection").setLevel(logging.ERROR)

app = Celery("flowtic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def warm_up(**_details: object) -> None:
    """Once in each process that works, before its first task."""
    from flowtic.core import formulas

    formulas.warm()
