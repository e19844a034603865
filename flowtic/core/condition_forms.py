"""Conditions as rows of a form and back: `builder` for a page, `typed` and `read` for what was sent.

A page prints components/condition_builder.html with a Builder. What rows cannot show without changing it (deeper
groups, formulas, values of another kind) is shown as text: a formula, or JSON. So `read` of what `builder` prints
is the same condition again. The buttons that add and remove rows are submit buttons: a view that finds `acted`
renders `typed` again, and nothing that was entered is lost.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from flowtic.core import condition_cells as cells
from flowtic.core import conditions, localised
from flowtic.core.conditions import MOST_LEAVES, FieldInfo
from flowtic.core.errors import Invalid

Fields = Mapping[str, FieldInfo]
Post = MultiValueDict[str, str]

ROWS, EXPERT = "rows", "expert"
LONGEST = 100_000
_ID = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
_RULES = ("all", "any")


@dataclass(frozen=True)
class Row:
    """One comparison. `name`: what the names of its controls begin with."""

    id: str
    name: str
    number: int
    field: str
    op: str
    ops: tuple[cells.Op, ...]
    control: cells.Control
    label: str = ""
    unknown: bool = False
    errors: tuple[str, ...] = ()
    # Which parts of the row the errors are about: field, op, value.
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Comparisons of which all or any must be true."""

    id: str
    name: str
    rule: str
    rows: tuple[Row, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Builder:
    """What the component prints. `tree`: the condition that was entered, finished or not; `errors`: of the whole."""

    prefix: str
    fields: Fields
    mode: str = ROWS
    rule: str = "all"
    single: bool = True
    items: tuple[Row | Group, ...] = ()
    text: str = ""
    errors: tuple[str, ...] = ()
    tree: Any = field(default_factory=dict)
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    # Path in the tree -> name of the row or group that lies there.
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(key, localised.text(info.label) or key) for key, info in self.fields.items()]

    @property
    def words(self) -> str:
        """The condition as a sentence; '' while it is not finished."""
        return "" if conditions.check(self.tree, self.fields) else conditions.words(self.tree, self.fields)

    @cached_property
    def templates(self) -> list[tuple[str, cells.Control]]:
        """The controls that a script needs: name and empty control; those with choices once per field."""
        found = [(kind, cells.Control(kind)) for kind in ("text", "number", "date", "time", "lines", "moment")]
        empty: Post = MultiValueDict()
        for info in cells.has_templates(self.fields):
            found.append((f"select:{info.key}", cells.control(info, "is" if info.kind != "multi_choice" else "contains",
                                                              empty, "")))  # fmt: skip
            found.append((f"boxes:{info.key}", cells.control(info, "in", empty, "")))
        return found

    @property
    def operators(self) -> list[tuple[str, tuple[cells.Op, ...]]]:
        """Keys of fields (separated by spaces, "-" for none yet) and the operators that they have in common."""
        found: dict[tuple[cells.Op, ...], list[str]] = {}
        for key, info in {"-": FieldInfo(""), **self.fields}.items():
            found.setdefault(cells.ops_of(info), []).append(key)
        return [(" ".join(keys), ops) for ops, keys in found.items()]

    @property
    def blank(self) -> Row:
        """An empty row for a script to copy."""
        return _row("__ID__", "__NAME__", MultiValueDict(), self.fields, 0)

    @property
    def blank_group(self) -> Group:
        """An empty group for a script to copy."""
        return Group("__ID__", "__NAME__", "any", ())

    @property
    def next_id(self) -> int:
        """The id of a group that is added."""
        return _next([item.id for item in self.items])


def builder(prefix: str, tree: Any, fields: Fields) -> Builder:
    """The condition for a page, as rows where they can say exactly the same, else as text."""
    sent = _sent(tree or {}, prefix, fields)
    if sent is not None:
        found = typed(sent, prefix, fields)
        if _same(found.tree, tree or {}):
            return found
    return typed(_text_sent(tree, prefix), prefix, fields)


def acted(post: Any, prefix: str) -> bool:
    """Whether one of the component's own buttons was pressed: render `typed` again, nothing is to be saved."""
    return f"{prefix}-act" in post


def typed(post: Any, prefix: str, fields: Fields, *, checked: bool = False) -> Builder:
    """What was entered, after the button of the component that was pressed. `checked`: with what is wrong in it."""
    act = str(post.get(f"{prefix}-act", ""))
    if act in (ROWS, EXPERT):
        return _switched(post, prefix, fields, act)
    found = _expert(post, prefix, fields) if post.get(f"{prefix}-mode") == EXPERT else _rows(post, prefix, fields, act)
    return _with_errors(found) if checked else found


def read(post: Any, prefix: str, fields: Fields) -> Any:
    """The condition that was entered, {} for always. Raises Invalid: sentences by "<prefix>-<row>" or by the prefix."""
    found = _with_errors(typed(post, prefix, fields))
    if found.problems:
        raise Invalid(_("The condition is not finished."), fields=found.problems)
    return found.tree


# ---- from what was sent ----------------------------------------------------------------


def _rows(post: Any, prefix: str, fields: Fields, act: str) -> Builder:
    ids = _acted_on([one for one in post.getlist(f"{prefix}-row") if _ID.fullmatch(one)], act)[: 2 * MOST_LEAVES]
    items: list[Row | Group] = []
    number = 0
    for one in dict.fromkeys(ids):
        if "." in one:
            continue
        name = f"{prefix}-{one}"
        if f"{name}-rule" not in post and act_target(act) != ("group", one):
            number += 1
            items.append(_row(one, name, post, fields, number))
            continue
        inner = []
        for other in (other for other in dict.fromkeys(ids) if other.startswith(f"{one}.")):
            number += 1
            inner.append(_row(other, f"{prefix}-{other}", post, fields, number))
        items.append(Group(one, name, _rule(post, name, "any"), tuple(inner)))
    found = Builder(
        prefix, fields, ROWS, _rule(post, prefix), single=post.get(f"{prefix}-single", "1") == "1", items=tuple(items)
    )
    tree, places = _tree(found, post)
    return replace(found, tree=tree, places=places)


def act_target(act: str) -> tuple[str, str]:
    """ "group:3" becomes ("group", "3")."""
    verb, _colon, target = act.partition(":")
    return verb, target


def _acted_on(ids: list[str], act: str) -> list[str]:
    """The ids of rows after "add", "add:<group>", "group:<new id>" or "remove:<row or group>"."""
    verb, target = act_target(act)
    if verb == "remove":
        return [one for one in ids if one != target and not one.startswith(f"{target}.")]
    if verb == "add" and target in ids:
        return [*ids, f"{target}.{_next(ids, f'{target}.')}"]
    if verb == "add":
        return [*ids, str(_next(ids))]
    if verb == "group" and _ID.fullmatch(target) and target not in ids:
        return [*ids, target, f"{target}.0"]
    return ids


def _next(ids: list[str], start: str = "") -> int:
    used = [one.removeprefix(start) for one in ids if one.startswith(start)]
    return max((int(one.partition(".")[0]) for one in used), default=-1) + 1


def _row(one: str, name: str, post: Any, fields: Fields, number: int) -> Row:
    key = str(post.get(f"{name}-field", ""))[:150]
    info = fields.get(key) or FieldInfo(key)
    op = str(post.get(f"{name}-op", ""))
    ops = cells.ops_of(info, op)
    op = op if op in [known.key for known in ops] else ops[0].key
    unknown = bool(key) and key not in fields
    label = localised.text(info.label) or key
    return Row(one, name, number, key, op, ops, cells.control(info, op, post, name), label, unknown)


def _rule(post: Any, name: str, usual: str = "all") -> str:
    rule = post.get(f"{name}-rule", usual)
    return str(rule) if rule in _RULES else usual


def _tree(found: Builder, post: Any) -> tuple[Any, dict[str, str]]:
    """The condition, and which row or group lies at which path of it."""
    leaves: list[Any] = []
    places: dict[str, str] = {}
    for item in found.items:
        path = f"{found.rule}.{len(leaves)}"
        if isinstance(item, Row):
            if leaf := _leaf(item, found.fields, post):
                leaves.append(leaf)
                places[path] = item.name
            continue
        inner: list[Any] = []
        for row in item.rows:
            if leaf := _leaf(row, found.fields, post):
                places[f"{path}.{item.rule}.{len(inner)}"] = row.name
                inner.append(leaf)
        if inner:
            leaves.append({item.rule: inner})
            places[path] = item.name
    if not leaves:
        return {}, {}
    if found.single and len(leaves) == 1 and "field" in leaves[0]:
        return leaves[0], {"": places[f"{found.rule}.0"]}
    return {found.rule: leaves}, places


def _leaf(row: Row, fields: Fields, post: Any) -> dict[str, Any]:
    """The row as a comparison; nothing for one that nobody has begun."""
    info = fields.get(row.field) or FieldInfo(row.field)
    leaf: dict[str, Any] = {"field": row.field, "op": row.op}
    if row.control.kind != "none":
        leaf["value"] = cells.value_of(info, row.op, post, row.name)
    return leaf if row.field or leaf.get("value") else {}


def _expert(post: Any, prefix: str, fields: Fields) -> Builder:
    text = str(post.get(f"{prefix}-text", "")).replace("\r\n", "\n")[:LONGEST]
    found = Builder(prefix, fields, EXPERT, text=text)
    if not text.strip():
        return found
    if not text.lstrip().startswith("{"):
        return replace(found, tree={"formula": text})
    try:
        return replace(found, tree=json.loads(text, parse_constant=_refused))
    except (ValueError, RecursionError) as error:
        wrong = _("This is no valid JSON: %(error)s") % {"error": error}
        return replace(found, errors=(wrong,), problems={prefix: [wrong]})


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _switched(post: Any, prefix: str, fields: Fields, to: str) -> Builder:
    """The same condition the other way; as text where rows cannot show it, with a sentence that says so."""
    now = post.get(f"{prefix}-mode")
    found = _expert(post, prefix, fields) if now == EXPERT else _rows(post, prefix, fields, "")
    if found.problems:
        return found
    if to == EXPERT:
        return typed(_text_sent(found.tree, prefix), prefix, fields)
    shown = builder(prefix, found.tree, fields)
    if shown.mode == EXPERT:
        return replace(shown, errors=(_("Rows cannot show this condition; it stays as text."),))
    return shown


# ---- what is wrong -----------------------------------------------------------------------


def _with_errors(found: Builder) -> Builder:
    if found.problems:
        return found
    problems: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for problem in conditions.check(found.tree, found.fields):
        path, name = _nearest(problem.path, found.places)
        problems.setdefault(name or found.prefix, []).append(problem.message)
        parts.setdefault(name or found.prefix, []).append(problem.path.removeprefix(path).strip(".").partition(".")[0])
    items = tuple(_marked(item, problems, parts) for item in found.items)
    return replace(found, items=items, problems=problems, errors=tuple(problems.get(found.prefix, ())))


def _nearest(path: str, places: Mapping[str, str]) -> tuple[str, str]:
    """The longest known beginning of the path, and the row that lies there."""
    fitting = [one for one in places if not one or path == one or path.startswith(f"{one}.")]
    best = max(fitting, key=len, default="")
    return best, places.get(best, "")


def _marked(item: Row | Group, problems: Mapping[str, list[str]], parts: Mapping[str, list[str]]) -> Row | Group:
    said = tuple(problems.get(item.name, ()))
    if isinstance(item, Row):
        return replace(item, errors=said, wrong=tuple(parts.get(item.name, ())))
    rows = tuple(row for one in item.rows if isinstance(row := _marked(one, problems, parts), Row))
    return replace(item, rows=rows, errors=said)


# ---- to what would be sent ---------------------------------------------------------------


def _sent(tree: Any, prefix: str, fields: Fields) -> Post | None:
    """What a browser would send for that condition; None when rows cannot show it."""
    rule, members = _members(tree)
    sent: dict[str, list[str]] = {f"{prefix}-mode": [ROWS], f"{prefix}-rule": [rule or "all"], f"{prefix}-row": []}
    sent[f"{prefix}-single"] = ["0" if rule else "1"]
    for at, one in enumerate(members):
        inner_rule, inner = _members(one)
        rows = [(f"{at}.{index}", leaf) for index, leaf in enumerate(inner)] if inner_rule else [(str(at), one)]
        if inner_rule:
            sent[f"{prefix}-row"].append(str(at))
            sent[f"{prefix}-{at}-rule"] = [inner_rule]
        for place, leaf in rows:
            if not isinstance(leaf, Mapping) or not isinstance(leaf.get("field"), str):
                return None
            sent[f"{prefix}-row"].append(place)
            sent |= _leaf_sent(leaf, f"{prefix}-{place}", fields)
    return MultiValueDict(sent)


def _members(tree: Any) -> tuple[str, list[Any]]:
    """ "all" or "any" and what it holds; '' and the condition itself when it is no group."""
    if not tree:
        return "", []
    for rule in _RULES:
        if isinstance(tree, Mapping) and isinstance(tree.get(rule), list):
            return rule, tree[rule]
    return "", [tree]


def _leaf_sent(leaf: Mapping[str, Any], name: str, fields: Fields) -> dict[str, list[str]]:
    info, op = fields.get(leaf["field"]) or FieldInfo(leaf["field"]), str(leaf.get("op"))
    values = cells.put(info, op, leaf.get("value"), name)
    return {f"{name}-field": [leaf["field"]], f"{name}-op": [op], **values}


def _text_sent(tree: Any, prefix: str) -> Post:
    formula = tree.get("formula") if isinstance(tree, Mapping) and set(tree) == {"formula"} else None
    plain = isinstance(formula, str) and formula.strip() and not formula.lstrip().startswith("{")
    text = str(formula) if plain and "\r" not in str(formula) else "" if tree in (None, {}) else _json(tree)
    return MultiValueDict({f"{prefix}-mode": [EXPERT], f"{prefix}-text": [text]})


def _json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2)


def _same(one: Any, other: Any) -> bool:
    """Equal in every type: true is not 1, "5" is not 5."""
    return _canonical(one) == _canonical(other)


def _canonical(tree: Any) -> str:
    try:
        return json.dumps(tree, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return repr(tree)
