"""Brings an installation to the state that `up` can start from: schema, cache table, static files, demo content."""

import hashlib
import io
import os
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connections, transaction
from django.utils.module_loading import import_string

Login = tuple[str, str, str]
# Named, not imported: core stands below the apps and runs without them.
DEMO_LOGINS = "accounts.demo.logins"
STATIC_STAMP = ".collected"
MANIFEST = ManifestStaticFilesStorage.manifest_name


def prepare(*, demo: bool) -> None:
    """Everything before the first process starts; quick when there is nothing left to do. Exit code 1 with a reason."""
    try:
        call_command("check", stdout=io.StringIO())
        call_command("migrate", interactive=False, verbosity=0)
        if "cache" in connections:
            call_command("createcachetable", database="cache", verbosity=0)
        collect_static()
        if demo and wants_demo() and not get_user_model()._default_manager.exists():
            load_demo()
    except (CommandError, OperationalError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


def load_demo() -> None:
    """All of it or nothing: a start that is cut short begins again with an empty desk."""
    print("First start: loading the demo content …", flush=True)
    with transaction.atomic():
        call_command("demo", verbosity=0)


def wants_demo() -> bool:
    return "demo" in get_commands() and getattr(settings, "FLOWTIC_DEMO", True)


def collect_static() -> None:
    """Only where the storage serves collected files, and only when one of them has changed since.

    Files that came with a container image were collected when it was built; nothing may be written beside them.
    """
    if getattr(settings, "WHITENOISE_USE_FINDERS", False) or came_with_the_image(Path(settings.STATIC_ROOT)):
        return
    stamp, now = Path(settings.STATIC_ROOT) / STATIC_STAMP, static_fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def came_with_the_image(root: Path) -> bool:
    return (root / MANIFEST).exists() and not os.access(root, os.W_OK)


def static_fingerprint() -> str:
    """Changes with the name, size or time of any static file, and with the storage that prepares them."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def demo_logins() -> list[Login]:
    """(role, e-mail, password) of the demo people, as long as they exist in this database."""
    try:
        logins: list[Login] = import_string(DEMO_LOGINS)()
    except ImportError:
        return []
    users = get_user_model()._default_manager
    known = set(users.filter(email__in=[email for _, email, _ in logins]).values_list("email", flat=True))
    return [login for login in logins if login[1] in known]
