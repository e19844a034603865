"""What was pressed in the editor as operations of the patch format; which step is looked at afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core.errors import Invalid
from workflows.definition import format as f
from workflows.definition.branching import Block, Blocks, by_preference
from workflows.definition.format import Definition, parse
from workflows.editing.copying import duplicate
from workflows.editing.outline import outline
from workflows.editing.starters import OFFERED, new_step

Operations = list[dict[str, Any]]
Post = Mapping[str, str]
FIRST = "^"  # the place in front of every step


@dataclass(frozen=True)
class Change:
    """`step`: the step that is selected afterwards."""

    operations: Operations
    step: str = ""
    # Of a new step: its name is what is typed next.
    is_new: bool = field(default=False)


def change(document: dict[str, Any], post: Post) -> Change:
    """The change that a button stands for; raises Invalid with a sentence."""
    made = _DO.get(post.get("do", ""))
    if made is None:
        raise Invalid(_("There is no such operation."))
    return made(parse(document), post)


def names_given(post: Post, prefix: str = "name") -> dict[str, str]:
    """A text in two languages as typed; one that is missing stays away."""
    found = {language: post.get(f"{prefix}.{language}", "").strip() for language in ("de", "en")}
    return {language: text for language, text in found.items() if text}


def _add(definition: Definition, post: Post) -> Change:
    kind = post.get("kind", "")
    if kind not in OFFERED:
        raise Invalid(_("Choose what kind of step it is."), fields={"kind": _("Choose what kind of step it is.")})
    after = post.get("after", "")
    if after:
        _known(definition, after)
    name = names_given(post)
    operations, key = new_step(definition, kind, name, after=after, way=post.get("way", ""))
    return Change(operations, key, is_new=True)


def _remove(definition: Definition, post: Post) -> Change:
    key = _known(definition, post.get("step", ""))
    rows = [row.key for row in outline(definition) if not row.is_branch]
    at = rows.index(key)
    near = rows[at - 1] if at else next(iter(rows[1:]), "")
    operations: Operations = [{"op": "remove_step", "key": key}]
    join = definition.steps[key].spec.get("join")
    if definition.steps[key].kind == f.SPLIT and join in definition.steps:
        # The branches' first steps would be left in the air: the way goes through the first of them.
        operations.append({"op": "remove_step", "key": join})
    return Change(operations, near)


def _set_kind(definition: Definition, post: Post) -> Change:
    key, kind = _known(definition, post.get("step", "")), post.get("kind", "")
    if kind not in f.KINDS:
        raise Invalid(_("Choose what kind of step it is."))
    return Change([{"op": "set_kind", "key": key, "kind": kind}], key)


def _shift(by: int) -> Callable[[Definition, Post], Change]:
    """One place up or down the list, and with it on the way of a ticket where the two follow each other. A step that
    opens branches goes with them, and over others it goes with all of theirs."""

    def made(definition: Definition, post: Post) -> Change:
        key = _known(definition, post.get("step", ""))
        blocks = Blocks(definition)
        block = blocks.of(blocks.head(key))
        other = _neighbour(definition, block, by)
        if not other:
            raise Invalid(_("It stands at the end of the list already."))
        if by < 0:
            other = blocks.head(other)
            leads = block.key in (
                target.step for one in blocks.of(other).keys for target in definition.steps[one].targets()
            )
        else:
            leads = block.following == other
        if not leads:
            at = list(definition.steps).index(other)
            return Change([{"op": "move_step", "key": key, "at": at}], key)
        if by > 0 and definition.steps[other].kind == f.SPLIT:
            other = str(definition.steps[other].spec.get("join") or other)
        where = {"before": other} if by < 0 else {"after": other}
        return Change([{"op": "place_step", "key": block.key, **where}], key)

    return made


def _neighbour(definition: Definition, block: Block, by: int) -> str:
    """The step that stands above or below the block in the list; '' at its end."""
    rows = [row.key for row in outline(definition) if not row.is_branch]
    places = [rows.index(key) for key in block.keys]
    if by < 0:
        at = rows.index(block.key) - 1
        return rows[at] if at >= 0 else ""
    if block.following in rows[max(places) + 1 :]:
        return block.following
    return next(iter(rows[max(places) + 1 :]), "")


def _place(definition: Definition, post: Post) -> Change:
    """Behind another step, on one of its ways: `to` is "key" or "key way"; "^" is in front of all."""
    key = _known(definition, post.get("step", ""))
    to, _space, way = post.get("to", "").partition(" ")
    if to == FIRST:
        return Change([{"op": "place_step", "key": key, "before": _known(definition, definition.start)}], key)
    _known(definition, to)
    return Change([{"op": "place_step", "key": key, "after": to} | ({"way": way} if way else {})], key)


def _copy(definition: Definition, post: Post) -> Change:
    """A copy behind the step; of one that opens branches with all that stands in them."""
    operations, new = duplicate(definition, _known(definition, post.get("step", "")))
    return Change(operations, new)


def _remove_block(definition: Definition, post: Post) -> Change:
    """The step goes with all that only belongs to its branches."""
    blocks = Blocks(definition)
    block = blocks.of(blocks.head(_known(definition, post.get("step", ""))))
    if not block.following and block.key == definition.start:
        raise Invalid(_("Nothing would be left."))
    above = _neighbour(definition, block, -1)
    main = next(iter(by_preference(definition.steps[block.key])), None)
    operations: Operations = []
    if main is not None and block.following and main.step != block.following:
        operations.append({"op": "connect", "key": block.key, "way": main.path, "to": block.following})
    rows = [row.key for row in outline(definition) if not row.is_branch and row.key in block.keys]
    return Change([*operations, *({"op": "remove_step", "key": key} for key in rows)], above or block.following)


def _add_branch(definition: Definition, post: Post) -> Change:
    """A further branch of a decision, a split, or a further outcome of a task."""
    key = _known(definition, post.get("step", ""))
    step = definition.steps[key]
    if step.kind == f.SPLIT:
        join = str(step.spec.get("join") or "")
        operations, new = new_step(definition, f.FORM, {})
        operations[-1]["step"]["next"] = join
        at = list(definition.steps).index(key) + 1
        return Change(
            [*operations, {"op": "move_step", "key": new, "at": at}, {"op": "add_branch", "key": key, "to": new}], key
        )
    if step.kind != f.DECISION:
        raise Invalid(_("This step has no branches."))
    to = step.spec.get("otherwise") or next(iter(target.step for target in step.targets()), "")
    return Change([{"op": "add_branch", "key": key, "to": to, "when": {}}], key)


def _remove_branch(definition: Definition, post: Post) -> Change:
    key = _known(definition, post.get("step", ""))
    at = post.get("at", "")
    if not (at.isascii() and at.isdigit() and len(at) < 4):
        raise Invalid(_("There is no such branch."))
    return Change([{"op": "remove_branch", "key": key, "at": int(at)}], key)


def _start(definition: Definition, post: Post) -> Change:
    key = _known(definition, post.get("step", ""))
    return Change([{"op": "set_start", "key": key}], key)


def raw_step(definition: Definition, key: str) -> dict[str, Any]:
    """The step as the document has it."""
    listed = definition.document.get("steps") or []
    return next((one for one in listed if isinstance(one, dict) and one.get("key") == key), {})


def _known(definition: Definition, key: str) -> str:
    if key not in definition.steps:
        raise Invalid(_("This step is not there any more."))
    return key


_DO: dict[str, Callable[[Definition, Post], Change]] = {
    "add": _add,
    "remove": _remove,
    "kind": _set_kind,
    "up": _shift(-1),
    "down": _shift(1),
    "place": _place,
    "copy": _copy,
    "remove_block": _remove_block,
    "branch": _add_branch,
    "unbranch": _remove_branch,
    "start": _start,
}
