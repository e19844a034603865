"""The mark of tickets in the agents' list that have suggestions waiting for a yes or no."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ai_assist.fields import FIELDS
from ai_assist.queries import offered, to_decide
from ai_assist.words import FIELD_NAMES
from desk.row_marks import Mark
from flowtic.core.actor import Actor


def suggestion_marks(actor: Actor, ids: Sequence[int]) -> dict[int, list[Mark]]:
    """One mark per ticket, whatever the number of its suggestions; one query for a page without any."""
    found: dict[int, set[str]] = {}
    for row in to_decide(actor, ids):
        found.setdefault(row.ticket_id or 0, set()).add(row.field)
    return {pk: [_mark(names)] for pk, names in found.items()} if found and offered(actor) else {}


def _mark(names: set[str]) -> Mark:
    told = get_text_list([str(FIELD_NAMES[name]) for name in FIELDS if name in names], _("and"))
    return Mark(pgettext("mark of a ticket", "Suggestion"), _("Suggested: %(fields)s") % {"fields": told}, "ai")
