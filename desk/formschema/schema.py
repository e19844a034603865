"""Checks a schema before anybody fills it in: every problem with its path and a sentence for the one who builds it."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema import patterns
from desk.formschema.kinds import CURRENCIES, KINDS, NOBODY, Unfit, clean_value, day_of, decimal_of, time_of
from desk.formschema.pages import FLAT, choices_of, kind_of
from desk.formschema.words import label_of
from flowtic.core import conditions, localised
from flowtic.core.conditions import FieldInfo, Problem

KEY = re.compile(r"[a-z][a-z0-9_]{0,58}")
PAGE_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Names that conditions and templates read elsewhere.
RESERVED_PAGES = {"review", "discard"}
RESERVED = {"ticket", "requester", "steps", "secret"}
MOST_PAGES, MOST_FIELDS, MOST_CHOICES, MOST_PROBLEMS = 20, 200, 200, 100
LONGEST_LABEL, LONGEST_HELP, LONGEST_VALUE, LARGEST = 200, 2000, 191, 300_000
PRIORITIES = ("low", "normal", "high", "urgent")

# What a field may set on the ticket, and the kinds that can.
TARGETS: dict[str, tuple[str, ...]] = {
    "subject": ("text", "choice"),
    "description": ("long_text", "text"),
    "priority": ("choice",),
    "department": ("department",),
    "due_at": ("date",),
}
_SPEC_NAMES = {
    *("key", "kind", "label", "label_de", "label_en", "help", "required", "default", "min", "max", "pattern"),
    *("pattern_hint", "choices", "show_when", "maps_to", "internal", "currencies"),
}
_TEXT_KINDS = ("text", "long_text")
_ANY_DAY = datetime(2026, 6, 15, 12, tzinfo=UTC)  # for checks that only ask whether a text is a date at all


def check(schema: Any, known: Mapping[str, FieldInfo] | None = None) -> list[Problem]:
    """Everything that is wrong with the schema. `known`: values that conditions may look at beside the form's own."""
    checker = _Checker(known or {})
    checker.schema(schema)
    return checker.problems


def field_info(spec: Mapping[str, Any]) -> FieldInfo:
    """What conditions may know of a field."""
    return FieldInfo(spec["key"], spec.get("label") or label_of(spec), kind_of(spec), choices_of(spec))


class _Checker:
    """Walks one schema and collects problems."""

    def __init__(self, known: Mapping[str, FieldInfo]):
        self.problems: list[Problem] = []
        self.known = dict(known)
        self.keys: set[str] = set()
        self.targets: set[str] = set()
        self.fields = 0

    def wrong(self, path: str, message: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(path, message))

    def schema(self, schema: Any) -> None:
        if not isinstance(schema, dict):
            return self.wrong("", _("A form is an object with a list of pages or of fields."))
        try:
            if len(json.dumps(schema, allow_nan=False)) > LARGEST:
                return self.wrong("", _("The form is too large."))
        except (TypeError, ValueError, RecursionError):
            return self.wrong("", _("The form holds something that JSON does not know."))
        allowed = {"pages", "subject"} if "pages" in schema else {"fields"}
        for name in sorted(set(schema) - allowed):
            self.wrong(_part(name), _("This property is unknown here."))
        if "pages" in schema:
            self.text("subject", schema.get("subject", ""), LONGEST_LABEL)
            return self.pages(schema["pages"])
        return self.page({"fields": schema.get("fields", [])}, "", FLAT)

    def pages(self, pages: Any) -> None:
        if not isinstance(pages, list) or not pages:
            return self.wrong("pages", _("A form needs at least one page."))
        if len(pages) > MOST_PAGES:
            return self.wrong("pages", _("A form has at most %(n)d pages.") % {"n": MOST_PAGES})
        seen: set[str] = set()
        for index, page in enumerate(pages):
            path = f"pages.{index}"
            if not isinstance(page, dict):
                self.wrong(path, _("A page is an object with a key, a title and fields."))
                continue
            for name in sorted(set(page) - {"key", "title", "fields"}):
                self.wrong(f"{path}.{_part(name)}", _("This property is unknown here."))
            key = page.get("key")
            if not isinstance(key, str) or not PAGE_KEY.fullmatch(key) or key in seen | RESERVED_PAGES:
                self.wrong(f"{path}.key", _("Every page needs its own key of small letters."))
                continue
            seen.add(key)
            self.text(f"{path}.title", page.get("title", ""), LONGEST_LABEL)
            if not page.get("fields"):
                self.wrong(f"{path}.fields", _("The page has no field."))
            self.page(page, f"{path}.", key)
        return None

    def page(self, page: Mapping[str, Any], path: str, key: str) -> None:
        fields = page.get("fields")
        if fields is None:
            return None
        if not isinstance(fields, list):
            return self.wrong(f"{path}fields", _("A page has a list of fields."))
        self.fields += len(fields)
        if self.fields > MOST_FIELDS:
            return self.wrong(f"{path}fields", _("A form has at most %(n)d fields.") % {"n": MOST_FIELDS})
        for index, spec in enumerate(fields):
            self.field(spec, f"{path}fields.{index}")
        return None

    # ---- one field -------------------------------------------------------------------

    def field(self, spec: Any, path: str) -> None:
        if not isinstance(spec, dict):
            return self.wrong(path, _("A field is an object with a key, a kind and a label."))
        key = spec.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in self.keys:
            return self.wrong(f"{path}.key", _("Every field needs its own key of small letters."))
        if key in RESERVED:
            return self.wrong(f"{path}.key", _("The key %(key)s has a meaning of its own.") % {"key": key})
        self.keys.add(key)
        if kind_of(spec) not in KINDS:
            return self.wrong(f"{path}.kind", _("The kind of the field %(key)s is unknown.") % {"key": key})
        for name in sorted(set(spec) - _SPEC_NAMES):
            self.wrong(f"{path}.{_part(name)}", _("This property is unknown here."))
        for name in ("required", "internal"):
            if not isinstance(spec.get(name, False), bool):
                self.wrong(f"{path}.{name}", _("Give true or false."))
        self.text(f"{path}.label", spec.get("label", ""), LONGEST_LABEL)
        self.text(f"{path}.help", spec.get("help", ""), LONGEST_HELP)
        self.choices(spec, path)
        self.bounds(spec, path)
        self.pattern(spec, path)
        self.condition(spec, path)
        self.target(spec, path)
        # Last: a default is held to everything above.
        self.default(spec, path)
        if KINDS[kind_of(spec)].holds_value:
            self.known[key] = field_info(spec)
        return None

    def text(self, path: str, value: Any, longest: int) -> None:
        texts = [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else [None]
        if isinstance(value, dict) and set(value) - set(localised.LANGUAGES):
            self.wrong(path, _("A text is given for the languages de and en."))
        elif not all(isinstance(one, str) and len(one) <= longest and "\0" not in one for one in texts):
            self.wrong(path, _("Give a text of at most %(n)d characters.") % {"n": longest})

    def choices(self, spec: Mapping[str, Any], path: str) -> None:
        kind, given = kind_of(spec), spec.get("choices")
        if kind not in ("choice", "multi_choice"):
            if given:
                self.wrong(f"{path}.choices", _("Only fields to choose from have choices."))
            if kind == "money":
                self.currencies(spec, path)
            elif spec.get("currencies"):
                self.wrong(f"{path}.currencies", _("Only amounts of money have currencies."))
            return None
        if not isinstance(given, list) or not given:
            return self.wrong(f"{path}.choices", _("A field to choose from needs choices."))
        if len(given) > MOST_CHOICES:
            return self.wrong(f"{path}.choices", _("A field has at most %(n)d choices.") % {"n": MOST_CHOICES})
        seen: set[str] = set()
        for index, choice in enumerate(given):
            self.choice(choice, f"{path}.choices.{index}", seen)
        return None

    def choice(self, choice: Any, path: str, seen: set[str]) -> None:
        value = choice.get("value") if isinstance(choice, dict) else choice
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_VALUE or "\0" in value:
            return self.wrong(path, _("A choice needs a value of 1 to %(n)d characters.") % {"n": LONGEST_VALUE})
        if value in seen:
            return self.wrong(path, _("This choice is there twice."))
        seen.add(value)
        if isinstance(choice, dict):
            for name in sorted(set(choice) - {"value", "label"}):
                self.wrong(f"{path}.{_part(name)}", _("This property is unknown here."))
            self.text(f"{path}.label", choice.get("label", ""), LONGEST_LABEL)
        return None

    def currencies(self, spec: Mapping[str, Any], path: str) -> None:
        given = spec.get("currencies", list(CURRENCIES))
        fits = isinstance(given, list) and 0 < len(given) <= 20 and len(set(map(str, given))) == len(given)
        if not fits or not all(isinstance(one, str) and re.fullmatch("[A-Z]{3}", one) for one in given):
            self.wrong(f"{path}.currencies", _("Give currencies by their three letters, e.g. EUR."))

    def bounds(self, spec: Mapping[str, Any], path: str) -> None:
        bounds = KINDS[kind_of(spec)].bounds
        values = []
        for name in ("min", "max"):
            given = spec.get(name)
            if given is None:
                continue
            if not bounds:
                self.wrong(f"{path}.{name}", _("This kind of field has no smallest and largest value."))
                return
            found = _BOUNDS[bounds](given)
            if found is None:
                self.wrong(f"{path}.{name}", _BOUND_SAYS[bounds]())
            values.append(found)
        # Of two dates one may count from today: which is later then, no day can tell.
        mixed = len({str(spec.get(name)).lstrip("-").startswith("P") for name in ("min", "max")}) > 1
        if len(values) == 2 and None not in values and values[0] > values[1] and not mixed:
            self.wrong(f"{path}.max", _("The largest value is smaller than the smallest one."))

    def pattern(self, spec: Mapping[str, Any], path: str) -> None:
        given = spec.get("pattern")
        self.text(f"{path}.pattern_hint", spec.get("pattern_hint", ""), LONGEST_LABEL)
        if given in (None, ""):
            return None
        if kind_of(spec) not in _TEXT_KINDS:
            return self.wrong(f"{path}.pattern", _("Only texts have a pattern."))
        sentence = patterns.check(given) if isinstance(given, str) else _("Give a text.")
        if sentence:
            self.wrong(f"{path}.pattern", sentence)
        return None

    def condition(self, spec: Mapping[str, Any], path: str) -> None:
        for problem in conditions.check(spec.get("show_when"), self.known):
            where = f"{path}.show_when{'.' if problem.path else ''}{problem.path}"
            self.wrong(where, problem.message)

    def target(self, spec: Mapping[str, Any], path: str) -> None:
        target = spec.get("maps_to") or ""
        if not target:
            return None
        kinds = TARGETS.get(target) if isinstance(target, str) else None
        if kinds is None:
            return self.wrong(f"{path}.maps_to", _("A ticket has no such property."))
        if kind_of(spec) not in kinds:
            return self.wrong(f"{path}.maps_to", _("This kind of field does not fit there."))
        if target in self.targets:
            return self.wrong(f"{path}.maps_to", _("Another field sets this already."))
        if target == "priority" and not set(choices_of(spec)) <= set(PRIORITIES):
            return self.wrong(f"{path}.maps_to", _("The choices must be low, normal, high and urgent."))
        self.targets.add(target)
        return None

    def default(self, spec: Mapping[str, Any], path: str) -> None:
        given, kind = spec.get("default"), kind_of(spec)
        if given in (None, "", []) or self.problems:
            return None
        if kind in ("file", "heading", "person"):
            return self.wrong(f"{path}.default", _("This kind of field has no default."))
        if kind == "department" and isinstance(given, str):
            return None  # whether it exists is asked when the form is filled in
        if kind == "date" and day_of(given, _ANY_DAY):
            return None
        try:
            clean_value(spec, given, now=_ANY_DAY, lookups=NOBODY)
        except Unfit as error:
            self.wrong(f"{path}.default", str(error))
        return None


def _part(name: Any) -> str:
    """A name of the schema as a path may repeat it."""
    return re.sub(r"[^A-Za-z0-9_-]", "?", str(name))[:60]


def _number(given: Any) -> Any:
    try:
        return None if isinstance(given, str) else decimal_of(given)
    except Unfit:
        return None


def _count(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 20_000 else None


_BOUNDS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "length": _count,
    "count": _count,
    "date": lambda given: day_of(given, _ANY_DAY),
    "time": time_of,
}
_BOUND_SAYS: dict[str, Callable[[], str]] = {
    "number": lambda: _("Give a number."),
    "length": lambda: _("Give a number of characters."),
    "count": lambda: _("Give a number from 0 on."),
    "date": lambda: _("Give a date such as 2026-12-31, or a length of time from today (P7D, -P1D)."),
    "time": lambda: _("Give a time such as 14:30."),
}
