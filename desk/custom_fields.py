"""Custom fields: a request type's schema checks the values, and a searchable copy is kept in rows."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from desk.models import RequestType, Ticket, TicketFieldValue
from flowtic.core.errors import Invalid

KEY = re.compile(r"^[a-z][a-z0-9_]{0,58}$")
MAX_TEXT = 20_000


def validate(request_type: RequestType | None, values: dict[str, Any]) -> dict[str, Any]:
    """The cleaned values. Raises Invalid with one sentence per wrong field (`fields.<key>`)."""
    specs = {spec["key"]: spec for spec in (request_type.schema.get("fields", []) if request_type else [])}
    errors: dict[str, str] = {
        f"fields.{key}": _("This field does not belong to the request type.") for key in values if key not in specs
    }
    cleaned: dict[str, Any] = {}
    for key, spec in specs.items():
        value = values.get(key)
        if value in (None, "", []):
            if spec.get("required"):
                errors[f"fields.{key}"] = _("This field is required.")
            continue
        try:
            cleaned[key] = _KINDS[spec.get("kind", "text")](value, spec)
        except (ValueError, TypeError, InvalidOperation, ValidationError):
            errors[f"fields.{key}"] = _("This value does not fit the field.")
    if errors:
        raise Invalid(_("Some fields are not filled in correctly."), fields=errors)
    return cleaned


def check_schema(schema: Any) -> None:
    """Raises Invalid unless the schema lists fields with a fixed key and a known kind."""
    fields = schema.get("fields", []) if isinstance(schema, dict) else None
    if not isinstance(fields, list):
        raise Invalid(fields={"schema": _("A schema is an object with a list of fields.")})
    seen: set[str] = set()
    for spec in fields:
        key = spec.get("key") if isinstance(spec, dict) else None
        if not isinstance(key, str) or not KEY.match(key) or key in seen:
            raise Invalid(fields={"schema": _("Every field needs its own key of small letters.")})
        if spec.get("kind", "text") not in _KINDS:
            raise Invalid(fields={"schema": _("The kind of the field %(key)s is unknown.") % {"key": key}})
        seen.add(key)


def write_rows(ticket: Ticket) -> None:
    """Replaces the searchable copy by what `ticket.fields` says."""
    TicketFieldValue.objects.filter(ticket=ticket).delete()
    TicketFieldValue.objects.bulk_create(
        row for key, value in ticket.fields.items() for row in _rows(ticket, key, value)
    )


def _rows(ticket: Ticket, key: str, value: Any) -> list[TicketFieldValue]:
    if isinstance(value, list):
        return [TicketFieldValue(ticket=ticket, key=key, text=str(item)[:191]) for item in value]
    row = TicketFieldValue(ticket=ticket, key=key, text=str(value)[:191])
    if isinstance(value, int | float) and not isinstance(value, bool):
        row.number = Decimal(str(value))
    elif isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\d$", value):
        row.date = datetime.combine(date.fromisoformat(value), time(), UTC)
    return [row]


def _text(value: Any, spec: dict[str, Any]) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\0" in value:
        raise ValueError
    return value


def _number(value: Any, spec: dict[str, Any]) -> int | float:
    if isinstance(value, bool):
        raise ValueError
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= Decimal(10) ** 17:
        raise ValueError
    if number < Decimal(str(spec.get("min", number))) or number > Decimal(str(spec.get("max", number))):
        raise ValueError
    return int(number) if number == number.to_integral_value() else float(number)


def _date(value: Any, spec: dict[str, Any]) -> str:
    return date.fromisoformat(value).isoformat()


def _choice(value: Any, spec: dict[str, Any]) -> str:
    if value not in spec.get("choices", []):
        raise ValueError
    return str(value)


def _choices(value: Any, spec: dict[str, Any]) -> list[str]:
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError
    return [_choice(item, spec) for item in value]


def _yes_no(value: Any, spec: dict[str, Any]) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _email(value: Any, spec: dict[str, Any]) -> str:
    validate_email(value)
    return str(value)


def _url(value: Any, spec: dict[str, Any]) -> str:
    URLValidator(schemes=["http", "https"])(value)
    return str(value)


_KINDS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "multi_choice": _choices,
    "yes_no": _yes_no,
    "email": _email,
    "url": _url,
}
