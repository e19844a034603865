from datetime import timedelta
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.commands import create_token
from accounts.models import User
from accounts.models.token import SCOPES
from flowtic.core import errors
from flowtic.core.actor import Actor


class Command(BaseCommand):
    help = "Creates an API token of a person and prints only the token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", action="extend", nargs="+", required=True, choices=sorted(SCOPES))
        parser.add_argument("--name", default="command line")
        parser.add_argument("--days", type=int, default=365, help="days until it expires, 0 for never")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email=options["email"].strip().lower()).first()
        if owner is None:
            raise CommandError(f"No person has the e-mail address {options['email']}.")
        expires = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            _row, text = create_token(
                Actor.system("cli"), owner, name=options["name"], scopes=options["scope"], expires_at=expires
            )
        except errors.CommandError as error:
            raise CommandError("; ".join([error.message, *chain.from_iterable(error.fields.values())])) from error
        self.stdout.write(text)
