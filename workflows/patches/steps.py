"""Operations on the steps of a workflow."""

import copy
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from workflows.definition import format as f
from workflows.definition import vocabulary as v
from workflows.definition.branching import Block, Blocks, by_preference
from workflows.definition.format import Step, Target, parse
from workflows.patches.editor import ROOT, STEPS, CannotChange, Editor
from workflows.patches.kinds import translated
from workflows.patches.operations import CONDITION, ITEM, POSITION, TEXT, VALUES, WORKFLOW, operation

STEP_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
LOCALISED = {"anyOf": [TEXT, {"type": "object"}]}
# What stays when a step becomes one of another kind.
COMMON = ("key", "name", "help", "public", "ticket_status", "owner", "due", "form", "next", "on_error")


@operation("add_step", WORKFLOW, required={"step": ITEM}, optional={"after": STEP_KEY, "way": TEXT, "before": STEP_KEY})
def add_step(
    editor: Editor, _kind: str, *, step: dict[str, Any], after: str = "", way: str = "", before: str = ""
) -> None:
    """A new step: behind `after` (on its `way`, else on its main one), or in front of `before`; else only in the list.

    Put in between, the new step goes on where the old way led, unless it says so itself.
    """
    at = None
    if after:
        target = _way(editor, after, way)
        at = editor.keys(STEPS).index(after) + 1
        editor.insert(STEPS, _going_on(step, target.step if target else ""), at)
        if target is None:
            _open_way(editor, after, step["key"])
        else:
            _lead(editor, after, target.path, step["key"])
        return
    if before:
        editor.find(STEPS, before)
        at = editor.keys(STEPS).index(before)
        editor.insert(STEPS, _going_on(step, before), at)
        _redirect(editor, before, step["key"], but=[step["key"]])
        return
    editor.insert(STEPS, step)


@operation("remove_step", WORKFLOW, required={"key": STEP_KEY})
def remove_step(editor: Editor, _kind: str, *, key: str) -> None:
    """The step goes; ways that led to it lead to where its main way led."""
    step = _step(editor, key)
    following = next((target.step for target in by_preference(step) if target.step != key), "")
    if not following and any(target.step == key for one in _steps(editor) for target in one.targets()):
        raise CannotChange(_("Ways lead to %(key)s and none leads on from it: connect them first.") % {"key": key})
    if following:
        _redirect(editor, key, following, but=[key])
    editor.drop(STEPS, key)


@operation("change_step", WORKFLOW, required={"key": STEP_KEY, "values": VALUES})
def change_step(editor: Editor, _kind: str, *, key: str, values: dict[str, Any]) -> None:
    """Sets properties of a step; null takes one away. Its key and kind have operations of their own."""
    if {"key", "kind"} & set(values):
        raise CannotChange(_("Key and kind of a step are changed by rename_step and set_kind."))
    editor.change(STEPS, key, values)


@operation("set_kind", WORKFLOW, required={"key": STEP_KEY, "kind": {"type": "string", "enum": list(f.KINDS)}})
def set_kind(editor: Editor, _kind: str, *, key: str, kind: str) -> None:
    """Another kind of step. What both kinds know stays, and the main way goes on."""
    raw, step = editor.find(STEPS, key), _step(editor, key)
    main = next((target.step for target in by_preference(step)), "")
    keep = {name: value for name, value in raw.items() if name in COMMON and name in v.STEPS[kind].parts}
    values: dict[str, Any] = {name: None for name in raw if name not in keep}
    values |= {"kind": kind, **translated(raw, kind)}
    if kind == f.END:
        values |= dict.fromkeys(("next", "on_error", "owner", "due", "form")) | {"status": "resolved"}
    elif main:
        values |= {"next": None, f.APPROVE: main, f.REJECT: main} if kind == f.APPROVAL else {}
        values |= {"next": None, "branches": [], f.OTHERWISE: main} if kind == f.DECISION else {}
        if kind not in (f.APPROVAL, f.DECISION, f.SPLIT):
            values["next"] = main
    editor.change(STEPS, key, values)


@operation("rename_step", WORKFLOW, required={"key": STEP_KEY, "to": STEP_KEY})
def rename_step(editor: Editor, _kind: str, *, key: str, to: str) -> None:
    """Another key, everywhere it is named: ways, conditions, placeholders."""
    editor.find(STEPS, key)
    if to in editor.keys(STEPS):
        raise CannotChange(_("The key %(key)s is taken.") % {"key": to})
    _redirect(editor, key, to)
    for raw in list(editor.items(STEPS)):
        renamed = _renamed({name: value for name, value in raw.items() if name != "key"}, key, to)
        editor.change(STEPS, raw["key"], renamed)
    editor.change(STEPS, key, {"key": to})


@operation("move_step", WORKFLOW, required={"key": STEP_KEY, "at": POSITION})
def move_step(editor: Editor, _kind: str, *, key: str, at: int) -> None:
    """Another place in the list, which is also the order of the drawing."""
    editor.move(STEPS, key, at)


@operation(
    "place_step", WORKFLOW, required={"key": STEP_KEY}, optional={"after": STEP_KEY, "way": TEXT, "before": STEP_KEY}
)
def place_step(editor: Editor, _kind: str, *, key: str, after: str = "", way: str = "", before: str = "") -> None:
    """Another place on the way of a ticket: out of where it stands, and in behind `after` (on `way`) or before
    `before`. What went through it goes on without it; what only belongs to its branches moves along."""
    other = after or before
    if not other or other == key or (after and before):
        raise CannotChange(_("Say behind or in front of which step."))
    editor.find(STEPS, other)
    editor.find(STEPS, key)
    blocks = Blocks(parse(editor.document))
    block = blocks.of(blocks.head(key))
    if other in block.keys:
        raise CannotChange(_("A step cannot be moved into its own branches."))
    _take_out(editor, block)
    if after:
        target = _way(editor, after, way)
        if target is None:
            _open_way(editor, after, block.key)
        else:
            _lead(editor, after, target.path, block.key)
        following = target.step if target else ""
    else:
        following = other
        _redirect(editor, other, block.key, but=block.keys)
    if following:
        _go_on(editor, block, following)
    for one in reversed(block.keys) if after else block.keys:
        rest = [each for each in editor.keys(STEPS) if each != one]
        editor.move(STEPS, one, rest.index(other) + (1 if after else 0))


def _take_out(editor: Editor, block: Block) -> None:
    """Leads the ways past the block."""
    if editor.find(STEPS, block.key).get("kind") == f.END:
        return
    inward = [
        target.step == block.key for one in _steps(editor) if one.key not in block.keys for target in one.targets()
    ]
    if block.following:
        _redirect(editor, block.key, block.following, but=block.keys)
    elif any(inward):
        said = _("Ways lead to %(key)s and none leads on from it: connect them first.")
        raise CannotChange(said % {"key": block.key})


def _go_on(editor: Editor, block: Block, following: str) -> None:
    """Leads the ways out of the block to the step."""
    for step, path in block.ways:
        _lead(editor, step, path, following)
    if not block.ways and editor.find(STEPS, block.key).get("kind") != f.END:
        _open_way(editor, block.key, following)


@operation("connect", WORKFLOW, required={"key": STEP_KEY, "way": TEXT, "to": STEP_KEY})
def connect(editor: Editor, _kind: str, *, key: str, way: str, to: str) -> None:
    """Leads one way of a step somewhere else. `way`: its place in the step, such as next or branches/0/next."""
    editor.find(STEPS, to)
    _lead(editor, key, way, to)


@operation("set_start", WORKFLOW, required={"key": STEP_KEY})
def set_start(editor: Editor, _kind: str, *, key: str) -> None:
    """The step that a ticket begins with."""
    editor.find(STEPS, key)
    editor.change(ROOT, "", {"start": key})


@operation("change_workflow", WORKFLOW, required={"values": VALUES})
def change_workflow(editor: Editor, _kind: str, *, values: dict[str, Any]) -> None:
    """Name, description or max_visits."""
    if set(values) - {"name", "description", "max_visits"}:
        raise CannotChange(_("Only name, description and max_visits are changed so."))
    editor.change(ROOT, "", values)


@operation(
    "add_branch", WORKFLOW, required={"key": STEP_KEY, "to": STEP_KEY},
    optional={"when": CONDITION, "label": LOCALISED, "at": POSITION},
)  # fmt: skip
def add_branch(
    editor: Editor, _kind: str, *, key: str, to: str, when: dict[str, Any] | None = None, label: Any = None,
    at: int | None = None,
) -> None:  # fmt: skip
    """A further branch of a decision (with a condition) or of a split."""
    raw = editor.find(STEPS, key)
    branches = list(raw.get("branches") or [])
    if raw.get("kind") == f.SPLIT:
        branch: Any = to
    elif raw.get("kind") == f.DECISION:
        branch = {"when": when or {}, "next": to} | ({"label": label} if label else {})
    else:
        raise CannotChange(_("%(key)s is neither a decision nor a split.") % {"key": key})
    branches.insert(len(branches) if at is None else min(at, len(branches)), branch)
    editor.change(STEPS, key, {"branches": branches})


@operation("remove_branch", WORKFLOW, required={"key": STEP_KEY, "at": POSITION})
def remove_branch(editor: Editor, _kind: str, *, key: str, at: int) -> None:
    """Takes one branch away."""
    branches = list(editor.find(STEPS, key).get("branches") or [])
    if at >= len(branches):
        raise CannotChange(_("%(key)s has no branch %(number)s.") % {"key": key, "number": at + 1})
    del branches[at]
    editor.change(STEPS, key, {"branches": branches})


@operation("set_branch_condition", WORKFLOW, required={"key": STEP_KEY, "at": POSITION, "when": CONDITION})
def set_branch_condition(editor: Editor, _kind: str, *, key: str, at: int, when: dict[str, Any]) -> None:
    """When a ticket takes that branch of a decision."""
    branches = copy.deepcopy(list(editor.find(STEPS, key).get("branches") or []))
    if at >= len(branches) or not isinstance(branches[at], dict):
        raise CannotChange(_("%(key)s has no branch %(number)s.") % {"key": key, "number": at + 1})
    branches[at]["when"] = when
    editor.change(STEPS, key, {"branches": branches})


# ---- ways ---------------------------------------------------------------------------------


def _steps(editor: Editor) -> list[Step]:
    return list(parse(editor.document).steps.values())


def _step(editor: Editor, key: str) -> Step:
    editor.find(STEPS, key)
    return parse(editor.document).steps[key]


def _way(editor: Editor, key: str, way: str) -> Target | None:
    """The named way out of the step, its main one without a name; None when it has none yet."""
    targets = by_preference(_step(editor, key))
    if way:
        found = next((target for target in targets if target.path == way), None)
        if found is None:
            raise CannotChange(_("%(key)s has no way %(way)s.") % {"key": key, "way": way[:60]})
        return found
    return targets[0] if targets else None


def _going_on(step: dict[str, Any], following: str) -> dict[str, Any]:
    """The new step, leading to `following` where it says nothing of its own."""
    kind = step.get("kind")
    known = parse({"schema": f.SCHEMA, "steps": [step]}).steps.get(str(step.get("key")))
    if not following or kind == f.END or (known is not None and known.targets()):
        return step
    if kind == f.APPROVAL:
        return {**step, f.APPROVE: following, f.REJECT: step.get(f.REJECT) or following}
    if kind == f.DECISION:
        return {**step, f.OTHERWISE: following}
    return {**step, "next": following}


def _open_way(editor: Editor, key: str, to: str) -> None:
    """The first way out of a step that has none."""
    kind = editor.find(STEPS, key).get("kind")
    if kind == f.END:
        raise CannotChange(_("%(key)s is an end: nothing comes after it.") % {"key": key})
    name = {f.APPROVAL: f.APPROVE, f.DECISION: f.OTHERWISE}.get(str(kind), "next")
    editor.change(STEPS, key, {name: to})


def _lead(editor: Editor, key: str, way: str, to: str) -> None:
    """Sets the target at a place of the step, e.g. outcomes/1/next."""
    raw = editor.find(STEPS, key)
    name, _slash, rest = way.partition("/")
    if not rest:
        if name not in ("next", f.APPROVE, f.REJECT, f.OTHERWISE, "on_error", "on_timeout"):
            raise CannotChange(_("%(key)s has no way %(way)s.") % {"key": key, "way": way[:60]})
        editor.change(STEPS, key, {name: to})
        return
    changed = copy.deepcopy(raw.get(name))
    place: Any = changed
    parts = rest.split("/")
    try:
        for part in parts[:-1]:
            place = place[int(part)] if isinstance(place, list) else place[part]
        last: Any = int(parts[-1]) if isinstance(place, list) else parts[-1]
        if isinstance(place, list) and not 0 <= last < len(place):
            raise IndexError(last)
        place[last] = to
    except (KeyError, IndexError, TypeError, ValueError):
        raise CannotChange(_("%(key)s has no way %(way)s.") % {"key": key, "way": way[:60]}) from None
    editor.change(STEPS, key, {name: changed})


def _redirect(editor: Editor, old: str, new: str, *, but: Collection[str] = ()) -> None:
    """Every way (and the start) that leads to `old` leads to `new`."""
    for step in _steps(editor):
        if step.key in but:
            continue
        for target in step.targets():
            if target.step == old:
                _lead(editor, step.key, target.path, new)
    if editor.document.get("start") == old:
        editor.change(ROOT, "", {"start": new})


def _renamed(value: Any, old: str, new: str) -> Any:
    """The value with `steps.<old>.` read as `steps.<new>.` in every text: conditions, formulas, placeholders."""
    if isinstance(value, str):
        return value.replace(f"steps.{old}.", f"steps.{new}.")
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {name: _renamed(one, old, new) for name, one in value.items()}
    return value
