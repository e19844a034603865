"""What a form says to people: labels, help, and values in words, in the reader's language."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk.formschema.pages import Page, Spec, choices_of, kind_of
from flowtic.core import localised


class Names(Protocol):
    """Names of what values only point at; '' for what is unknown or not the reader's to know."""

    def person(self, pk: int) -> str: ...

    def department(self, key: str) -> str: ...

    def file(self, key: str) -> str: ...


class NoNames:
    """Knows no names: ids and keys stand for themselves."""

    def person(self, pk: int) -> str:
        return ""

    def department(self, key: str) -> str:
        return ""

    def file(self, key: str) -> str:
        return ""


NO_NAMES: Names = NoNames()


def label_of(spec: Spec) -> str:
    """The question in the reader's language, else in the other one, else its key."""
    found = localised.text(spec.get("label"))
    if not found:  # as the flat form wrote it
        german, english = spec.get("label_de"), spec.get("label_en")
        first, second = (german, english) if (get_language() or "en").startswith("de") else (english, german)
        found = str(first or second or "")
    return found or str(spec["key"])


def help_of(spec: Spec) -> str:
    return localised.text(spec.get("help"))


def title_of(page: Page) -> str:
    return localised.text(page.title)


def choice_label(spec: Spec, value: Any) -> str:
    """The option's text; a value that is no option any more stands for itself."""
    return localised.text(choices_of(spec).get(value)) or str(value)


def value_words(spec: Spec, value: Any, names: Names = NO_NAMES) -> str:
    """A stored value as text; '' for none. Whatever was stored, it reads as something."""
    if value is None or value == "" or value == []:
        return ""
    try:
        return _WORDS.get(kind_of(spec), _as_is)(spec, value, names)
    except (ValueError, TypeError, AttributeError, InvalidOperation):
        return _as_is(spec, value, names)


def _as_is(spec: Spec, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values())
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


def _number(spec: Spec, value: Any, names: Names) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return number_format(Decimal(str(value)), use_l10n=True, force_grouping=abs(value) >= 10_000)


def _money(spec: Spec, value: Any, names: Names) -> str:
    amount = number_format(Decimal(value["amount"]), decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{amount} {value['currency']}"


def _date(spec: Spec, value: Any, names: Names) -> str:
    return date_format(date.fromisoformat(value))


def _time(spec: Spec, value: Any, names: Names) -> str:
    return time_format(time.fromisoformat(value), "H:i")


def _choice(spec: Spec, value: Any, names: Names) -> str:
    return choice_label(spec, value)


def _choices(spec: Spec, value: Any, names: Names) -> str:
    if not isinstance(value, list):
        raise ValueError
    return ", ".join(choice_label(spec, one) for one in value)


def _person(spec: Spec, value: Any, names: Names) -> str:
    return names.person(value) or f"#{value}"


def _department(spec: Spec, value: Any, names: Names) -> str:
    return names.department(value) or str(value)


def _files(spec: Spec, value: Any, names: Names) -> str:
    several = value if isinstance(value, list) else [value]
    return ", ".join(_file_name(one, names) for one in several)


def _file_name(one: Any, names: Names) -> str:
    if isinstance(one, str):
        return names.file(one) or _("file")
    return str(getattr(one, "name", "") or _("file"))


_WORDS = {
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "choice": _choice,
    "multi_choice": _choices,
    "person": _person,
    "department": _department,
    "file": _files,
}
