"""The rows of the agents' list as markup.

A page has 25 of them with a dozen values each, and Django's template engine needs longer for those than for all the
rest of the page; so this one part is written here. Every value goes through `shown`, which escapes it. Cells have no
end tags and plain attributes no quotes: HTML does not want them, and an answer is three kilobytes lighter. What
pointers are told of the shapes and which links open a card is up to list.js and popover.js, once for all rows.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk.list_groups import Head
from desk.list_rows import Row
from desk.row_marks import Mark


def lines(rows: Iterable[Row], *, heir: bool = False, fresh: bool = False, brief: bool = False) -> SafeString:
    """All rows with their columns. heir: each takes the focus after a swap; fresh: they follow others, so the first
    one does. brief: without the box and where "Claim" leads, which list.js adds to the rows of an answer."""
    said = Said(shown(_("Claim")), attribute(shown(_("unread"))), brief)
    found = [_line(row, said, heir or (fresh and not place)) for place, row in enumerate(rows)]
    return mark_safe("".join(found))  # noqa: S308  (all values are escaped in _line)


def shown(value: Any) -> str:
    """As templates print it: markup as it is, everything else escaped."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


class Said(NamedTuple):
    """What all rows share: words, escaped, the second one ready as an attribute's value, and whether they are brief."""

    claim: str
    unread: str
    brief: bool


_PLAIN = re.compile(r"[\w./:-]+")


def attribute(value: str) -> str:
    """An escaped value as it stands behind "=": in quotes where it needs them."""
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def _line(row: Row, said: Said, focus: bool) -> str:
    pk = int(row.ticket.pk)
    heir = f' tabindex="-1" data-focus="#ticket-{pk}"' if focus else ""
    extra = iter(row.extra)
    cells = "".join(
        CELLS[name](row, said) if name in CELLS else f"<td class=c-dep>{shown(next(extra, ''))}" for name in row.names
    )
    head = _head(row.head, len(row.names) + 2) if row.head else ""
    return (
        f'{head}<tr class="row" id="ticket-{pk}"{heir}><td class=c-chk>{"" if said.brief else _box(pk, row)}'
        f"{_priority(*row.glyph)}{cells}</tr>\n"
    )


def _box(pk: int, row: Row) -> str:
    number = attribute(shown(row.ticket.number))
    return f"<input class=check type=checkbox name=ticket value={pk} form=bulk-form aria-label={number}>"


def _head(head: Head, width: int) -> str:
    key, tone = shown(head.key), f" text-{shown(head.tone)}" if head.tone else ""
    return (
        f'<tr class="list-group" id="group-{key}"><th colspan="{width}" scope="rowgroup">'
        f'<span class="list-group-t{tone}">{shown(head.label)}</span> <span class="n" id="n-{key}"></span></th></tr>\n'
    )


@lru_cache(maxsize=256)
def _priority(key: str, name: str) -> str:
    """The shape is drawn by the style sheet; the word is there for everybody who does not see it."""
    word = shown(name)
    return f'<td class="c-pr g-{shown(key)}">{word}'


@lru_cache(maxsize=256)
def _status(kind: str, name: str) -> str:
    return f'<td class="c-st g-{shown(kind)}">{shown(name)}'


def _subject(row: Row, said: Said) -> str:
    marks = "".join(map(_mark, row.marks))
    tags = "".join(f'<span class="tag">{shown(tag)}</span>' for tag in row.tags)
    kind = f" title={said.unread}" if row.unread else ""  # what the style sheet knows it by, too
    link = f"<a{kind} href={attribute(shown(row.url))}>{shown(row.ticket.subject)}</a>"
    return f"<td class=c-sub><div>{link}{marks}{tags}</div>" if marks or tags else f"<td class=c-sub>{link}"


def _assignee(row: Row, said: Said) -> str:
    if not row.claimable:
        return f"<td class=c-ass>{shown(row.assignee)}"
    to = "" if said.brief else f" form=claim-form formaction={attribute(shown(row.url) + '/claim')}"
    return f'<td class=c-ass><button class="who claim"{to}>{said.claim}</button>'


def _mark(mark: Mark) -> str:
    kind = f" tag-{shown(mark.kind)}" if mark.kind else ""
    title = shown(mark.title)
    return f'<span class="tag{kind}" title="{title}">{shown(mark.text)}<span class="sr-only"> {title}</span></span>'


CELLS: dict[str, Any] = {
    "number": lambda row, _said: f"<td class=c-id>{shown(row.ticket.number)}",
    "subject": _subject,
    "status": lambda row, _said: _status(*row.status),
    "requester": lambda row, _said: f"<td class=c-req>{shown(row.requester)}",
    "department": lambda row, _said: f"<td class=c-d>{shown(row.department)}",
    "assignee": _assignee,
    "due": lambda row, _said: f"<td class=c-sla>{shown(row.due)}",
    "updated": lambda row, _said: f"<td class=c-upd>{shown(row.age)}",
}
