"""Copies of steps with everything that belongs to their branches, in the same workflow or for another one."""

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from workflows.definition import format as f
from workflows.definition.branching import Block, Blocks
from workflows.definition.format import Definition
from workflows.definition.known import Known
from workflows.definition.readings import readings
from workflows.editing.starters import fresh_key

Operations = list[dict[str, Any]]
Raw = dict[str, Any]
WAYS = ("next", f.APPROVE, f.REJECT, f.OTHERWISE, "on_error", "on_timeout", "join")


def duplicate(definition: Definition, key: str) -> tuple[Operations, str]:
    """The operations that put a copy of the block behind it, and the key of its first step."""
    blocks = Blocks(definition)
    block = blocks.of(blocks.head(key))
    names = new_keys(block.keys, definition.steps)
    copies = copied(_raws(definition, block), names, known=definition.steps)
    first = names[block.key]
    operations: Operations = [{"op": "add_step", "step": step} for step in copies]
    operations += [{"op": "connect", "key": step, "way": path, "to": first} for step, path in block.ways]
    last = max(list(definition.steps).index(one) for one in block.keys)
    at = [{"op": "move_step", "key": step["key"], "at": last + number} for number, step in enumerate(copies, 1)]
    return [*operations, *at], first


def into_other(source: Definition, key: str, target: Definition) -> tuple[Operations, list[str]]:
    """The operations that put a copy of the block into another workflow, with the fields it reads or sets that are
    not known there; and its keys. Ways out of the block are lost but where a step of that key is there."""
    blocks = Blocks(source)
    block = blocks.of(blocks.head(key))
    names = new_keys(block.keys, target.steps)
    copies = copied(_raws(source, block), names, known=target.steps)
    there = Known(target).specs
    wanted = _names(source, block)
    fields = [spec for spec in source.fields if spec["key"] in wanted and spec["key"] not in there]
    operations: Operations = [{"op": "add_field", "field": dict(spec)} for spec in fields]
    return [*operations, *({"op": "add_step", "step": step} for step in copies)], [step["key"] for step in copies]


def new_keys(keys: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """A free key for each."""
    found: dict[str, str] = {}
    for key in keys:
        found[key] = fresh_key(key, {*taken, *found.values()}, "step")
    return found


def copied(raws: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, known: Collection[str]) -> list[Raw]:
    """The steps under their new keys, leading to one another. `known`: other steps that they may lead to."""
    return [_copied(raw, names, known) for raw in raws]


def _copied(raw: Mapping[str, Any], names: Mapping[str, str], known: Collection[str]) -> Raw:
    step: Raw = {name: _read_anew(value, names) for name, value in copy.deepcopy(dict(raw)).items() if name != "key"}
    step = {"key": names[raw["key"]], **step}

    def lead(holder: Raw, name: str) -> None:
        to = holder.get(name)
        if isinstance(to, str) and to in names:
            holder[name] = names[to]
        elif name in holder and to not in known:
            del holder[name]

    for name in WAYS:
        lead(step, name)
    for name in ("branches", "outcomes"):
        entries = step.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                lead(entry, "next")
        if isinstance(entries, list):
            fit = (one for one in entries if isinstance(one, dict) or one in names or one in known)
            step[name] = [names.get(one, one) if isinstance(one, str) else one for one in fit]
    due = step.get("due")
    if isinstance(due, dict) and due.get("then") != f.ESCALATE:
        lead(due, "then")
    return step


def _read_anew(value: Any, names: Mapping[str, str]) -> Any:
    """`steps.<key>.` in conditions, formulas and texts means the copy."""
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(f"steps.{old}.", f"steps.{new}.")
        return value
    if isinstance(value, list):
        return [_read_anew(one, names) for one in value]
    return {name: _read_anew(one, names) for name, one in value.items()} if isinstance(value, dict) else value


def _raws(definition: Definition, block: Block) -> list[Raw]:
    listed = definition.document.get("steps") or []
    return [one for one in listed if isinstance(one, dict) and one.get("key") in block.keys]


def _names(source: Definition, block: Block) -> set[str]:
    """Fields that the steps read or set."""
    found: set[str] = set()
    for key in block.keys:
        step = source.steps[key]
        found |= {reading.name.partition(".")[0] for reading in readings(step)}
        for name in ("values", "result"):
            found |= set(step.spec.get(name) or ())
    return found
