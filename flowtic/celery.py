"""The Celery application: it only executes; what makes work safe are the outbox rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

app = Celery("flowtic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
