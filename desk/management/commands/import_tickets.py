import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.importing import mapping
from desk.importing.run import import_file
from desk.models import Status
from flowtic.core.actor import Actor


class Command(BaseCommand):
    help = "Imports tickets from CSV or JSON lines (also .gz). Bad rows are left out and reported; nobody is notified."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--mapping", help="JSON file: columns, departments, priorities, tag_separator")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--resume", action="store_true", help="go on where an earlier call of this file stopped")
        parser.add_argument(
            "--status", default="pending_assignment", help="status of the tickets (default: %(default)s)"
        )
        parser.add_argument(
            "--start-workflows",
            action="store_true",
            help="open tickets get the workflow that the rules name (default: none)",
        )
        parser.add_argument("--report", help="file for bad rows (default: <file>.errors.csv in the current folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        status = Status.objects.filter(key=options["status"]).first()
        if status is None:
            raise CommandError(f"Unknown status: {options['status']}.")
        report = Path(options["report"] or f"{path.name}.errors.csv")
        started = time.monotonic()
        try:
            result = import_file(
                Actor.system("import"),
                path,
                mapping.load(options["mapping"]),
                status=status,
                report=report,
                dry_run=options["dry_run"],
                resume=options["resume"],
                start=options["start_workflows"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        word = "could be imported" if options["dry_run"] else "imported"
        workflows = f", {result.started} workflows started" if options["start_workflows"] else ""
        self.stdout.write(
            f"{result.imported} {word}, {result.skipped} skipped, {result.failed} failed{workflows} "
            f"in {time.monotonic() - started:.1f} s"
        )
        if result.failed:
            raise CommandError(f"Bad rows with their reasons: {report}", returncode=1)
