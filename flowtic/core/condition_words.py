"""Conditions in words: "Amount is greater than 500 and Department is IT", in the language of the reader."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from flowtic.core import clock, durations, formulas, localised
from flowtic.core.comparison import moment

if TYPE_CHECKING:
    from flowtic.core.conditions import FieldInfo

_DEEPEST = 50

SENTENCES = {
    "is": gettext_noop("%(field)s is %(value)s"),
    "is_not": gettext_noop("%(field)s is not %(value)s"),
    "in": gettext_noop("%(field)s is one of %(value)s"),
    "not_in": gettext_noop("%(field)s is none of %(value)s"),
    "gt": gettext_noop("%(field)s is greater than %(value)s"),
    "gte": gettext_noop("%(field)s is at least %(value)s"),
    "lt": gettext_noop("%(field)s is less than %(value)s"),
    "lte": gettext_noop("%(field)s is at most %(value)s"),
    "contains": gettext_noop("%(field)s contains %(value)s"),
    "not_contains": gettext_noop("%(field)s does not contain %(value)s"),
    "starts_with": gettext_noop("%(field)s starts with %(value)s"),
    "empty": gettext_noop("%(field)s is empty"),
    "not_empty": gettext_noop("%(field)s is filled in"),
    "before": gettext_noop("%(field)s is before %(value)s"),
    "after": gettext_noop("%(field)s is after %(value)s"),
}


def words(tree: Any, fields: "Mapping[str, FieldInfo]") -> str:
    """The whole condition; "always" for an empty one, and a sentence for what is no condition at all."""
    return _tree(tree, fields, 0)


def _tree(tree: Any, fields: "Mapping[str, FieldInfo]", depth: int) -> str:
    if tree is None or tree == {}:
        return _("always")
    if not isinstance(tree, Mapping) or depth > _DEEPEST:
        return _("(not readable)")
    if "field" in tree:
        return _leaf(tree, fields)
    if "formula" in tree:
        text = tree["formula"]
        return formulas.words(text, fields) if isinstance(text, str) and text.strip() else _("(not readable)")
    if "not" in tree:
        return _("not (%(condition)s)") % {"condition": _tree(tree["not"], fields, depth + 1)}
    for group in ("all", "any"):
        if isinstance(tree.get(group), list):
            return _group(group, tree[group], fields, depth)
    return _("(not readable)")


def _group(group: str, conditions: list[Any], fields: "Mapping[str, FieldInfo]", depth: int) -> str:
    if not conditions:
        return _("always") if group == "all" else _("never")
    if len(conditions) == 1:
        return _tree(conditions[0], fields, depth + 1)
    said = []
    for one in conditions:
        text = _tree(one, fields, depth + 1)
        said.append(f"({text})" if _is_group(one) else text)
    return (_(" and ") if group == "all" else _(" or ")).join(said)


def _is_group(tree: Any) -> bool:
    """Whether it needs brackets inside another group."""
    if not isinstance(tree, Mapping):
        return False
    inner = tree.get("all") or tree.get("any")
    return "formula" in tree or (isinstance(inner, list) and len(inner) > 1)


def _leaf(leaf: Mapping[str, Any], fields: "Mapping[str, FieldInfo]") -> str:
    name, op, value = leaf["field"], leaf.get("op"), leaf.get("value")
    info = fields.get(name) if isinstance(name, str) else None
    sentence = SENTENCES.get(op) if isinstance(op, str) else None
    if sentence is None:
        return _("(not readable)")
    shown = " ".join(_text(op, one, info) for one in [value])
    if op in ("in", "not_in") and isinstance(value, list):
        shown = _(" or ").join(_text(op, one, info) for one in value) or "–"
    return _(sentence) % {"field": label(str(name), info), "value": shown}


def label(name: str, info: "FieldInfo | None") -> str:
    """The field's label in the reader's language, its key when it has none."""
    return (localised.text(info.label) if info else "") or name


def _text(op: Any, value: Any, info: "FieldInfo | None") -> str:
    if isinstance(value, str | int | float) and info and value in info.choices:
        chosen = localised.text(info.choices[value])
        if chosen:
            return chosen
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number_format(value) if abs(value) < 1e15 else str(value)
    if isinstance(value, str):
        return _said(op, value, info)
    return "–" if value is None else str(value)


def _said(op: Any, value: str, info: "FieldInfo | None") -> str:
    if op in ("before", "after") or (info and info.kind in ("date", "datetime")):
        if value.startswith(("P", "-P")):
            return _relative(value)
        found = moment(value, clock.now())
        if isinstance(found, datetime):
            return date_format(timezone.localtime(found), "SHORT_DATETIME_FORMAT")
        if isinstance(found, date):
            return date_format(found, "DATE_FORMAT")
    plain = info is not None and info.kind in ("department", "choice", "multi_choice")
    return value if plain else localised.quoted(value)


def _relative(value: str) -> str:
    try:
        length = durations.parse(value)
    except ValueError:
        return value
    if not length:
        return _("now")
    said = durations.words(abs(length))
    if length.total_seconds() > 0:
        return pgettext("in a condition", "%(span)s from now") % {"span": said}
    return pgettext("in a condition", "%(span)s ago") % {"span": said}
