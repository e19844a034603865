"""The list's rows in templates: {% load queue %}."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from desk import card_markup, row_markup
from desk.list_rows import Row

register = template.Library()


@register.simple_tag
def ticket_rows(rows: Iterable[Row], heir: Any = "", fresh: Any = "", brief: Any = "") -> SafeString:
    """{% ticket_rows rows %}: see desk.row_markup; heir and fresh say where the focus goes after a swap."""
    return row_markup.lines(rows, heir=bool(heir), fresh=bool(fresh), brief=bool(brief))


@register.simple_tag
def ticket_cards(rows: Iterable[Row], heir: Any = "", fresh: Any = "") -> SafeString:
    """{% ticket_cards rows %}: the same as cards of the board; see desk.card_markup."""
    return card_markup.cards(rows, heir=bool(heir), fresh=bool(fresh))
