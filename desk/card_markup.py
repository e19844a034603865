"""The cards of the board as markup: as many as its columns hold, written here for the reason of desk.row_markup."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk.list_rows import Row
from desk.row_markup import shown
from flowtic.core.templatetags.ui import avatar, icon


def cards(rows: Iterable[Row], *, heir: bool = False, fresh: bool = False) -> SafeString:
    """All cards of a column. heir: each takes the focus after a swap; fresh: they follow others, so the first does."""
    free = f'{avatar(None, 20)}<span class="sr-only">{shown(_("Unassigned"))}</span>'
    dots = icon("dots", "ico-14")
    found = [_card(row, free, dots, heir or (fresh and not place)) for place, row in enumerate(rows)]
    return mark_safe("".join(found))  # noqa: S308  (all values are escaped in _card)


def _card(row: Row, free: str, dots: SafeString, focus: bool) -> str:
    pk, number, url = int(row.ticket.pk), shown(row.ticket.number), shown(row.url)
    heir = f' data-focus="#ticket-{pk}"' if focus else ""
    unread = ' unread" aria-describedby="un' if row.unread else ""
    move = shown(_("Move %(number)s") % {"number": row.ticket.number})
    owner = free if row.claimable else shown(row.assignee)
    return (
        f'<li class="card board-card" id="ticket-{pk}" data-status="{shown(row.ticket.status.key)}" tabindex="-1"'
        f' draggable="true"{heir}><div class="board-top">{shown(row.priority)}'
        f'<span class="num text-ink-3">{number}</span>'
        f'<a class="btn btn-ghost btn-xs btn-icon ml-auto" href="{url}/quick/status" data-quick aria-label="{move}">'
        f'{dots}</a></div><a class="board-title{unread}" href="{url}">{shown(row.ticket.subject)}</a>'
        f'<div class="board-foot">{shown(row.due)}<span class="ml-auto">{owner}</span></div></li>\n'
    )
