"""Words of the record of changes: doors, kinds of objects, and what is never printed."""

import re

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

DOORS: dict[str, str | Promise] = {
    "web": gettext_lazy("Page"),
    "api": gettext_lazy("API"),
    "email": gettext_lazy("E-mail"),
    "celery": gettext_lazy("Background work"),
    "mcp": gettext_lazy("Assistant of others (MCP)"),
    "admin": gettext_lazy("Data administration"),
    "cli": gettext_lazy("Command line"),
    "automation": gettext_lazy("Rule"),
    "system": gettext_lazy("Flowtic itself"),
}
# Commands never record secrets; should one slip through one day, it is not printed.
_SECRET = re.compile(r"password|secret|token|api_?key|private_?key|credential", re.IGNORECASE)
HIDDEN = "•••"


def door_words(via: str) -> str:
    return str(DOORS.get(via, via))


def kind_words(label: str, number: int | None) -> str:
    """ "desk.ticket", 4 -> Ticket #4."""
    try:
        name = str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        name = label
    said = name[:1].upper() + name[1:]
    return f"{said} #{number}" if number is not None else said


def secretless(field: str, words: str) -> str:
    """The value in words, unless its field is one of those that hold secrets."""
    return HIDDEN if _SECRET.search(field) and words != "–" else words
