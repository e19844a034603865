"""`manage.py scheduler`: the schedule loop as a process of its own, for installations that do not use `up`."""

import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from flowtic.core.scheduler import Schedule
from flowtic.processes.probe import HEARTBEAT_FILE

HEARTBEAT_SECONDS = 5.0


class Command(BaseCommand):
    help = "Runs the schedule (outbox relay, timers, clean-up) until it is stopped. One is enough; two do no harm."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        loop = threading.Thread(
            target=Schedule(settings.FLOWTIC_SCHEDULE).run_until, args=(stop,), name="schedule", daemon=True
        )
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        loop.start()
        self.stdout.write("The schedule runs.")
        heartbeat = Path(settings.DATA_DIR) / HEARTBEAT_FILE
        while not signal.sigtimedwait({signal.SIGINT, signal.SIGTERM}, HEARTBEAT_SECONDS):
            if not loop.is_alive():
                raise SystemExit("The schedule loop ended by itself.")
            heartbeat.touch()  # its age is the container's health check
        stop.set()
        loop.join(timeout=10)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
