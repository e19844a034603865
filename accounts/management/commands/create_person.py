import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.commands import create_person
from accounts.models import Department, User
from flowtic.core import errors
from flowtic.core.actor import Actor


class Command(BaseCommand):
    help = "Creates an active person with a confirmed address; the password comes from FLOWTIC_PASSWORD or is asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=User.Role.values)
        parser.add_argument("--department", action="append", default=[], metavar="KEY", help="may be repeated")
        parser.add_argument("--lead", action="append", default=[], metavar="KEY", help="department led by the person")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = dict.fromkeys(options["department"], False) | dict.fromkeys(options["lead"], True)
        departments = {row.key: row for row in Department.objects.filter(key__in=keys)}
        missing = sorted(set(keys) - set(departments))
        if missing:
            known = ", ".join(Department.objects.values_list("key", flat=True))
            raise CommandError(f"Unknown department: {', '.join(missing)}. Known: {known or 'none yet'}.")
        password = os.environ.get("FLOWTIC_PASSWORD") or getpass.getpass("Password: ")
        try:
            validate_password(password, User(email=options["email"], name=options["name"]))
            person = create_person(
                Actor.system("cli"),
                email=options["email"],
                name=options["name"] or options["email"].partition("@")[0],
                role=options["role"],
                departments={departments[key]: lead for key, lead in keys.items()},
                password=password,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except errors.CommandError as error:
            raise CommandError(error.message) from error
        self.stdout.write(str(person.pk))
