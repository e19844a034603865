"""What was filled in, checked: the only validator of forms, whatever door the values come through.

Fields are taken in their order, and a field is shown or not by the values before it. So nothing that is sent decides
whether a required field counts, but the form's own conditions: a hidden value has no effect, a shown field must fit.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.kinds import KINDS, NOBODY, Lookups, Unfit, clean_value, day_of, is_blank
from desk.formschema.pages import Spec, fields_of, kind_of, pages_of
from flowtic.core import conditions, formulas
from flowtic.core.errors import Invalid


@dataclass
class Examined:
    """`cleaned`: stored forms by key; `errors`: one sentence by key; `shown`: keys of the fields that count."""

    cleaned: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)


def examine(
    schema: Any,
    values: Mapping[str, Any],
    *,
    now: datetime,
    lookups: Lookups = NOBODY,
    insider: bool = True,
    context: Mapping[str, Any] | None = None,
    defaults: bool = True,
    may_miss: Collection[str] = (),
) -> Examined:
    """Goes through all fields; raises nothing, and looks at no value of a field that is hidden.

    `insider`: whether internal fields are asked. `context`: more values that conditions may look at. `defaults`: what
    is not named at all gets its default. `may_miss`: fields that are not demanded though they are required.
    """
    found = Examined()
    known = dict(context or {})
    for spec in fields_of(schema):
        key = spec["key"]
        known.pop(key, None)
        kind = KINDS.get(kind_of(spec))
        if kind is None or not is_shown(spec, known, now=now, insider=insider):
            continue
        found.shown.add(key)
        if not kind.holds_value:
            continue
        value = values[key] if key in values else default_of(spec, now) if defaults else None
        if is_blank(value):
            if spec.get("required") and key not in may_miss:
                found.errors[key] = _required(spec)
            continue
        try:
            cleaned = clean_value(spec, value, now=now, lookups=lookups)
        except Unfit as error:
            found.errors[key] = str(error)
            continue
        if spec.get("required") and key not in may_miss and is_blank(cleaned):
            found.errors[key] = _required(spec)
            continue
        found.cleaned[key] = cleaned
        known[key] = plain(spec, cleaned)
    return found


def clean(
    schema: Any,
    values: Mapping[str, Any],
    *,
    now: datetime,
    partial_page: str | None = None,
    present: Mapping[str, Any] | None = None,
    hidden: str | Collection[str] = "refuse",
    lookups: Lookups = NOBODY,
    insider: bool = True,
    defaults: bool = True,
    may_miss: Collection[str] = (),
) -> dict[str, Any]:
    """The stored forms. Raises Invalid with one sentence per wrong field (`fields.<key>`).

    `partial_page`: only this page is demanded and returned; `present` then holds the values of the others, and always
    whatever else conditions may look at. `hidden`: a value for a hidden field is an error ("refuse"), has no effect
    ("drop"), or is an error for these keys only.
    """
    specs = {spec["key"]: spec for spec in fields_of(schema)}
    wanted = set(specs) if partial_page is None else {spec["key"] for spec in _page(schema, partial_page)}
    others = {key: value for key, value in (present or {}).items() if key in specs and key not in wanted}
    context = {key: value for key, value in (present or {}).items() if key not in specs}
    found = examine(
        schema,
        {**others, **{key: value for key, value in values.items() if key in wanted}},
        now=now,
        lookups=lookups,
        insider=insider,
        context=context,
        defaults=defaults,
        may_miss=may_miss,
    )
    errors = {key: text for key, text in found.errors.items() if key in wanted}
    errors |= _smuggled(specs, wanted, values, found, hidden)
    if errors:
        raise Invalid(
            _("Some fields are not filled in correctly."),
            fields={f"fields.{key}": text for key, text in errors.items()},
        )
    return {key: value for key, value in found.cleaned.items() if key in wanted}


def _smuggled(
    specs: Mapping[str, Spec],
    wanted: Collection[str],
    values: Mapping[str, Any],
    found: Examined,
    hidden: str | Collection[str],
) -> dict[str, str]:
    """Values for what is not asked, as far as they are errors."""
    errors: dict[str, str] = {}
    for key in values:
        if key not in specs:
            errors[str(key)[:60]] = _("This field does not belong to the form.")
        elif is_blank(values[key]) or not (hidden == "refuse" or (not isinstance(hidden, str) and key in hidden)):
            continue
        elif key not in wanted:
            errors[key] = _("This field is on another page.")
        elif key not in found.shown:
            errors[key] = _("This field is not asked with these answers.")
    return errors


def is_shown(spec: Spec, known: Mapping[str, Any], *, now: datetime, insider: bool = True) -> bool:
    """Whether the field is asked, by the values before it. A formula that fails hides it."""
    if spec.get("internal") and not insider:
        return False
    try:
        return conditions.holds(spec.get("show_when"), known, now)
    except formulas.FormulaError:
        return False


def default_of(spec: Spec, now: datetime) -> Any:
    """What the field says before anybody answers; a date may be a length of time from today on."""
    value = spec.get("default")
    if kind_of(spec) == "date" and isinstance(value, str) and value.startswith(("P", "-P")):
        day = day_of(value, now)
        return day.isoformat() if day else None
    return value


def plain(spec: Spec, value: Any) -> Any:
    """A stored value as conditions and formulas see it: money is its amount."""
    if kind_of(spec) == "money" and isinstance(value, Mapping):
        try:
            amount = float(value.get("amount", ""))
        except (TypeError, ValueError):
            return None
        return int(amount) if amount.is_integer() else amount
    return value


def facts(schema: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as conditions, formulas and the engine see them."""
    specs = {spec["key"]: spec for spec in fields_of(schema)}
    return {key: plain(specs[key], value) if key in specs else value for key, value in values.items()}


def _page(schema: Any, key: str) -> Iterable[Spec]:
    return next((page.fields for page in pages_of(schema) if page.key == key), ())


def _required(spec: Spec) -> str:
    if kind_of(spec) in ("choice", "department", "multi_choice"):
        return _("Please choose something.")
    return _("This field is required.")
