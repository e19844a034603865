"""Lengths of time as ISO 8601 writes them, in the part of it that people need: P3DT2H, PT30M, P2W, -P1D."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = timedelta(days=36_500)
MINUTE, HOUR, DAY = 60, 3600, 86_400

_FORM = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>[0-9]{1,6})W|(?:(?P<days>[0-9]{1,6})D)?"
    r"(?P<clock>T(?:(?P<hours>[0-9]{1,8})H)?(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,11})S)?)?)"
)
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


def parse(text: str) -> timedelta:
    """The length of time; ValueError with a sentence for people when the text is none."""
    found = _FORM.fullmatch(text) if isinstance(text, str) and len(text) <= 50 else None
    parts = {unit: found[unit] for unit in _UNITS} if found else {}
    if found is None or not any(parts.values()) or found["clock"] == "T":
        raise ValueError(_("Write a length of time such as P3D (three days) or PT2H30M (two hours and a half)."))
    length = timedelta(**{unit: int(number or 0) for unit, number in parts.items()})
    if length > LONGEST:
        raise ValueError(_("That is longer than a hundred years."))
    return -length if found["sign"] else length


def text(length: timedelta) -> str:
    """The shortest ISO text of whole seconds; `parse` reads it back. Fractions of a second are cut off."""
    whole = int(abs(length).total_seconds())
    days, hours, minutes, seconds = _split(whole)
    date = f"{days}D" if days else ""
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    sign = "-" if whole and length < timedelta() else ""
    if not date and not clock:
        return "PT0S"
    return f"{sign}P{date}{'T' if clock else ''}{clock}"


def words(length: timedelta | str) -> str:
    """In the reader's language: 2 hours 30 minutes. A text that is no length of time comes back as it is."""
    if isinstance(length, str):
        try:
            length = parse(length)
        except ValueError:
            return str(length) or "?"
    whole = int(abs(length).total_seconds())
    days, hours, minutes, seconds = _split(whole)
    parts = [
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds} if seconds else "",
    ]
    said = " ".join(part for part in parts if part)
    if not said:
        return ngettext("%(n)d minute", "%(n)d minutes", 0) % {"n": 0}
    return f"−{said}" if length < timedelta() else said


def _split(seconds: int) -> tuple[int, int, int, int]:
    return seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
