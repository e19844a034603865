"""What two versions of a workflow differ in, in words: steps that came, went, changed or moved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import conditions, durations, localised
from workflows.definition import format as f
from workflows.definition.drawing import CHANGED, GONE, NEW
from workflows.definition.format import Definition, Step, Target, parse
from workflows.definition.phrases import Keys, Names, Telling, due_words, end_words, target_words, wait_words
from workflows.definition.property_words import property_name
from workflows.definition.words import kind_words, step_words

MOVED, WHOLE = "moved", "whole"
LONGEST = 300


@dataclass(frozen=True)
class Detail:
    """One property before and after, in words; '' where there was or is nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """`mark`: new, gone, chg, moved, or whole for the workflow itself."""

    mark: str
    key: str
    name: str
    details: tuple[Detail, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Comparison:
    differences: tuple[Difference, ...]
    merged: Definition = field(repr=False)

    @property
    def marks(self) -> dict[str, str]:
        """Step -> its mark in the drawing of both together."""
        return {one.key: one.mark for one in self.differences if one.mark in (NEW, CHANGED, GONE)}

    def count(self, *marks: str) -> int:
        return sum(one.mark in marks for one in self.differences)

    @property
    def added(self) -> int:
        return self.count(NEW)

    @property
    def changed(self) -> int:
        return self.count(CHANGED, MOVED, WHOLE)

    @property
    def gone(self) -> int:
        return self.count(GONE)


def compare(before: Any, after: Any, names: Names | None = None) -> Comparison:
    """What is different in `after`. Takes two documents."""
    old, new = parse(before), parse(after)
    tell = Telling(old, names or Keys()), Telling(new, names or Keys())
    found = [*_whole(old, new, tell)]
    moved = _moved([key for key in old.steps if key in new.steps], [key for key in new.steps if key in old.steps])
    for key, step in new.steps.items():
        if key not in old.steps:
            found.append(Difference(NEW, key, _name(step), words=step_words(step, new, tell=tell[1])))
            continue
        details = tuple(_details(old.steps[key], step, old, new, tell))
        if details:
            found.append(Difference(CHANGED, key, _name(step), details))
        elif key in moved:
            found.append(Difference(MOVED, key, _name(step), words=_("Stands elsewhere in the list.")))
    for key, step in old.steps.items():
        if key not in new.steps:
            found.append(Difference(GONE, key, _name(step), words=step_words(step, old, tell=tell[0])))
    return Comparison(tuple(found), _merged(old, new))


def marks_between(before: Any, after: Any) -> dict[str, str]:
    """Step -> new or chg, without words: for lists that are drawn after every edit."""
    old, new = (_keyed(document) for document in (before, after))
    come = {key: NEW for key in new if key not in old}
    return come | {key: CHANGED for key in new if key in old and old[key] != new[key]}


def _keyed(document: Any) -> dict[str, Any]:
    listed = document.get("steps") if isinstance(document, Mapping) else None
    return {str(one.get("key")): one for one in listed or [] if isinstance(one, dict)}


def _name(step: Step) -> str:
    return localised.text(step.name) or step.key


# ---- the workflow itself ------------------------------------------------------------------


def _whole(old: Definition, new: Definition, tell: tuple[Telling, Telling]) -> Iterator[Difference]:
    details = []
    for name in ("name", "description", "start", "max_visits"):
        one, other = old.document.get(name), new.document.get(name)
        if one != other:
            said = [tell[n].step(value) if name == "start" else _plain(value) for n, value in enumerate((one, other))]
            details.append(Detail(property_name(name), *said))
    details += _fields(_listed(old.document.get("fields")), _listed(new.document.get("fields")))
    if details:
        yield Difference(WHOLE, "", _("The workflow itself"), tuple(details))


def _fields(old: Sequence[Any], new: Sequence[Any]) -> list[Detail]:
    """Fields that came, went or changed, each by its label."""
    one, other = ({str(spec.get("key")): spec for spec in specs} for specs in (old, new))
    found = []
    for key in {**one, **other}:
        if one.get(key) != other.get(key):
            label = _label(other.get(key) or one.get(key))
            found.append(Detail(_("Field “%(name)s”") % {"name": label}, _spec(one.get(key)), _spec(other.get(key))))
    return found


def _label(spec: Any) -> str:
    return localised.text(spec.get("label")) or str(spec.get("key"))


def _spec(spec: Any) -> str:
    if not spec:
        return ""
    shown = {name: value for name, value in spec.items() if name not in ("key", "label")}
    return ", ".join([_label(spec), *(f"{name}: {_plain(value)}" for name, value in sorted(shown.items()))])[:LONGEST]


def _listed(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# ---- one step -----------------------------------------------------------------------------


def _details(
    one: Step, other: Step, old: Definition, new: Definition, tell: tuple[Telling, Telling]
) -> Iterator[Detail]:
    before, after = _raw(old, one.key), _raw(new, other.key)
    if one.kind != other.kind:
        yield Detail(property_name("kind"), kind_words(one.kind), kind_words(other.kind))
    for name in {**before, **after}:
        if name in ("key", "kind") or before.get(name) == after.get(name):
            continue
        if name == "form":
            yield from _fields(_form_fields(before.get(name)), _form_fields(after.get(name)))
            if (pages := _pages(before.get(name))) != (now := _pages(after.get(name))):
                yield Detail(_("Pages"), pages, now)
            continue
        yield Detail(property_name(name), _words(name, before, one, tell[0]), _words(name, after, other, tell[1]))


def _form_fields(form: Any) -> list[Any]:
    if not isinstance(form, Mapping):
        return []
    pages = _listed(form.get("pages"))
    return [spec for page in pages for spec in _listed(page.get("fields"))] if pages else _listed(form.get("fields"))


def _pages(form: Any) -> str:
    """What stands on which page; '' for a form without pages."""
    pages = _listed(form.get("pages")) if isinstance(form, Mapping) else []
    return "; ".join(
        f"{localised.text(page.get('title')) or page.get('key')}: {', '.join(map(_label, _listed(page.get('fields'))))}"
        for page in pages
    )


def _raw(definition: Definition, key: str) -> dict[str, Any]:
    return next((one for one in _listed(definition.document.get("steps")) if one.get("key") == key), {})


def _words(name: str, raw: Mapping[str, Any], step: Step, tell: Telling) -> str:
    """A property in words."""
    value = raw.get(name)
    if value is None:
        return ""
    clean = step.spec.get(name)
    if name in ("next", f.APPROVE, f.REJECT, f.OTHERWISE, "on_error", "on_timeout", "join"):
        return tell.step(value)
    if name == "branches":
        return "; ".join(_branch(entry, step, number, tell) for number, entry in enumerate(clean or []))
    if name == "outcomes":
        return "; ".join(_outcome(entry, tell) for entry in clean or [])
    if name == "owner" and clean:
        return tell.owner(clean, tell.infos)
    if name == "due" and clean:
        return due_words(clean, tell)
    if name in ("approvers", "to"):
        return ", ".join(tell.receiver(entry) for entry in clean or [])
    if name in ("duration", "timeout", "lease") and isinstance(value, str):
        return durations.words(value)
    if name == "until":
        return wait_words({"until": value}, tell.infos)
    if name == "status" and isinstance(value, str):
        return end_words(value)
    return _plain(value)


def _branch(entry: Any, step: Step, number: int, tell: Telling) -> str:
    if isinstance(entry, str):
        return tell.step(entry)
    target = next((one for one in step.targets() if one.path == f"branches/{number}/next"), Target("", "", ""))
    said = {
        "label": target_words(target) or str(number + 1),
        "when": conditions.words(entry.get("when"), tell.infos),
        "step": tell.step(entry.get("next")),
    }
    return _("%(label)s (if %(when)s): %(step)s") % said


def _outcome(entry: Mapping[str, Any], tell: Telling) -> str:
    label = localised.text(entry.get("label")) or str(entry.get("key"))
    return f"{label} → {tell.step(entry['next'])}" if entry.get("next") else label


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = localised.text(value) if isinstance(value, str | dict) else ""
    return (text or json.dumps(value, ensure_ascii=False, sort_keys=True))[:LONGEST]


# ---- order, and both in one picture -------------------------------------------------------


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest keys whose place in the order explains the difference: those outside a longest common order."""
    place = {key: number for number, key in enumerate(before)}
    best: list[tuple[int, int]] = []  # (length of the longest order that ends here, the one before)
    keys = list(after)
    for at, key in enumerate(keys):
        longest, back = 0, -1
        for earlier in range(at):
            if place[keys[earlier]] < place[key] and best[earlier][0] > longest:
                longest, back = best[earlier][0], earlier
        best.append((longest + 1, back))
    stay: set[str] = set()
    at = max(range(len(best)), key=lambda number: best[number][0], default=-1)
    while at >= 0:
        stay.add(keys[at])
        at = best[at][1]
    return set(keys) - stay


class _Ghostly(Step):
    """A step with the ways of another version beside its own."""

    def targets(self) -> tuple[Target, ...]:
        own = super().targets()
        more: tuple[Target, ...] = self.spec.get("_ghosts", ())
        return (*own, *more)


def _merged(old: Definition, new: Definition) -> Definition:
    """The new version with the steps that went at the places where they stood, and the ways to them."""
    gone = {key for key in old.steps if key not in new.steps}
    if not gone:
        return new
    order: list[str] = list(new.steps)
    last = ""
    for key in old.steps:
        if key in gone:
            order.insert(order.index(last) + 1 if last else 0, key)
        last = key
    steps: dict[str, Step] = {}
    for place, key in enumerate(order):
        step = new.steps.get(key) or old.steps[key]
        ghosts = tuple(target for target in old.steps[key].targets() if target.step in gone) if key in old.steps else ()
        extra = {"_ghosts": ghosts} if ghosts and key not in gone else {}
        steps[key] = _Ghostly(step.key, step.kind, step.name, step.public, {**step.spec, **extra}, place)
    return Definition(new.document, new.schema, new.name, new.description, new.fields, new.start, new.max_visits, steps)
