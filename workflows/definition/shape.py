"""The shape of a document: every part is known, has its type, and keeps to the caps."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flowtic.core import conditions, durations, localised
from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition import vocabulary as v
from workflows.definition.findings import Findings, join


def check_shape(document: Any, found: Findings) -> bool:
    """Says everything that is wrong with the shape; False when it makes no sense to look any further."""
    if not isinstance(document, dict):
        found.error("", _("A workflow is a JSON object."))
        return False
    too_large = _too_large(document)
    if too_large:
        found.error("", too_large)
        return False
    if document.get("schema", None) != f.SCHEMA or isinstance(document.get("schema"), bool):
        found.error("schema", _("This version of Flowtic reads documents of schema %(n)d.") % {"n": f.SCHEMA})
        return False
    _Walk(found, "").compare(v.DOCUMENT, document, "")
    _check_fields(document.get("fields"), found)
    steps = document.get("steps")
    if isinstance(steps, list):
        _check_steps(steps[: f.MAX_STEPS], found)
    return isinstance(steps, list)


def _too_large(document: dict[str, Any]) -> str:
    try:
        size = len(json.dumps(document, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError):
        return _("The document is no JSON, or nested too deeply.")
    if size > f.MAX_BYTES:
        return _("The document is larger than %(size)s MB.") % {"size": f.MAX_BYTES // 1_000_000}
    return ""


def _check_fields(fields: Any, found: Findings) -> None:
    if not isinstance(fields, list) or not fields:
        return
    for path, message in forms.problems({"fields": fields[: f.MAX_FIELDS]}):
        found.error(path if path.startswith("fields") else join("fields", path), message)
    _check_unique([one.get("key") if isinstance(one, dict) else None for one in fields], "fields", found)


def _check_steps(steps: list[Any], found: Findings) -> None:
    for position, step in enumerate(steps):
        path = join("steps", position)
        if not isinstance(step, dict):
            found.error(path, _("A step is an object with key and kind."))
            continue
        key = step.get("key")
        walk = _Walk(found, key if isinstance(key, str) else "")
        kind = step.get("kind")
        shape = v.STEPS.get(kind) if isinstance(kind, str) else None
        if shape is None:
            words = _("“%(kind)s” is no kind of step.") if kind else _("Say which kind of step this is.")
            walk.wrong(join(path, "kind"), words % {"kind": str(kind)[:40]})
            continue
        walk.compare(shape, step, path)
        if not localised.text(step.get("name")):
            found.warning(join(path, "name"), _("The step has no name; people will read its key."), walk.step)
        if kind == f.FORM:
            keys = [one.get("key") if isinstance(one, dict) else None for one in _list(step.get("outcomes"))]
            _check_unique(keys, join(path, "outcomes"), found, walk.step)
    keys = [step.get("key") if isinstance(step, dict) else None for step in steps]
    _check_unique(keys, "steps", found)


def _check_unique(keys: list[Any], path: str, found: Findings, step: str = "") -> None:
    seen: set[str] = set()
    for position, key in enumerate(keys):
        if isinstance(key, str) and key in seen:
            message = _("The key “%(key)s” is used twice.") % {"key": key[:40]}
            found.error(join(path, position, "key"), message, step or (key if path == "steps" else ""))
        elif isinstance(key, str):
            seen.add(key)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class _Walk:
    """Compares values with shapes and collects what does not fit."""

    def __init__(self, found: Findings, step: str) -> None:
        self.found, self.step = found, step

    def wrong(self, path: str, message: str) -> None:
        self.found.error(path, message, self.step)

    def compare(self, shape: v.Shape, value: Any, path: str) -> None:
        getattr(self, _METHODS[type(shape)])(shape, value, path)

    def text(self, shape: v.Text, value: Any, path: str) -> None:
        sentence = text_problem(shape, value)
        if sentence:
            self.wrong(path, sentence)

    def localised_text(self, shape: v.Localised, value: Any, path: str) -> None:
        texts = list(value.values()) if isinstance(value, dict) else [value]
        if isinstance(value, dict) and (not value or set(value) - set(localised.LANGUAGES)):
            self.wrong(path, _("Give the text under “de” and “en”."))
        elif not all(isinstance(one, str) for one in texts):
            self.wrong(path, _("Give a text, or one per language under “de” and “en”."))
        elif any(len(one) > shape.longest for one in texts):
            self.wrong(path, _too_long(shape.longest))

    def whole(self, shape: v.Whole, value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not shape.least <= value <= shape.most:
            bounds = {"least": shape.least, "most": shape.most}
            self.wrong(path, _("Give a whole number from %(least)d to %(most)d.") % bounds)

    def choice(self, shape: v.Choice, value: Any, path: str) -> None:
        if not isinstance(value, str) or value not in shape.values:
            choices = ", ".join(shape.values)
            self.wrong(path, _("“%(value)s” is none of: %(choices)s.") % {"value": str(value)[:40], "choices": choices})

    def flag(self, shape: v.Flag, value: Any, path: str) -> None:
        if not isinstance(value, bool):
            self.wrong(path, _("Give true or false."))

    def duration(self, shape: v.Duration, value: Any, path: str) -> None:
        sentence = duration_problem(value)
        if sentence:
            self.wrong(path, sentence)

    def condition(self, shape: v.Condition, value: Any, path: str) -> None:
        for problem in conditions.check(value, None):
            self.wrong(join(path, problem.path.replace(".", "/")), problem.message)

    def form(self, shape: v.FormSchema, value: Any, path: str) -> None:
        """What is inside is checked with the fields it may look at; see data.py."""
        if not isinstance(value, dict):
            self.wrong(path, _("A form is an object with pages."))

    def any_json(self, shape: v.AnyJson, value: Any, path: str) -> None:
        if len(json.dumps(value, ensure_ascii=False)) > shape.longest:
            self.wrong(path, _too_long(shape.longest))

    def list_of(self, shape: v.ListOf, value: Any, path: str) -> None:
        if not isinstance(value, list):
            self.wrong(path, _("Give a list."))
            return
        self.count(len(value), shape.least, shape.most, path)
        for position, one in enumerate(value[: shape.most]):
            self.compare(shape.of, one, join(path, position))

    def map_of(self, shape: v.MapOf, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            self.wrong(path, _("Give an object with names and values."))
            return
        self.count(len(value), shape.least, shape.most, path)
        for name, one in list(value.items())[: shape.most]:
            sentence = text_problem(shape.names, name)
            if sentence:
                self.wrong(join(path, name[:80]), sentence)
            self.compare(shape.of, one, join(path, name[:80]))

    def object_of(self, shape: v.Object, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            self.wrong(path, _("Give an object."))
            return
        for name in value:
            if name not in shape.parts:
                self.wrong(join(path, str(name)[:80]), _("“%(name)s” does not belong here.") % {"name": str(name)[:80]})
        for name in shape.required:
            if name not in value:
                self.wrong(join(path, name), missing(name))
        if shape.one_of and sum(name in value for name in shape.one_of) != 1:
            self.wrong(path, _("Give exactly one of: %(names)s.") % {"names": ", ".join(shape.one_of)})
        for name, part in shape.parts.items():
            if name in value:
                self.compare(part, value[name], join(path, name))

    def either(self, shape: v.Either, value: Any, path: str) -> None:
        for one in shape.shapes:
            attempt = _Walk(Findings(), "")
            attempt.compare(one, value, "")
            if not attempt.found:
                return
        if isinstance(value, dict) and isinstance(shape.shapes[-1], v.Object):
            self.compare(shape.shapes[-1], value, path)
        else:
            self.wrong(path, _wanted(shape.means))

    def count(self, number: int, least: int, most: int, path: str) -> None:
        if number < least:
            words = ngettext("At least %(n)d entry is needed.", "At least %(n)d entries are needed.", least)
            self.wrong(path, words % {"n": least})
        elif number > most:
            words = ngettext("At most %(n)d entry is possible.", "At most %(n)d entries are possible.", most)
            self.wrong(path, words % {"n": most})


_METHODS = {
    v.Text: "text",
    v.Localised: "localised_text",
    v.Whole: "whole",
    v.Choice: "choice",
    v.Flag: "flag",
    v.Duration: "duration",
    v.Condition: "condition",
    v.FormSchema: "form",
    v.AnyJson: "any_json",
    v.ListOf: "list_of",
    v.MapOf: "map_of",
    v.Object: "object_of",
    v.Either: "either",
}


def text_problem(shape: v.Text, value: Any) -> str:
    """What is wrong with a text, '' when nothing is."""
    if not isinstance(value, str) or (not value and not shape.empty):
        return _wanted(shape.means)
    if len(value) > shape.longest:
        return _too_long(shape.longest)
    if shape.pattern and not f.matches(shape.pattern, value):
        return _wanted(shape.means)
    return ""


def duration_problem(value: Any) -> str:
    """What is wrong with a length of time, '' when nothing is."""
    try:
        length = durations.parse(value)
    except ValueError as error:
        return str(error)
    return "" if length.total_seconds() > 0 else _("The length of time must be longer than nothing.")


def _too_long(longest: int) -> str:
    return _("At most %(n)d characters are possible.") % {"n": longest}


def missing(name: str) -> str:
    """The sentence for a part that has to be there."""
    return {
        "start": _("Say which step comes first."),
        "steps": _("A workflow needs steps."),
        "name": _("Give it a name."),
        "owner": _("Say who does this step."),
        "approvers": _("Say who approves."),
        "approve": _("Say which step comes after the approval."),
        "reject": _("Say which step comes after a rejection."),
        "next": _("Say which step comes next."),
        "otherwise": _("Say which step comes when no condition holds."),
        "join": _("Say which join step gathers the branches."),
    }.get(name) or _("“%(name)s” is missing.") % {"name": name}


def _wanted(means: str) -> str:
    return {
        "key": _("Give a key of small letters, digits and underscores that begins with a letter."),
        "step": _("Give the key of a step."),
        "field": _("Give the key of a field."),
        "path": _("Give the name of a value, such as amount or requester.email."),
        "email": _("Give the e-mail address of a person."),
        "url": _("Give the address that is called."),
        "header": _("This is no name of a header."),
        "quorum": _("Give “all” or how many approvals are enough."),
        "join": _("Give “all”, “any” or how many branches are enough."),
        "receiver": _("Give “requester”, “assignee” or one of person, role, department and field."),
    }.get(means) or _("Give a text.")
