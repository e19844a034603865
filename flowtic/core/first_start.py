"""Brings an installation to the state that `up` can start from: schema, cache table, static files, demo content."""

import importlib
import importlib.util
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connections, transaction

Login = tuple[str, str, str]


def prepare(*, demo: bool) -> None:
    """Everything before the first process starts; safe and quick when there is nothing left to do."""
    call_command("check")
    call_command("migrate", interactive=False, verbosity=0)
    if "cache" in connections:
        call_command("createcachetable", database="cache", verbosity=0)
    collect_static()
    if demo and wants_demo() and not get_user_model()._default_manager.exists():
        print("First start: loading the demo content …", flush=True)
        # All of it or nothing: a start that is cut short begins again with an empty desk.
        with transaction.atomic():
            call_command("demo")
    connections.close_all()


def wants_demo() -> bool:
    return "demo" in get_commands() and getattr(settings, "FLOWTIC_DEMO", True)


def collect_static() -> None:
    """Only where the storage serves collected files (with DEBUG they are found where they lie)."""
    if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
        call_command("collectstatic", interactive=False, verbosity=0)


def demo_logins() -> list[Login]:
    """(role, e-mail, password) of the demo people, as long as they exist in this database."""
    if importlib.util.find_spec("accounts.demo") is None:
        return []
    logins: list[Login] = importlib.import_module("accounts.demo").LOGINS
    users: Any = get_user_model()._default_manager
    known = set(users.filter(email__in=[email for _, email, _ in logins]).values_list("email", flat=True))
    return [login for login in logins if login[1] in known]
