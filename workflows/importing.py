"""Workflows of imported tickets, when the import is told to start them."""

from collections.abc import Sequence

import structlog
from django.db import transaction

from desk.importing.starters import starter
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from workflows.commands.starting import start_by_rules

MACHINE = Actor.system("import")
log = structlog.get_logger("flowtic.workflows")


@starter
def start_imported(tickets: Sequence[Ticket]) -> int:
    """Each gets what the rules name, the same as through every other door; answers how many got one."""
    started = 0
    for ticket in tickets:
        try:
            with transaction.atomic():
                started += start_by_rules(MACHINE, ticket) is not None
        except CommandError as error:
            log.warning("imported_without_workflow", ticket=ticket.number, reason=error.message)
    return started
