"""How far a ticket's running workflow has come, as a mark in the agents' list: "3/5"."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk.row_marks import Mark
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared
from workflows.commands.drive import definition_of
from workflows.models import Instance
from workflows.progress import progress
from workflows.words import name_of


def progress_marks(actor: Actor, ids: Sequence[int]) -> dict[int, list[Mark]]:
    """One query for the page; definitions are kept by the process. Nothing for tickets that run through no workflow."""
    return {row.ticket_id: [_mark(row)] for row in _running.among(ids, actor)}


def _running_among(ids: Sequence[int], actor: Actor) -> QuerySet[Instance]:
    rows = Instance.objects.visible_to(actor).running().filter(ticket__in=ids).order_by("number")
    return rows.only("ticket_id", "version_id", "state", "has_error")


_running = Prepared(_running_among)


def _mark(run: Instance) -> Mark:
    definition = definition_of(run.version_id)
    found = progress(definition, run.state, clock.now())
    values = {
        "place": found.place,
        "total": found.total,
        "step": ", ".join(name_of(definition, key) for key in found.now) or "–",
    }
    if run.has_error:
        return Mark(
            f"{found.place}/{found.total}", _("Step %(place)d of %(total)d failed: %(step)s") % values, "danger"
        )
    return Mark(f"{found.place}/{found.total}", _("Step %(place)d of %(total)d: %(step)s") % values)
