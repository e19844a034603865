"""Answers that somebody might give: for looking at a form that is filled in."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.cleaning import default_of
from desk.formschema.kinds import KINDS, Unfit, clean_value, currencies_of, day_of, is_blank
from desk.formschema.pages import Spec, choices_of, fields_of, kind_of


def sample_values(schema: Any, now: datetime) -> dict[str, Any]:
    """A value for every field that can have one, as the form reads it; what no sample fits stays empty."""
    found = {}
    for spec in fields_of(schema):
        value = sample(spec, now)
        if not is_blank(value):
            found[spec["key"]] = value
    return found


def sample(spec: Spec, now: datetime) -> Any:
    """The default, else something that fits bounds and choices; None where nothing is known to fit."""
    kind = kind_of(spec)
    default = default_of(spec, now)
    if not is_blank(default):
        return default
    if kind not in KINDS or not KINDS[kind].holds_value or kind in ("person", "department", "file"):
        return None
    value = _VALUES[kind](spec, now)
    try:
        clean_value(spec, value, now=now)
    except Unfit:
        return None
    return value


def _number(spec: Spec, _now: datetime) -> Any:
    least, most = spec.get("min"), spec.get("max")
    wanted = 12 if least is None else least
    return wanted if most is None or float(wanted) <= float(most) else most


def _money(spec: Spec, now: datetime) -> Any:
    amount = 120 if spec.get("min") is None and spec.get("max") is None else _number(spec, now)
    return {"amount": str(amount), "currency": currencies_of(spec)[0]}


def _date(spec: Spec, now: datetime) -> Any:
    least = day_of(spec.get("min"), now)
    day = max(filter(None, [least, (now + timedelta(days=7)).date()]))
    most = day_of(spec.get("max"), now)
    return (most if most and most < day else day).isoformat()


def _choices(spec: Spec, _now: datetime) -> Any:
    return list(choices_of(spec))[: max(1, int(spec.get("min") or 1))]


def _text(spec: Spec, _now: datetime) -> Any:
    text = _("Sample answer")
    least, most = int(spec.get("min") or 0), int(spec.get("max") or 1000)
    return (text + "." * max(0, least - len(text)))[:most]


_VALUES: dict[str, Any] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": lambda spec, _now: spec.get("min") or "09:30",
    "choice": lambda spec, _now: next(iter(choices_of(spec)), None),
    "multi_choice": _choices,
    "yes_no": lambda _spec, _now: True,
    "email": lambda _spec, _now: "name@example.org",
    "phone": lambda _spec, _now: "+49 221 5550",
    "url": lambda _spec, _now: "https://example.org/",
}
