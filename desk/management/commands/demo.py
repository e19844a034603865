from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo.content import load
from desk.demo.play import create_demo, is_there
from desk.models import Ticket
from flowtic.core import clock


class Command(BaseCommand):
    help = "Creates the demo content: 25 people, 6 departments, about 60 tickets. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also on a desk that has tickets of its own")
        parser.add_argument(
            "--if-empty",
            "--reset-if-empty",
            action="store_true",
            help="leave a desk with tickets alone and say so, instead of failing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        if is_there(load(now)):
            self.stdout.write("The demo content is there already; nothing was changed.")
            return
        if Ticket.objects.exists() and not options["force"]:
            if options["if_empty"]:
                self.stdout.write("This desk has tickets; no demo content was added.")
                return
            raise CommandError("This desk has tickets of its own. Use --force to add the demo content beside them.")
        created = create_demo(now)
        if not options["verbosity"]:  # `up` prints the logins itself
            return
        self.stdout.write(
            f"Created {created.people} people, {created.departments} departments and {created.tickets} tickets."
        )
        for role, email, password in created.logins:
            self.stdout.write(f"  {role:<8} {email:<32} {password}")
