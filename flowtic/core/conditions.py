"""Conditions as JSON trees: `check` before one is saved, `holds` when it matters, `names` and `words` for people.

A tree is {} or None (always), {"all": [...]}, {"any": [...]}, {"not": tree}, {"formula": text} or a leaf
{"field": path, "op": one of OPS, "value": …}. `holds` is true or false for every value there is; only a formula raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import clock, formulas, paths
from flowtic.core.comparison import OPS, WITHOUT_VALUE, compare, moment

DEEPEST, MOST_LEAVES, MOST_VALUES, LONGEST_TEXT = 5, 100, 100, 500
_DEEPEST_WALK = 50  # a tree that nobody checked must not end in a RecursionError

_ORDERS = ("gt", "gte", "lt", "lte")
_MOMENTS = ("before", "after")
_TEXTS = ("contains", "not_contains", "starts_with")
# What makes no sense for a kind; kinds that are not named here allow everything.
_UNFIT = {
    "number": (*_TEXTS, *_MOMENTS),
    "money": (*_TEXTS, *_MOMENTS),
    "yes_no": (*_TEXTS, *_MOMENTS, *_ORDERS),
    "choice": (*_MOMENTS, *_ORDERS),
    "multi_choice": (*_MOMENTS, *_ORDERS, "starts_with"),
    "department": (*_MOMENTS, *_ORDERS),
    "person": (*_MOMENTS, *_ORDERS),
    "file": (*_MOMENTS, *_ORDERS, "starts_with", "is", "is_not", "in", "not_in"),
    "date": _TEXTS,
    "time": (*_TEXTS, *_MOMENTS),
}


@dataclass(frozen=True)
class FieldInfo:
    """What a condition may know of a field; `label` and the labels in `choices` are texts in two languages."""

    key: str
    label: Any = ""
    kind: str = "text"
    choices: Mapping[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong and where: `path` like "any.1.value", "" for the whole; `message` in the reader's language."""

    path: str
    message: str


def holds(tree: Any, values: Mapping[str, Any], now: datetime | None = None) -> bool:
    """Whether the condition is true for these values at `now`; a tree that is none of ours is false.

    Raises formulas.FormulaError for a formula that ends in an error or in anything but true and false.
    """
    return _holds(tree, values, now or clock.now(), 0)


def _holds(tree: Any, values: Mapping[str, Any], now: datetime, depth: int) -> bool:
    if tree is None or tree == {}:
        return True
    if not isinstance(tree, Mapping) or depth > _DEEPEST_WALK:
        return False
    if "field" in tree:
        name, op = tree["field"], tree.get("op")
        if not paths.is_path(name) or op not in OPS:
            return False
        return compare(str(op), paths.find(values, name), tree.get("value"), now)
    if "formula" in tree:
        return _formula_holds(tree["formula"], values)
    if "not" in tree:
        return not _holds(tree["not"], values, now, depth + 1)
    for group, rule in (("all", all), ("any", any)):
        if isinstance(tree.get(group), list):
            return rule(_holds(one, values, now, depth + 1) for one in tree[group])
    return False


def _formula_holds(text: Any, values: Mapping[str, Any]) -> bool:
    answer = formulas.evaluate(text, values)
    if not isinstance(answer, bool):
        raise formulas.FormulaError(_("A formula in a condition must answer true or false."))
    return answer


def names(tree: Any) -> set[str]:
    """The fields a condition reads, those of its formulas included."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Mapping):
            continue
        if isinstance(one.get("field"), str):
            found.add(one["field"])
        if isinstance(one.get("formula"), str):
            found |= formulas.names(one["formula"])
        waiting.append(one.get("not"))
        for group in ("all", "any"):
            inner = one.get(group)
            waiting.extend(inner if isinstance(inner, list) else [])
    return found


def words(tree: Any, fields: Mapping[str, FieldInfo] | None = None) -> str:
    """The condition as people of the active language read it; never empty."""
    from flowtic.core import condition_words

    return condition_words.words(tree, fields or {})


def check(tree: Any, fields: Mapping[str, FieldInfo] | None = None) -> list[Problem]:
    """Everything that is wrong with the tree. `fields`: the ones it may read; None leaves names and kinds unchecked."""
    checker = _Checker(fields)
    checker.tree(tree, "", 0)
    if checker.leaves > MOST_LEAVES:
        checker.wrong("", _("A condition has at most %(n)d comparisons.") % {"n": MOST_LEAVES})
    return checker.problems


class _Checker:
    """Walks one tree and collects problems."""

    def __init__(self, fields: Mapping[str, FieldInfo] | None):
        self.fields = fields
        self.problems: list[Problem] = []
        self.leaves = 0

    def wrong(self, path: str, message: str) -> None:
        if len(self.problems) < MOST_LEAVES:
            self.problems.append(Problem(path, message))

    def tree(self, tree: Any, path: str, depth: int) -> None:
        if tree is None or tree == {}:
            return None
        if not isinstance(tree, Mapping):
            return self.wrong(path, _("A condition is an object such as {“field”, “op”, “value”}."))
        if depth > DEEPEST:
            return self.wrong(path, _("Conditions are nested at most %(n)d levels deep.") % {"n": DEEPEST})
        kinds = [kind for kind in ("field", "formula", "all", "any", "not") if kind in tree]
        allowed = {"field", "op", "value"} if kinds == ["field"] else set(kinds)
        if len(kinds) != 1 or set(tree) - allowed:
            return self.wrong(path, _("A condition has exactly one of field, formula, all, any and not."))
        kind = kinds[0]
        if kind == "field":
            return self.leaf(tree, path)
        inner, place = tree[kind], _join(path, kind)
        if kind == "formula":
            return self.formula(inner, place)
        if kind == "not":
            return self.tree(inner, place, depth + 1)
        if not isinstance(inner, list) or not inner:
            return self.wrong(place, _("This group needs at least one condition."))
        for index, one in enumerate(inner[: MOST_LEAVES + 1]):
            self.tree(one, _join(place, str(index)), depth + 1)
        self.leaves += max(0, len(inner) - MOST_LEAVES - 1)
        return None

    def formula(self, text: Any, path: str) -> None:
        self.leaves += 1
        sentence = formulas.check(text)
        if sentence:
            return self.wrong(path, sentence)
        for name in sorted(formulas.names(text)):
            self.known(name, path, formula=True)
        return None

    def known(self, name: str, path: str, *, formula: bool = False) -> FieldInfo | None:
        """The field's info; says a problem when there is no such field here."""
        if self.fields is None:
            return None
        # A formula may go on into a value: items.size reads the field "items".
        for known in [name, *(_heads(name) if formula else [])]:
            if known in self.fields:
                return self.fields[known]
        if formula and any(known.startswith(f"{name}.") for known in self.fields):
            return None
        self.wrong(path, _("There is no field “%(name)s” here.") % {"name": name})
        return None

    def leaf(self, leaf: Mapping[str, Any], path: str) -> None:
        self.leaves += 1
        name, op, place = leaf["field"], leaf.get("op"), _join(path, "op")
        if not paths.is_path(name):
            return self.wrong(_join(path, "field"), _("Choose the field that is compared."))
        info = self.known(name, _join(path, "field"))
        if op not in OPS:
            return self.wrong(place, _("“%(op)s” is no comparison.") % {"op": str(op)[:40]})
        if info and op in _UNFIT.get(info.kind, ()):
            return self.wrong(place, _("“%(op)s” does not fit this kind of field.") % {"op": op})
        if op not in WITHOUT_VALUE:
            self.value(op, leaf.get("value"), info, _join(path, "value"))
        elif leaf.get("value") is not None:
            self.wrong(_join(path, "value"), _("This comparison takes no value."))
        return None

    def value(self, op: str, value: Any, info: FieldInfo | None, path: str) -> None:
        if op in ("in", "not_in"):
            if not isinstance(value, list) or not value:
                return self.wrong(path, _("Give a list with at least one value."))
            if len(value) > MOST_VALUES:
                return self.wrong(path, _("Give at most %(n)d values.") % {"n": MOST_VALUES})
            for index, one in enumerate(value):
                self.single(op, one, info, _join(path, str(index)))
            return None
        return self.single(op, value, info, path)

    def single(self, op: str, value: Any, info: FieldInfo | None, path: str) -> None:
        sentence = _unfit(op, value, info)
        if sentence:
            self.wrong(path, sentence)


def _unfit(op: str, value: Any, info: FieldInfo | None) -> str:
    """What is wrong with one value of a leaf, '' when nothing is."""
    if not isinstance(value, str | int | float) or value == "":
        return _("Give a value: a text, a number, or true or false.")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return _("A value has at most %(n)d characters.") % {"n": LONGEST_TEXT}
    if op in _MOMENTS and moment(value, clock.now()) is None:
        return _("Give a date (2026-12-31), a date with time, or a length of time from now (P3D, -P3D).")
    if op in _TEXTS and not isinstance(value, str) and (info is None or info.kind != "multi_choice"):
        return _("Give a text.")
    if op in _ORDERS and isinstance(value, bool):
        return _("True and false have no order.")
    if info is None:
        return ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if info.kind in ("number", "money") and not number:
        return _("Give a number.")
    if info.kind == "yes_no" and not isinstance(value, bool):
        return _("Give true or false.")
    if info.kind == "date" and op not in _MOMENTS and moment(value, clock.now()) is None:
        return _("Give a date such as 2026-12-31.")
    if info.kind in ("choice", "multi_choice") and info.choices and value not in info.choices and op not in _TEXTS[1:]:
        return _("“%(value)s” is not one of the choices.") % {"value": str(value)[:80]}
    return ""


def _heads(name: str) -> list[str]:
    """a.b.c -> a.b, a"""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
