"""The form of a step: parts that know their place in the step, how they look and how they are read."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from workflows.editing.texts import read_text

ANY_TEXT = ("*",)  # for `when`: shown as soon as the other control has any text
Options = Callable[[Any], Sequence[tuple[str, str]]]
Label = str | Promise


@dataclass(frozen=True)
class Part:
    """One control. `path`: its place in the step (or in a row), with dots. `when`: (path, values) of another control
    on which it is shown; `stored`: whether it is part of the step. `widget`: text, area, mono, number, select, check,
    text2, area2 (two languages), page, condition, formula; `hint`: id of the list of known values it is helped by."""

    path: str
    label: Label
    widget: str = "text"
    options: Options | None = None
    when: tuple[str, tuple[str, ...]] | None = None
    read: Callable[[str], Any] = read_text
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    help: Label = ""
    stored: bool = True
    hint: str = ""
    more: bool = False


def _same(value: Any) -> Any:
    return value


def split_map(value: Any) -> list[Any]:
    """The pairs of an object; their order means nothing."""
    return list(value.items()) if isinstance(value, Mapping) else []


UNORDERED = (split_map,)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


@dataclass(frozen=True)
class Rows:
    """A list of entries, each with the same parts. `load` makes an entry a mapping for the parts, `save` takes what
    was read and the entry from before and makes the new one (None: an empty row); `split` and `join` turn the value
    of the step into a list of entries and back; `also`: (value, text) of a second button beside the one that adds."""

    path: str
    label: Label
    add: Label
    parts: tuple[Part, ...]
    load: Callable[[Any], Any] = _same
    save: Callable[[dict[str, Any], Any], Any] = lambda read, _before: read or None
    split: Callable[[Any], list[Any]] = _listed
    join: Callable[[list[Any]], Any] = lambda entries: entries or None
    help: Label = ""
    when: tuple[str, tuple[str, ...]] | None = None
    fixed: bool = False
    more: bool = False
    also: tuple[str, Label] | None = None


@dataclass
class Control:
    """What the template draws."""

    name: str
    ident: str
    label: Label
    widget: str
    value: Any
    options: Sequence[tuple[str, str]] = ()
    help: Label = ""
    hint: str = ""
    errors: list[str] = field(default_factory=list)
    more: bool = False
    rows: list[list["Control"]] | None = None
    add: Label = ""
    fixed: bool = False
    tree: Any = None
    note: str = ""
    ordered: bool = False
    also: tuple[str, Label] | None = None

    @property
    def part(self) -> str:
        """What the control is a part of: of _page.1.title it is _page.1."""
        return self.name.rpartition(".")[0]


class StepForm:
    """The controls of a step, bound to what was typed when `post` is given; then `result` is the new step."""

    def __init__(
        self,
        parts: Sequence[Part | Rows],
        raw: Mapping[str, Any],
        choices: Any,
        post: Any = None,
        *,
        more: str = "",
    ) -> None:
        self.raw, self.choices, self.post, self._more = raw, choices, post, more
        self.result: dict[str, Any] = copy.deepcopy(dict(raw))
        self.errors: dict[str, str] = {}
        self.unfinished = False  # some entry of a list lacks what it needs to be kept
        self._texts: dict[str, str] = {}
        self.controls: list[Control] = []
        for part in parts:
            if isinstance(part, Rows):
                self._rows(part)
            else:
                self._one(part, self.raw, self.result, "")

    @property
    def is_valid(self) -> bool:
        return not self.errors

    @property
    def main(self) -> list[Control]:
        return [control for control in self.controls if not control.more]

    @property
    def further(self) -> list[Control]:
        return [control for control in self.controls if control.more]

    def say(self, notes: Mapping[str, str]) -> None:
        """Puts a sentence below the control at each place: an entry of a list begins with it, or it is the control."""
        for control in self.controls:
            control.note = notes.get(control.name, "")
            for number, row in enumerate(control.rows or ()):
                last = row[-1] if row else control
                last.note = notes.get(f"{control.name}/{number}/{last.name.rpartition('.')[2]}", "")

    # ---- one control ---------------------------------------------------------------------

    def _one(self, part: Part, source: Any, target: dict[str, Any], prefix: str) -> None:
        if not self._is_shown(part, prefix):
            if self.post is not None and part.stored:
                _put(target, part.path, None)
            return
        control = self._control(part, source, target, prefix)
        self.controls.append(control)

    def _control(self, part: Part, source: Any, target: dict[str, Any], prefix: str) -> Control:
        name = f"{prefix}{part.path}"
        control = Control(
            name, "f-" + name.replace(".", "-"), part.label, part.widget, "",
            part.options(self.choices) if part.options else (), part.help, part.hint, more=part.more,
        )  # fmt: skip
        before = _get(source, part.path)
        if part.widget in ("text2", "area2", "page"):
            self._both(control, before, target, part)
        elif part.widget == "check":
            control.value = before is True if self.post is None else self.post.get(name) == "on"
            if self.post is not None:
                _put(target, part.path, control.value or None)
        elif part.widget == "condition":
            self._condition(control, before, target, part)
        else:
            self._plain(control, before, target, part)
        return control

    def _plain(self, control: Control, before: Any, target: dict[str, Any], part: Part) -> None:
        shown = part.show(before)
        control.value = shown if self.post is None else self.post.get(control.name, shown)
        self._texts[control.name] = control.value
        if part.options and control.value and control.value not in {value for value, _text in control.options}:
            control.options = [*control.options, (control.value, control.value)]
        if self.post is None or not part.stored:
            return
        if control.value == shown:
            return  # nothing was typed: the value stays as it is, even when it is shown in other words
        try:
            _put(target, part.path, part.read(control.value))
        except ValueError as problem:
            self._refuse(control, str(problem))

    def _both(self, control: Control, before: Any, target: dict[str, Any], part: Part) -> None:
        old = before if isinstance(before, dict) else {"de": before or "", "en": before or ""}
        shown = {language: str(old.get(language) or "") for language in ("de", "en")}
        if self.post is None:
            control.value = shown
            return
        control.value = {
            language: self.post.get(f"{control.name}.{language}", text) for language, text in shown.items()
        }
        if control.value == shown and before is not None:
            return
        given = {language: text.strip() for language, text in control.value.items() if text.strip()}
        _put(target, part.path, given or None)

    def _condition(self, control: Control, before: Any, target: dict[str, Any], part: Part) -> None:
        from workflows.editing.condition_part import read_tree, shown_tree

        control.tree = before or {}
        if self.post is None:
            control.value = shown_tree(control, self.choices, None)
            return
        try:
            _put(target, part.path, read_tree(control, self.choices, self.post))
            control.tree = _get(target, part.path)
        except ValueError as problem:
            self._refuse(control, str(problem))
        control.value = shown_tree(control, self.choices, self.post)

    def _refuse(self, control: Control, message: str) -> None:
        control.errors.append(message)
        self.errors[control.name] = message

    def _is_shown(self, part: Part | Rows, prefix: str) -> bool:
        if part.when is None:
            return True
        path, values = part.when
        text = self._texts.get(f"{prefix}{path}", "")
        return bool(text.strip()) if values == ANY_TEXT else text in values

    # ---- rows -----------------------------------------------------------------------------

    def _rows(self, part: Rows) -> None:
        if not self._is_shown(part, ""):
            if self.post is not None:
                _put(self.result, part.path, None)
            return
        entries = part.split(_get(self.raw, part.path))
        count = self._count(part, len(entries))
        drop = self.post.get("drop", "") if self.post is not None else ""
        kept: list[Any] = []
        drawn: list[list[Control]] = []
        block = Control(part.path, "f-" + part.path.replace(".", "-"), part.label, "rows", "", help=part.help,
                        rows=drawn, add=part.add, more=part.more, fixed=part.fixed, ordered=part.split not in UNORDERED,
                        also=part.also)  # fmt: skip
        place = 0
        for number in self._order(part, count):
            if drop == f"{part.path}.{number}":
                continue
            before = entries[number] if number < len(entries) else None
            controls, entry = self._row(part, before, number, place)
            place += 1
            drawn.append(controls)
            if entry is not None:
                kept.append(entry)
            elif self.post is not None:
                self.unfinished = True
        if self.post is not None:
            try:
                _put(self.result, part.path, part.join(kept))
            except ValueError as problem:
                self._refuse(block, str(problem))
        self.controls.append(block)

    def _count(self, part: Rows, entries: int) -> int:
        if self.post is not None:
            given = self.post.get(f"{part.path}.count", "")
            return min(int(given), 300) if given.isascii() and given.isdigit() and len(given) < 4 else entries
        return entries + (1 if self._more == part.path else 0)

    def _order(self, part: Rows, count: int) -> list[int]:
        """The numbers of the entries, after the button that lifts one of them."""
        found = list(range(count))
        path, _dot, number = (self.post.get("lift", "") if self.post is not None else "").rpartition(".")
        if path == part.path and number.isdigit() and 0 < int(number) < count:
            at = int(number)
            found[at - 1], found[at] = at, at - 1
        return found

    def _row(self, part: Rows, before: Any, number: int, place: int) -> tuple[list[Control], Any]:
        loaded = part.load(before) if before is not None else {}
        read: dict[str, Any] = copy.deepcopy(loaded) if isinstance(loaded, dict) else {}
        controls = []
        for inner in part.parts:
            if self._is_shown(inner, f"{part.path}.{number}."):
                controls.append(self._control(inner, loaded, read, f"{part.path}.{number}."))
            elif self.post is not None:
                _put(read, inner.path, None)
        for control in controls:  # after a row in front was dropped
            control.name = control.name.replace(f"{part.path}.{number}.", f"{part.path}.{place}.", 1)
            control.ident = "f-" + control.name.replace(".", "-")
        if self.post is None:
            return controls, None
        try:
            return controls, part.save(read, before)
        except ValueError as problem:
            if controls:
                self._refuse(controls[0], str(problem))
            return controls, before


def _get(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    """Sets the value at the path; None takes it away, and with it objects that are empty then."""
    name, _dot, rest = path.partition(".")
    if not rest:
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
        return
    inner = target.get(name)
    inner = dict(inner) if isinstance(inner, dict) else {}
    _put(inner, rest, value)
    if inner:
        target[name] = inner
    else:
        target.pop(name, None)
