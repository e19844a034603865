"""Closed days out of an .ics file (RFC 5545): all-day events with their names. Pure; knows no calendar of ours."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_BYTES = 512 * 1024
MAX_DAYS = 1000
LONGEST = 366  # days of one event
MAX_NAME = 100
# NAME;PARAM=value;PARAM="value with : and ;":VALUE
_LINE = re.compile(r'(?P<name>[A-Za-z0-9-]{1,60})(?P<params>(?:;[^";:=]{1,60}=(?:"[^"]*"|[^";:]*))*):(?P<value>.*)')
_PARAM = re.compile(r';([^";:=]+)=("[^"]*"|[^";:]*)')
_ESCAPE = re.compile(r"\\([\\;,nN])")
_LENGTH = re.compile(r"\+?P(?:(?P<weeks>[0-9]{1,3})W|(?P<days>[0-9]{1,4})D)")


class Unreadable(ValueError):
    """The sentence says why nothing of the file can be used."""


@dataclass
class Found:
    """Names by date; what was left out is counted, because there may be hundreds."""

    days: dict[date, str] = field(default_factory=dict)
    timed: int = 0  # events at a time of day
    repeating: int = 0  # of which only the first day counts
    broken: int = 0

    @property
    def warnings(self) -> list[str]:
        """Sentences for people."""
        found = []
        if self.timed:
            text = ngettext(
                "%(n)d event at a time of day was left out.", "%(n)d events at a time of day were left out.", self.timed
            )
            found.append(text % {"n": self.timed})
        if self.repeating:
            text = ngettext(
                "%(n)d event repeats; only its first date was taken.",
                "%(n)d events repeat; only their first dates were taken.",
                self.repeating,
            )
            found.append(text % {"n": self.repeating})
        if self.broken:
            text = ngettext("%(n)d event has no readable date.", "%(n)d events have no readable date.", self.broken)
            found.append(text % {"n": self.broken})
        return found


@dataclass(frozen=True)
class _Property:
    name: str
    params: dict[str, str]
    value: str


def parse(content: bytes) -> Found:
    """The days of all all-day events. Raises Unreadable when it is no calendar file or names no day."""
    if len(content) > MAX_BYTES:
        raise Unreadable(_("The file is too large; at most %(kb)d KB.") % {"kb": MAX_BYTES // 1024})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_("The file is not UTF-8 text.")) from None
    lines = list(_unfolded(text))
    if not lines or lines[0].upper() != "BEGIN:VCALENDAR":
        raise Unreadable(_("This is no calendar file (.ics)."))
    if lines[-1].upper() != "END:VCALENDAR":
        raise Unreadable(_("The file ends in the middle; please download it again."))
    found = Found()
    for event in _events(lines):
        _take(event, found)
        if len(found.days) > MAX_DAYS:
            raise Unreadable(_("The file has more than %(n)d days.") % {"n": MAX_DAYS})
    if not found.days:
        raise Unreadable(" ".join([_("The file has no all-day events."), *found.warnings]))
    return found


def _unfolded(text: str) -> Iterator[str]:
    """Lines as they were before they were folded: a line that begins with a space goes on with the one before."""
    whole: list[str] = []
    for line in re.split(r"\r\n|\n|\r", text):
        if line[:1] in (" ", "\t"):
            whole.append(line[1:])
            continue
        if joined := "".join(whole).strip():
            yield joined
        whole = [line]
    if joined := "".join(whole).strip():
        yield joined


def _events(lines: Iterable[str]) -> Iterator[dict[str, _Property]]:
    """The properties of each event by name, without those of what lies inside it, such as alarms."""
    inside: list[str] = []
    event: dict[str, _Property] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                event = {}
        elif name == "END":
            if inside and inside.pop() == "VEVENT":
                yield event
        elif inside and inside[-1] == "VEVENT":
            params = {key.upper(): text.strip('"') for key, text in _PARAM.findall(match["params"])}
            event.setdefault(name, _Property(name, params, value))


def _take(event: dict[str, _Property], found: Found) -> None:
    if event.get("STATUS", _NONE).value.upper() == "CANCELLED":
        return
    start = event.get("DTSTART", _NONE)
    if "T" in start.value.upper():
        found.timed += 1
        return
    first, days = _day(start), _length(event)
    if first is None or not 0 < days <= LONGEST:
        found.broken += 1
        return
    if event.get("RRULE") or event.get("RDATE"):
        found.repeating += 1
    name = _name(event.get("SUMMARY", _NONE).value)
    for number in range(days):
        day = first + timedelta(days=number)
        known = found.days.get(day, "")
        found.days[day] = known if name in known else f"{known}, {name}".strip(", ")[:MAX_NAME]


def _length(event: dict[str, _Property]) -> int:
    """How many days; DTEND is the first day after them. 0 or less for nonsense."""
    first, end = _day(event.get("DTSTART", _NONE)), event.get("DTEND")
    if first is None:
        return 0
    if end is not None:
        last = _day(end)
        # Some programs write the day itself as its end.
        return max((last - first).days, 1 if last == first else 0) if last else 0
    length = _LENGTH.fullmatch(event.get("DURATION", _NONE).value.upper())
    if length is None:
        return 1
    return int(length["days"] or 0) + 7 * int(length["weeks"] or 0)


def _day(found: _Property) -> date | None:
    if not re.fullmatch("[0-9]{8}", found.value):
        return None
    try:
        day = date(int(found.value[:4]), int(found.value[4:6]), int(found.value[6:]))
        return day if day.year < date.max.year - 2 else None
    except ValueError:
        return None


def _name(value: str) -> str:
    plain = _ESCAPE.sub(lambda match: " " if match[1] in "nN" else match[1], value)
    return " ".join("".join(sign for sign in plain if sign.isprintable()).split())[:MAX_NAME]


_NONE = _Property("", {}, "")
