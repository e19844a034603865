"""The kinds of fields: what a value of each looks like when it is stored, and how it gets that way.

A kind's `clean` takes what was typed or sent and the field's spec, and returns the stored form (plain JSON; uploads
stay files until a ticket keeps them). What it returned once it returns again. Raises `Unfit` with a sentence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.formschema import patterns
from desk.formschema.pages import Spec, choices_of, kind_of
from flowtic.core import durations, localised
from flowtic.core.plain_text import EMAIL

MAX_LINE, MAX_TEXT, MAX_CHOSEN, MAX_FILES = 1000, 20_000, 100, 10
MAX_NUMBER = Decimal(10) ** 15
MAX_URL, MAX_EMAIL = 500, 254
CURRENCIES = ("EUR",)

_ADDRESS = re.compile(EMAIL)
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{1,38}[0-9]", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::\d\d(?:\.\d{1,6})?)?", re.ASCII)
_FILE_KEY = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_URL = URLValidator(schemes=["http", "https"])


class Unfit(ValueError):
    """A value that does not fit, as a sentence that says what to do."""


class Lookups(Protocol):
    """Who and what exists, for those who fill a form in. Each returns None for what is not theirs to name."""

    def person(self, value: Any) -> int | None:
        """The id of the active person that a number or a text names."""

    def department(self, value: Any) -> str | None:
        """The key of the active department."""

    def file(self, key: str) -> str | None:
        """The key of a file that is there already."""


class Nobody:
    """Knows nobody and nothing: for checks that ask no database."""

    def person(self, value: Any) -> int | None:
        return None

    def department(self, value: Any) -> str | None:
        return None

    def file(self, key: str) -> str | None:
        return None


NOBODY: Lookups = Nobody()


@dataclass(frozen=True)
class Case:
    """What cleaning one value may look at."""

    spec: Spec
    now: datetime
    lookups: Lookups


@dataclass(frozen=True)
class Kind:
    """`bounds`: what min and max limit: "number", "length", "date", "time", "count" or '' for nothing."""

    clean: Callable[[Any, Case], Any]
    bounds: str = ""
    holds_value: bool = True


def is_blank(value: Any) -> bool:
    """Whether nothing was filled in. False and 0 are answers."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return is_blank(value.get("amount"))
    return value is None or (isinstance(value, Sequence) and not value)


def clean_value(spec: Spec, value: Any, *, now: datetime, lookups: Lookups = NOBODY) -> Any:
    """The stored form of a value that is not blank. Raises Unfit."""
    kind = KINDS.get(kind_of(spec))
    if kind is None or not kind.holds_value:
        raise Unfit(_("This field takes no value."))
    try:
        return kind.clean(value, Case(spec, now, lookups))
    except Unfit:
        raise
    except (ValueError, TypeError, ArithmeticError, ValidationError, RecursionError):
        raise Unfit(_("This value does not fit the field.")) from None


# ---- texts ---------------------------------------------------------------------------


def _text(value: Any, case: Case, longest: int = MAX_LINE, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise Unfit(_("Please enter a text."))
    value = value.replace("\r\n", "\n").replace("\r", "\n") if lines else value.strip()
    if _CONTROL.search(value) or (not lines and "\n" in value):
        raise Unfit(_("Control characters are not allowed."))
    least, most = _whole(case.spec.get("min")), _whole(case.spec.get("max"))
    longest = min(longest, most if most is not None else longest)
    if len(value) > longest:
        said = ngettext("Please enter at most %(n)d character.", "Please enter at most %(n)d characters.", longest)
        raise Unfit(said % {"n": longest})
    if least is not None and len(value) < least:
        said = ngettext("Please enter at least %(n)d character.", "Please enter at least %(n)d characters.", least)
        raise Unfit(said % {"n": least})
    pattern = case.spec.get("pattern")
    if pattern and not patterns.matches(str(pattern), value):
        raise Unfit(localised.text(case.spec.get("pattern_hint")) or _("Please use the format that is asked for."))
    return value


def _long_text(value: Any, case: Case) -> str:
    return _text(value, case, MAX_TEXT, lines=True)


def _email(value: Any, case: Case) -> str:
    value = value.strip().lower() if isinstance(value, str) else ""
    if len(value) > MAX_EMAIL or not _ADDRESS.fullmatch(value):
        raise Unfit(_("Please enter an e-mail address, e.g. name@example.org."))
    return value


def _phone(value: Any, case: Case) -> str:
    value = " ".join(value.split()) if isinstance(value, str) else ""
    if not _PHONE.fullmatch(value):
        raise Unfit(_("Please enter a number with its area code, e.g. +49 221 5550."))
    return value


def _url(value: Any, case: Case) -> str:
    value = value.strip() if isinstance(value, str) else ""
    try:
        if len(value) > MAX_URL:
            raise ValueError
        _URL(value)
    except (ValueError, ValidationError):
        raise Unfit(_("Please enter a web address that begins with https://.")) from None
    return value


# ---- numbers -------------------------------------------------------------------------


def decimal_of(value: Any) -> Decimal:
    """A finite number of reasonable size. Raises Unfit."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str) or len(str(value)) > 40:
        raise Unfit(_("Please enter a number."))
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Unfit(_("Please enter a number.")) from None
    if not number.is_finite() or abs(number) >= MAX_NUMBER:
        raise Unfit(_("Please enter a smaller number."))
    return number


def _bounded(number: Decimal, spec: Spec) -> Decimal:
    least, most = spec.get("min"), spec.get("max")
    if least is not None and number < decimal_of(least):
        raise Unfit(_("Please enter at least %(n)s.") % {"n": number_format(decimal_of(least))})
    if most is not None and number > decimal_of(most):
        raise Unfit(_("Please enter at most %(n)s.") % {"n": number_format(decimal_of(most))})
    return number


def _number(value: Any, case: Case) -> int | float:
    # As it will be stored: what a float cannot hold must not decide about the bounds.
    number = Decimal(repr(float(round(decimal_of(value), 6))))
    _bounded(number, case.spec)
    return int(number) if number == number.to_integral_value() else float(number)


def currencies_of(spec: Spec) -> tuple[str, ...]:
    """The currencies a money field takes; the first one is the usual."""
    found = spec.get("currencies")
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) and found else CURRENCIES


def _money(value: Any, case: Case) -> dict[str, str]:
    allowed = currencies_of(case.spec)
    amount, currency = value, allowed[0]
    if isinstance(value, Mapping):
        if set(value) - {"amount", "currency"}:
            raise Unfit(_("Please give an amount and a currency."))
        amount, currency = value.get("amount"), value.get("currency") or allowed[0]
    if currency not in allowed:
        raise Unfit(_("Please choose one of these currencies: %(names)s.") % {"names": ", ".join(allowed)})
    number = decimal_of(amount)
    if number != round(number, 2):
        raise Unfit(_("Please enter an amount with at most two decimal places."))
    return {"amount": str(round(_bounded(number, case.spec), 2)), "currency": str(currency)}


# ---- dates and times -----------------------------------------------------------------


def day_of(value: Any, now: datetime) -> date | None:
    """A day in ISO form, or a length of time from today on (P7D, -P1D); None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        if value.startswith(("P", "-P")):
            return (timezone.localtime(now) + durations.parse(value)).date()
        return date.fromisoformat(value) if len(value) == 10 else None
    except (ValueError, OverflowError):
        return None


def _date(value: Any, case: Case) -> str:
    day = day_of(value, case.now) if isinstance(value, str) and value[:1].isdigit() else None
    if day is None:
        raise Unfit(_("Please enter a date."))
    least, most = day_of(case.spec.get("min"), case.now), day_of(case.spec.get("max"), case.now)
    if least and day < least:
        raise Unfit(_("Please enter %(day)s or a later day.") % {"day": date_format(least)})
    if most and day > most:
        raise Unfit(_("Please enter %(day)s or an earlier day.") % {"day": date_format(most)})
    return day.isoformat()


def time_of(value: Any) -> str | None:
    """HH:MM, None for anything else."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        return time(int(found[1]), int(found[2])).isoformat("minutes")
    except ValueError:
        return None


def _time(value: Any, case: Case) -> str:
    moment = time_of(value.strip()) if isinstance(value, str) else None
    if moment is None:
        raise Unfit(_("Please enter a time, e.g. 14:30."))
    least, most = time_of(case.spec.get("min")), time_of(case.spec.get("max"))
    if (least and moment < least) or (most and moment > most):
        window = {"start": least or "00:00", "end": most or "23:59"}
        raise Unfit(_("Please enter a time between %(start)s and %(end)s.") % window)
    return moment


# ---- choices -------------------------------------------------------------------------


def _choice(value: Any, case: Case) -> str:
    if not isinstance(value, str) or value not in choices_of(case.spec):
        raise Unfit(_("Please choose one of the options."))
    return value


def _choices(value: Any, case: Case) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MAX_CHOSEN:
        raise Unfit(_("Please choose from the options."))
    found = list(dict.fromkeys(_choice(one, case) for one in value))
    _counted(len(found), case.spec)
    return found


def _counted(number: int, spec: Spec) -> None:
    least, most = _whole(spec.get("min")), _whole(spec.get("max"))
    if least is not None and number < least:
        raise Unfit(ngettext("Please give at least %(n)d.", "Please give at least %(n)d.", least) % {"n": least})
    if most is not None and number > most:
        raise Unfit(ngettext("Please give at most %(n)d.", "Please give at most %(n)d.", most) % {"n": most})


def _yes_no(value: Any, case: Case) -> bool:
    if not isinstance(value, bool):
        raise Unfit(_("Please answer yes or no."))
    return value


# ---- what exists ---------------------------------------------------------------------


def _person(value: Any, case: Case) -> int:
    named = isinstance(value, str) and len(value) <= 400
    found = case.lookups.person(value) if named or type(value) is int else None
    if found is None:
        raise Unfit(_("Please enter the e-mail address of a person who uses this desk."))
    return found


def _department(value: Any, case: Case) -> str:
    found = case.lookups.department(value) if isinstance(value, str) and len(value) <= 60 else None
    if found is None:
        raise Unfit(_("Please choose one of the departments."))
    return found


def is_upload(value: Any) -> bool:
    """Whether this is a file that was just sent."""
    return hasattr(value, "chunks") and hasattr(value, "size")


def _file(value: Any, case: Case) -> list[Any]:
    several = list(value) if isinstance(value, list | tuple) else [value]
    most = _whole(case.spec.get("max"))
    if len(several) > MAX_FILES:
        said = ngettext("Please send at most %(n)d file.", "Please send at most %(n)d files.", MAX_FILES)
        raise Unfit(said % {"n": MAX_FILES})
    found: list[Any] = []
    for one in several:
        if is_upload(one):
            found.append(one)
        elif isinstance(one, str) and _FILE_KEY.fullmatch(one) and (key := case.lookups.file(one)):
            found.append(key)
        else:
            raise Unfit(_("This file is not there any more. Please choose it again."))
    _counted(len(found), {**case.spec, "max": MAX_FILES if most is None else most})
    return found


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _nothing(value: Any, case: Case) -> Any:
    raise Unfit(_("This field takes no value."))


KINDS: dict[str, Kind] = {
    "text": Kind(_text, "length"),
    "long_text": Kind(_long_text, "length"),
    "number": Kind(_number, "number"),
    "money": Kind(_money, "number"),
    "date": Kind(_date, "date"),
    "time": Kind(_time, "time"),
    "choice": Kind(_choice),
    "multi_choice": Kind(_choices, "count"),
    "yes_no": Kind(_yes_no),
    "person": Kind(_person),
    "department": Kind(_department),
    "file": Kind(_file, "count"),
    "email": Kind(_email),
    "phone": Kind(_phone),
    "url": Kind(_url),
    "heading": Kind(_nothing, holds_value=False),
}
