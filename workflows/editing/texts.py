"""Values of a step as people type them, and back; a wrong one raises ValueError with a sentence."""

import json
import re
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import durations

_UNITS = {"w": 7 * 24 * 60, "d": 24 * 60, "t": 24 * 60, "h": 60, "s": 60, "m": 1}
_PART = re.compile(r"\s*(\d{1,6})\s*([a-zäöüß]+)\.?,?\s*")
KEY = re.compile(r"[a-z][a-z0-9_]{0,58}")


def read_text(text: str) -> Any:
    return text.strip() or None


def read_duration(text: str) -> Any:
    """Reads "3 days", "2 h 30 min", "1 Woche", "PT2H" as ISO 8601."""
    given = text.strip()
    if not given:
        return None
    if given[:1] in "Pp" and given.upper() == given:
        return durations.text(durations.parse(given))
    minutes, at, low = 0, 0, given.lower()
    while at < len(low):
        found = _PART.match(low, at)
        unit = _UNITS.get(found[2][0]) if found else None
        if found is None or unit is None:
            raise ValueError(_("Write a length of time such as “3 days” or “2 h 30 min”."))
        minutes += int(found[1]) * unit
        at = found.end()
    if not minutes:
        raise ValueError(_("Write a length of time above zero."))
    return durations.text(durations.parse(durations.text(timedelta(minutes=minutes))))


def show_duration(value: Any) -> str:
    return durations.words(value) if isinstance(value, str) and value else ""


def read_number(text: str) -> Any:
    given = text.strip()
    if not given:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", given):
        raise ValueError(_("Enter a whole number."))
    return int(given)


def read_json(text: str) -> Any:
    """Any JSON; what is none is a plain text, so that {{placeholders}} need no quotes."""
    given = text.strip()
    if not given:
        return None
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        if given[:1] in "{[" and not given.startswith("{{"):
            raise ValueError(_("This is no valid JSON.")) from None
        return given


def show_json(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def read_codes(text: str) -> Any:
    """Numbers with commas between."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if not all(re.fullmatch(r"[0-9]{3}", part) for part in parts):
        raise ValueError(_("Write the codes with commas between, such as 200, 201."))
    return [int(part) for part in parts] or None


def read_words(text: str) -> Any:
    """Names with commas or line ends between."""
    return [part for part in re.split(r"[\s,;]+", text) if part] or None


def show_list(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else ""
