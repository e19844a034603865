"""The operators of the search field as filters of the ticket list: names and keys, days, people in words.

A value that nobody knows finds nothing and is told, with what could be meant; it is never an error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from desk.people_search import address_in, meant_ids
from desk.ticket_filters import MAX_TAG, MAX_VALUES
from desk.words import Words
from flowtic.core.actor import Actor
from flowtic.core.search.operators import Asked
from flowtic.core.search.spelling import closest
from flowtic.core.search.words import lower

NAMES = frozenset({"status", "from", "to", "department", "priority", "tag", "is", "created", "updated"})
ME = {"me", "ich", "mich", "mir"}
NOBODY = {"none", "nobody", "niemand", "niemanden", "keiner"}
# What `is:` and also `status:` may say besides the statuses' own names.
STATES = {
    **dict.fromkeys(("open", "offen"), ("open", "true")),
    **dict.fromkeys(("closed", "done", "geschlossen", "zu", "erledigt"), ("open", "false")),
    **dict.fromkeys(("mine", "meine", "meins", "mein"), ("assignee", "me")),
    **dict.fromkeys(("free", "unassigned", "frei"), ("assignee", "none")),
}
SHOWN_STATES = ("open", "closed", "mine", "free")
SHOWN = 9  # values that a hint lists


@dataclass
class Reading:
    """Filters for `filter_tickets`; `nothing`: a value is unknown, so no ticket can be meant."""

    params: dict[str, list[str]] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    nothing: bool = False

    def add(self, name: str, values: Iterable[str]) -> None:
        known = self.params.setdefault(name, [])
        known += [value for value in values if value not in known][: MAX_VALUES - len(known)]

    def refuse(self, hint: str) -> None:
        self.hints.append(hint)
        self.nothing = True


def read_operators(actor: Actor, asked: Asked) -> Reading:
    """What the operators of a question say about tickets."""
    found, words = Reading(), Words(actor)
    for operator in asked.operators:
        for value in [part.strip() for part in operator.value.split(",") if part.strip()]:
            _READERS[operator.name](found, actor, words, value)
    return found


def _status(found: Reading, actor: Actor, words: Words, value: str) -> None:
    rows = list(words.status_rows.values())
    keys = _named(rows, value)
    if keys:
        found.add("status", keys)
    elif lower(value) in STATES:
        _is(found, actor, words, value)
    else:
        found.refuse(_unknown(_("There is no status “%(value)s”."), value, rows))


def _department(found: Reading, _actor: Actor, words: Words, value: str) -> None:
    rows = words.departments
    keys = _named(rows, value)
    if keys:
        found.add("department", keys)
    else:
        found.refuse(_unknown(_("There is no department “%(value)s”."), value, rows))


def _priority(found: Reading, _actor: Actor, words: Words, value: str) -> None:
    keys = _named(words.priorities, value)
    if keys:
        found.add("priority", keys)
    else:
        found.refuse(_unknown(_("There is no priority “%(value)s”."), value, words.priorities))


def _tag(found: Reading, actor: Actor, _words: Words, value: str) -> None:
    if len(value) > MAX_TAG:
        found.refuse(_("A tag may have up to 60 characters."))
    elif actor.can_work:
        found.add("tag", [value])
    else:
        found.refuse(_("Tags are for those who work tickets."))


def _is(found: Reading, actor: Actor, _words: Words, value: str) -> None:
    state = STATES.get(lower(value))
    if state == ("assignee", "me") and not actor.can_work:
        state = ("requester", "me")
    if state is None:
        known = ", ".join(f"is:{name}" for name in SHOWN_STATES)
        found.refuse(_("“is:%(value)s” is not known. You can write: %(known)s") % {"value": value, "known": known})
        return
    name, said = state
    if name == "open" and found.params.get("open", [said]) != [said]:
        found.params.pop("open")  # open and closed: all of them
    else:
        found.add(name, [said])


def _from(found: Reading, actor: Actor, _words: Words, value: str) -> None:
    _people(found, actor, "requester", value)


def _to(found: Reading, actor: Actor, _words: Words, value: str) -> None:
    if lower(value) in NOBODY:
        found.add("assignee", ["none"])
    else:
        _people(found, actor, "assignee", value)


def _people(found: Reading, actor: Actor, name: str, value: str) -> None:
    if lower(value) in ME:
        found.add(name, ["me"])
    elif address := address_in(value):
        found.add(name, [address])  # one that nobody has finds nothing and is not told from a stranger's
    elif ids := meant_ids(actor, value):
        found.add(name, map(str, ids))
    else:
        found.refuse(_("Nobody whom you may look up is called “%(value)s”.") % {"value": value})


def _created(found: Reading, _actor: Actor, _words: Words, value: str) -> None:
    _days(found, "created", value)


def _updated(found: Reading, _actor: Actor, _words: Words, value: str) -> None:
    _days(found, "updated", value)


def _days(found: Reading, name: str, value: str) -> None:
    span = _span(value)
    if span is None or (name == "updated" and span[0] is None):
        example = f"{name}:>{timezone.localdate().replace(day=1).isoformat()}"
        text = _("“%(value)s” is no day here. Write for example %(example)s")
        found.refuse(text % {"value": value, "example": example})
        return
    first, behind = span
    if first:
        found.params[f"{name}_after"] = [first.isoformat()]
    if behind and name == "created":
        found.params["created_before"] = [behind.isoformat()]


Span = tuple[date | None, date | None]  # from the first day on, before the second


def _span(value: str) -> Span | None:
    """`>2026-01-01`, `<=31.1.2026`, `2026-01`, `today`, `2026-01-01..2026-02-01`; None for anything else."""
    if ".." in value:
        start, _dots, end = value.partition("..")
        first, last = _day_span(start), _day_span(end)
        return (first[0], last[1]) if first and last else None
    sign = next((sign for sign in (">=", "<=", ">", "<") if value.startswith(sign)), "")
    day = _day_span(value.removeprefix(sign))
    if day is None:
        return None
    spans: dict[str, Span] = {">=": (day[0], None), ">": (day[1], None), "<": (None, day[0]), "<=": (None, day[1])}
    return spans.get(sign, day)


def _day_span(text: str) -> tuple[date, date] | None:
    """First day and the day behind the last one of a day, month or year."""
    text, today = lower(text.strip()), timezone.localdate()
    if text in ("today", "heute"):
        return today, today + timedelta(days=1)
    if text in ("yesterday", "gestern"):
        return today - timedelta(days=1), today
    parts = text.split("-") if "-" in text else text.split(".")[::-1]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts) or len(parts) > 3:
        return None
    numbers = [int(part) for part in parts]
    if not 1900 <= numbers[0] <= 9000:
        return None
    try:
        first = date(numbers[0], *[*numbers[1:], 1, 1][:2])
    except ValueError:
        return None
    if len(numbers) == 3:
        return first, first + timedelta(days=1)
    months = first.year * 12 + first.month - 1 + (1 if len(numbers) == 2 else 12)
    return first, date(months // 12, months % 12 + 1, 1)


def _named(rows: Iterable[Any], value: str) -> list[str]:
    """Keys of the rows that are called so in either language, or begin so when none is."""
    small = lower(value)
    names = {row.key: {lower(row.key), lower(row.name_de), lower(row.name_en)} for row in rows}
    exact = [key for key, called in names.items() if small in called]
    if exact or len(small) < 2:
        return exact
    return [key for key, called in names.items() if any(name.startswith(small) for name in called)]


def _unknown(sentence: str, value: str, rows: Iterable[Any]) -> str:
    names = [row.name for row in rows]
    meant = closest(value, names)
    known = _("Did you mean “%(name)s”?") % {"name": meant} if meant else _known(names)
    return f"{sentence % {'value': value}} {known}"


def _known(names: list[str]) -> str:
    more = " …" if len(names) > SHOWN else ""
    return _("Known are: %(names)s") % {"names": ", ".join(names[:SHOWN])} + more


_READERS: dict[str, Callable[[Reading, Actor, Words, str], None]] = {
    "status": _status,
    "from": _from,
    "to": _to,
    "department": _department,
    "priority": _priority,
    "tag": _tag,
    "is": _is,
    "created": _created,
    "updated": _updated,
}
