"""One comparison of a condition as controls: which operators a kind of field has, and how its value is entered.

A control is one of none, select, boxes, number, date, time, text, lines (one value per line) and moment (a day, or a
length of time from now on).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from flowtic.core import localised
from flowtic.core.comparison import WITHOUT_VALUE
from flowtic.core.conditions import FieldInfo

LONGEST, MOST = 5000, 200
_SPAN = re.compile(r"(-?)P(T?)([0-9]{1,6})([MHDW])")
_UNITS = ("M", "H", "D", "W")

_SAME, _LIST, _ORDER = ("is", "is_not"), ("in", "not_in"), ("gt", "gte", "lt", "lte")
_PART, _FILLED = ("contains", "not_contains"), ("empty", "not_empty")
_TEXT = (*_SAME, *_PART, "starts_with", *_LIST, *_FILLED)
_OPS: dict[str, tuple[str, ...]] = {
    "number": (*_SAME, *_ORDER, *_LIST, *_FILLED),
    "money": (*_SAME, *_ORDER, *_FILLED),
    "date": ("is", "is_not", "before", "after", "gte", "lte", *_FILLED),
    "datetime": ("before", "after", *_FILLED),
    "time": (*_SAME, *_ORDER, *_FILLED),
    "yes_no": (*_SAME, *_FILLED),
    "choice": (*_SAME, *_LIST, *_FILLED),
    "department": (*_SAME, *_LIST, *_FILLED),
    "person": (*_SAME, *_LIST, *_FILLED),
    "multi_choice": (*_PART, *_LIST, *_FILLED),
    "file": (*_FILLED,),
}
_LABELS = {
    "is": pgettext_lazy("comparison", "is"),
    "is_not": pgettext_lazy("comparison", "is not"),
    "in": pgettext_lazy("comparison", "is one of"),
    "not_in": pgettext_lazy("comparison", "is none of"),
    "gt": pgettext_lazy("comparison", "is greater than"),
    "gte": pgettext_lazy("comparison", "is at least"),
    "lt": pgettext_lazy("comparison", "is less than"),
    "lte": pgettext_lazy("comparison", "is at most"),
    "contains": pgettext_lazy("comparison", "contains"),
    "not_contains": pgettext_lazy("comparison", "does not contain"),
    "starts_with": pgettext_lazy("comparison", "starts with"),
    "empty": pgettext_lazy("comparison", "is empty"),
    "not_empty": pgettext_lazy("comparison", "is filled in"),
    "before": pgettext_lazy("comparison", "is before"),
    "after": pgettext_lazy("comparison", "is after"),
}
_OF_DAYS = {
    "gte": pgettext_lazy("comparison", "is on or after"),
    "lte": pgettext_lazy("comparison", "is on or before"),
    "gt": pgettext_lazy("comparison", "is after"),
    "lt": pgettext_lazy("comparison", "is before"),
}


@dataclass(frozen=True)
class Op:
    """An operator to choose, and the control that its value needs."""

    key: str
    label: str
    control: str


@dataclass(frozen=True)
class Option:
    """One choice of a select or a box."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Control:
    """What is printed for the value. `text`: of single inputs; `how`, `count`, `unit`: of a moment."""

    kind: str
    options: tuple[Option, ...] = ()
    text: str = ""
    how: str = "day"
    count: str = ""
    unit: str = "D"

    @property
    def units(self) -> list[tuple[str, str]]:
        names = (
            pgettext("length of time", "minutes"), pgettext("length of time", "hours"),
            pgettext("length of time", "days"), pgettext("length of time", "weeks"),
        )  # fmt: skip
        return list(zip(_UNITS, names, strict=True))


def ops_of(info: FieldInfo, chosen: str = "") -> tuple[Op, ...]:
    """The operators of the field; one that was chosen stays even where it is unusual."""
    keys = _OPS.get(info.kind, _TEXT)
    if info.kind not in _OPS and info.choices:
        keys = (*_SAME, *_LIST, *_FILLED)
    if chosen in _LABELS and chosen not in keys:
        keys = (*keys, chosen)
    days = _OF_DAYS if info.kind in ("date", "datetime") else {}
    return tuple(Op(key, str(days.get(key) or _LABELS[key]), control_of(info, key)) for key in keys)


def control_of(info: FieldInfo, op: str) -> str:
    """How the value of that comparison is entered."""
    if op in WITHOUT_VALUE:
        return "none"
    if op in ("before", "after"):
        return "moment"
    several = op in _LIST
    parts = op == "starts_with" or (op in _PART and info.kind != "multi_choice")
    if choices_of(info) and not parts:
        return "boxes" if several else "select"
    if several:
        return "lines"
    plain = {"number": "number", "money": "number", "date": "date", "datetime": "date", "time": "time"}
    return plain.get(info.kind, "text")


def choices_of(info: FieldInfo) -> dict[Any, str]:
    """Value -> label in the reader's language."""
    if info.kind == "yes_no":
        return {True: _("Yes"), False: _("No")}
    return {value: localised.text(label) or str(value) for value, label in info.choices.items()}


def control(info: FieldInfo, op: str, post: MultiValueDict[str, str], name: str) -> Control:
    """The control with what was sent for it."""
    kind = control_of(info, op)
    sent = [one[:LONGEST] for one in post.getlist(f"{name}-value")[:MOST]]
    first = sent[0] if sent else ""
    if kind in ("select", "boxes"):
        labels = {_sent(value): label for value, label in choices_of(info).items()}
        chosen = list(dict.fromkeys(sent if kind == "boxes" else sent[:1]))
        shown = [one for one in chosen if one or one in labels]
        # Ticked boxes come first, in the order of the condition: sent again it is the same condition.
        order = [*shown, *(one for one in labels if one not in shown)] if kind == "boxes" else [
            *labels, *(one for one in shown if one not in labels)]  # fmt: skip
        return Control(kind, tuple(Option(one, labels.get(one, one), one in shown) for one in order))
    if kind == "moment":
        how, unit = post.get(f"{name}-how", "day"), post.get(f"{name}-unit", "D")
        how, unit = (how if how in ("day", "later", "ago") else "day"), (unit if unit in _UNITS else "D")
        return Control(kind, text=first, how=how, count=str(post.get(f"{name}-count", ""))[:20], unit=unit)
    return Control(kind, text=first.replace("\r\n", "\n").replace("\r", "\n") if kind == "lines" else first)


def value_of(info: FieldInfo, op: str, post: MultiValueDict[str, str], name: str) -> Any:
    """The value that was entered, as a condition holds it; what cannot be read stays text, for the check to refuse."""
    shown = control(info, op, post, name)
    if shown.kind in ("select", "boxes"):
        values = {_sent(value): value for value in choices_of(info)}
        chosen = [values.get(one.value, one.value) for one in shown.options if one.chosen]
        return chosen if shown.kind == "boxes" else (chosen or [""])[0]
    if shown.kind == "moment":
        return _moment(shown)
    if shown.kind == "lines":
        return [_plain(info, line.strip()) for line in shown.text.split("\n") if line.strip()]
    return _plain(info, shown.text.strip())


def put(info: FieldInfo, op: str, value: Any, name: str) -> dict[str, list[str]]:
    """What a browser would send for that value: the opposite of `value_of`, as far as there is one."""
    kind = control_of(info, op)
    if kind == "none":
        return {}
    if kind == "moment" and (span := _SPAN.fullmatch(str(value))):
        found = {"how": "ago" if span[1] else "later", "count": span[3], "unit": span[4], "value": ""}
        return {f"{name}-{part}": [text] for part, text in found.items()}
    several = value if isinstance(value, list) else [value]
    if kind == "boxes":
        return {f"{name}-value": [_sent(one) for one in several]}
    written = [_written(info, one) for one in several]
    return {f"{name}-value": ["\n".join(written) if kind == "lines" else "".join(written[:1])]}


def _moment(shown: Control) -> str:
    if shown.how == "day":
        return shown.text.strip()
    count = shown.count.strip()
    if not (count.isascii() and count.isdigit()):
        return ""
    sign, clock = "-" if shown.how == "ago" else "", "T" if shown.unit in ("M", "H") else ""
    return f"{sign}P{clock}{int(count)}{shown.unit}"


def _plain(info: FieldInfo, text: str) -> Any:
    """A number where the field has numbers, else the text."""
    if info.kind not in ("number", "money") or not text or len(text) > 40:
        return text
    plain = formats.sanitize_separators(text)
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return text
    return number if number == number and abs(number) != float("inf") else text


def _written(info: FieldInfo, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and info.kind in ("number", "money"):
        # No separator of thousands: in German 1.500 is read as one and a half by others.
        text = repr(value) if isinstance(value, float) else str(value)
        return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))
    return _sent(value)


def _sent(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def has_templates(fields: Mapping[str, FieldInfo] | Iterable[FieldInfo]) -> Sequence[FieldInfo]:
    """The fields whose controls list their own choices."""
    several = fields.values() if isinstance(fields, Mapping) else fields
    return [info for info in several if choices_of(info)]
