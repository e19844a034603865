"""Canned replies with their placeholders: a fixed list of plain values, filled in for one ticket and one writer."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.models import Ticket
from flowtic.core import placeholders
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

# What a text may ask for, with the words that explain it.
NAMES: dict[str, str | Promise] = {
    "requester.name": gettext_lazy("name of who asked"),
    "requester.first_name": gettext_lazy("first name of who asked"),
    "agent.name": gettext_lazy("your name"),
    "agent.first_name": gettext_lazy("your first name"),
    "ticket.number": gettext_lazy("number of the ticket"),
    "ticket.subject": gettext_lazy("subject of the ticket"),
    "ticket.link": gettext_lazy("address of the ticket in the portal"),
    "department.name": gettext_lazy("department"),
}
# A value is text and nothing else: what would be Markdown in it is written out.
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!])")
ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")


def filled(text: str, actor: Actor, ticket: Ticket) -> str:
    """The text for this ticket; a value with special signs stays plain text."""
    agent = actor.user.name if actor.user else ""
    values = {
        "requester": {"name": _plain(ticket.requester.name), "first_name": _plain(_first(ticket.requester.name))},
        "agent": {"name": _plain(agent), "first_name": _plain(_first(agent))},
        "ticket": {
            "number": ticket.number,
            "subject": _plain(ticket.subject),
            "link": f"{settings.BASE_URL}{reverse('desk:portal_ticket', args=[ticket.number])}",
        },
        "department": {"name": _plain(ticket.department.name)},
    }
    return placeholders.fill(text, values)


def check(text: str) -> None:
    """Raises Invalid for what cannot be filled in."""
    problems = [problem.message for problem in placeholders.check(text)]
    unknown = sorted(placeholders.names(text) - set(NAMES))
    if unknown:
        problems.append(_("There is no placeholder called %(name)s.") % {"name": unknown[0]})
    if problems:
        raise Invalid(problems[0], fields={"text": problems})


def language_for(ticket: Ticket, fallback: str) -> str:
    """The language to answer in: the requester's, the ticket's, else the writer's."""
    return (ticket.requester.language or ticket.language or fallback)[:2]


def _first(name: str) -> str:
    return name.split(" ", 1)[0]


def _plain(value: str) -> str:
    line = " ".join(value.split())[:300]
    return ADDRESS.sub(r"\1\\:", SPECIAL.sub(r"\\\1", line))
