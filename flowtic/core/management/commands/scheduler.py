"""`manage.py scheduler`: the schedule loop as a process of its own, for installations that do not use `up`."""

from typing import Any

from django.core.management.base import BaseCommand

from flowtic.core import scheduler


class Command(BaseCommand):
    help = "Runs the schedule (outbox relay, timers, clean-up) until it is stopped. One is enough; two do no harm."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("The schedule runs.")
        self.stdout.flush()
        scheduler.run()
