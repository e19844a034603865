"""How numbers and days are written in the reader's language, and back again."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats


def name_of(key: str) -> str:
    """The name of a field's control. Keys with a low line in front stand for properties of the ticket itself."""
    return key[1:] if key.startswith("_") else f"field_{key}"


def number_written(raw: Any) -> Any:
    """ "12,50" in German becomes "12.50"."""
    return formats.sanitize_separators(raw.strip()) if isinstance(raw, str) else raw


def number_shown(value: Any) -> Any:
    """12.5 becomes "12,5" in German; what is no number stays as it is."""
    if value is None or isinstance(value, bool):
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return value
    return formats.localize_input(number if number != number.to_integral_value() or "." in str(value) else int(number))


def date_written(raw: Any) -> Any:
    """A day in one of the reader's ways of writing it becomes ISO text."""
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    for way in formats.get_format("DATE_INPUT_FORMATS"):
        try:
            return datetime.strptime(text, way).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return text
