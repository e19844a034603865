"""The rows of the agents' list as markup.

A page has 25 of them with a dozen values each, and Django's template engine needs longer for those than for all the
rest of the page; so this one part is written here. Every value goes through `_shown`, which escapes it.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk.list_rows import Row
from desk.row_marks import Mark


def lines(rows: Iterable[Row], *, heir: bool = False, fresh: bool = False) -> SafeString:
    """All rows. heir: each takes the focus after a swap; fresh: they follow others, so the first one does."""
    claim = _shown(_("Claim"))
    found = [_line(row, claim, heir or (fresh and not place)) for place, row in enumerate(rows)]
    return mark_safe("".join(found))  # noqa: S308  (all values are escaped in _line)


def _shown(value: Any) -> str:
    """As templates print it: markup as it is, everything else escaped."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def _line(row: Row, claim: str, focus: bool) -> str:
    ticket, pk, url = row.ticket, int(row.ticket.pk), _shown(row.url)
    heir = f' tabindex="-1" data-focus="#ticket-{pk}"' if focus else ""
    marks = "".join(map(_mark, row.marks))
    tags = "".join(f'<span class="tag">{_shown(tag)}</span>' for tag in row.tags)
    extra = "".join(f'<td class="c-dep">{_shown(text)}</td>' for text in row.extra)
    owner = _claim(url, claim) if row.claimable else _shown(row.assignee)
    return (
        f'<tr class="row" id="ticket-{pk}"{heir}><td class="c-pr">{_shown(row.priority)}</td>'
        f'<td class="c-id">{_shown(ticket.number)}</td><td class="c-sub"><div>'
        f'<a href="{url}">{_shown(ticket.subject)}</a>{marks}{tags}</div></td>'
        f'<td class="c-st">{_shown(row.status)}</td>{extra}<td class="c-req">{_shown(row.requester)}</td>'
        f'<td class="c-dep">{_shown(row.department)}</td><td class="c-ass">{owner}</td>'
        f'<td class="c-sla">{_shown(row.due)}</td><td class="c-upd">{_shown(row.age)}</td></tr>\n'
    )


def _claim(url: str, text: str) -> str:
    return (
        f'<button class="who claim" form="claim-form" formaction="{url}/claim" hx-post="{url}/claim">'
        f'<i class="av av-20 av-none"></i><span>{text}</span></button>'
    )


def _mark(mark: Mark) -> str:
    kind = f" tag-{_shown(mark.kind)}" if mark.kind else ""
    title = _shown(mark.title)
    return f'<span class="tag{kind}" title="{title}">{_shown(mark.text)}<span class="sr-only"> {title}</span></span>'
