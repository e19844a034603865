from typing import Any

from django.core.management.base import BaseCommand, CommandError

from flowtic.core import audit


class Command(BaseCommand):
    help = "Checks the hash chain over all events; exit 1 and the first bad row when it is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        report = audit.verify()
        if report.finding:
            raise CommandError(
                f"Broken at seal {report.finding.seq}, event {report.finding.event_id}: {report.finding.reason}.",
                returncode=1,
            )
        self.stdout.write(f"{report.sealed} events sealed and unchanged; {report.unsealed} not sealed yet.")
