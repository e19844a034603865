"""What can be written in a formula at a step: values that are known there, functions, and what is wrong with a text."""

import json
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import conditions, localised
from flowtic.core.formula_syntax import MOMENT_METHODS
from workflows.definition.format import Definition
from workflows.definition.known import Known, form_specs

LONGEST = 20_000
NAME, FUNCTION, METHOD = "name", "function", "method"
Word = dict[str, str]


def words(definition: Definition, request_fields: Any, step: str) -> list[Word]:
    """{"text", "kind", "help"} of everything that may stand in a formula at the step; `text` of a method begins with
    the dot."""
    known = Known(definition, request_fields).infos
    hidden = _not_yet(definition, step)
    found = [
        {"text": name, "kind": NAME, "help": localised.text(info.label) or name}
        for name, info in known.items()
        if name not in hidden
    ]
    return [*found, *({"text": text, "kind": kind, "help": said} for text, kind, said in _functions())]


def wrong(text: str, definition: Definition, request_fields: Any) -> str:
    """'' when the formula (or the condition as JSON) can be used, else a sentence."""
    given = text[:LONGEST].strip()
    if not given:
        return ""
    tree: Any = {"formula": given}
    if given.startswith("{"):
        try:
            tree = json.loads(given)
        except (ValueError, RecursionError) as error:
            return _("This is no valid JSON: %(error)s") % {"error": error}
    problems = conditions.check(tree, Known(definition, request_fields).infos)
    return problems[0].message if problems else ""


def _not_yet(definition: Definition, step: str) -> set[str]:
    """Names that only steps leave which a ticket comes to later, or never."""
    before, waiting = set(), [step]
    back: dict[str, list[str]] = {}
    for key, one in definition.steps.items():
        for target in one.targets():
            back.setdefault(target.step, []).append(key)
    while waiting:
        for key in back.get(waiting.pop(), ()):
            if key not in before:
                before.add(key)
                waiting.append(key)
    own = {spec["key"] for spec in definition.fields}
    own |= {spec["key"] for key in before for spec in form_specs(definition.steps[key])}
    later = [one for key, one in definition.steps.items() if key not in before]
    found = {f"steps.{one.key}.outcome" for one in later}
    return found | ({spec["key"] for one in later for spec in form_specs(one)} - own)


def _functions() -> list[tuple[str, str, str]]:
    """(text, kind, one line of help)."""
    return [
        ("size()", FUNCTION, _("how many characters or entries")),
        ("has()", FUNCTION, _("whether the value is there")),
        ("int()", FUNCTION, _("as a whole number")),
        ("double()", FUNCTION, _("as a number")),
        ("string()", FUNCTION, _("as a text")),
        ("timestamp()", FUNCTION, _("a moment, such as timestamp(\"2026-12-31\")")),
        ("duration()", FUNCTION, _("a length of time, such as duration(\"P2D\")")),
        (".contains()", METHOD, _("whether the text has this in it")),
        (".startsWith()", METHOD, _("whether the text begins with this")),
        (".endsWith()", METHOD, _("whether the text ends with this")),
        (".matches()", METHOD, _("whether the text fits a pattern")),
        (".size()", METHOD, _("how many characters or entries")),
        (".exists(x, )", METHOD, _("whether it is true for some entry")),
        (".all(x, )", METHOD, _("whether it is true for every entry")),
        (".filter(x, )", METHOD, _("the entries for which it is true")),
        (".map(x, )", METHOD, _("something made of every entry")),
        *((f".{name}()", METHOD, _("a part of a moment")) for name in MOMENT_METHODS if name != "getDate"),
    ]  # fmt: skip
