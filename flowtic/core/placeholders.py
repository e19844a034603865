"""Texts with `{{ dotted.path }}` in them, filled from plain values: no filters, no logic, never a template engine.

`{{ secret.NAME }}` is filled only where the caller hands in secrets. What was filled in is never looked at again, so a
value that contains braces stays what it is.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from flowtic.core import durations, paths
from flowtic.core.conditions import Problem

LONGEST_TEMPLATE, LONGEST_RESULT, DEEPEST = 20_000, 200_000, 20
SECRET = "secret."  # noqa: S105  (the word before the dot)

_PLACEHOLDER = re.compile(r"\{\{([^{}\n]{0,200})\}\}")
_SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")

Escape = Callable[[str], str]
_ESCAPES: dict[str, Escape] = {"url": lambda text: quote(text, safe="", errors="replace")}


class CannotFill(ValueError):
    """The text cannot be made, with a sentence for people."""


def fill(
    text: str, values: Mapping[str, Any], secrets: Mapping[str, str] | None = None, escape: Escape | str | None = None
) -> str:
    """The text with every placeholder replaced; a missing value is ''. `escape` is applied to what is filled in; "url"
    makes it one part of an address, so that no value can add a path or a parameter.

    Raises CannotFill for a secret that is not there and for a result above LONGEST_RESULT characters.
    """
    left = LONGEST_RESULT - len(text)
    escaped = _ESCAPES[escape] if isinstance(escape, str) else escape

    def replacement(match: re.Match[str]) -> str:
        nonlocal left
        found = said(_value(match[1].strip(), values, secrets))
        found = escaped(found) if escaped else found
        left -= len(found)
        if left < 0:
            raise CannotFill(_("The filled text is longer than %(n)d characters.") % {"n": LONGEST_RESULT})
        return found

    return _PLACEHOLDER.sub(replacement, text)


def fill_json(document: Any, values: Mapping[str, Any], secrets: Mapping[str, str] | None = None) -> Any:
    """The JSON document with every text filled. A text that is one placeholder and nothing else becomes the value
    itself, with its type; a missing value is then null. Raises CannotFill like `fill`."""
    result = _filled(document, values, secrets, 0)
    if len(as_json(result)) > LONGEST_RESULT:
        raise CannotFill(_("The filled text is longer than %(n)d characters.") % {"n": LONGEST_RESULT})
    return result


def as_json(document: Any) -> str:
    """JSON as it goes out: readable signs, what JSON has no word for as text."""
    return json.dumps(document, ensure_ascii=False, default=said)


def names(document: Any) -> set[str]:
    """The fields that a text or a JSON document of texts reads; secrets are not among them."""
    return {inner for inner in _inner(document) if paths.is_path(inner) and not inner.startswith(SECRET)}


def secret_names(document: Any) -> set[str]:
    """The secrets a text or a JSON document of texts asks for."""
    return {inner.removeprefix(SECRET) for inner in _inner(document) if inner.startswith(SECRET)}


def check(text: Any, *, secrets: bool = False) -> list[Problem]:
    """What is wrong with a text; `secrets` says whether it may ask for them."""
    if not isinstance(text, str):
        return [Problem("", _("Give a text."))]
    if len(text) > LONGEST_TEMPLATE:
        return [Problem("", _("The text is longer than %(n)d characters.") % {"n": LONGEST_TEMPLATE})]
    found = [_wrong(inner.strip(), secrets) for inner in _PLACEHOLDER.findall(text)]
    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "{%" in rest:
        found.append(_("“{{” needs the name of a field and “}}”, in one line."))
    return [Problem("", message) for message in dict.fromkeys(found) if message]


def check_json(document: Any, *, secrets: bool = False) -> list[Problem]:
    """`check` for every text in a JSON document, with the place of each problem."""
    found: list[Problem] = []
    size = 0
    for path, text in _texts(document, "", 0):
        size += len(text)
        found += [Problem(path, problem.message) for problem in check(text, secrets=secrets)]
    if size > LONGEST_TEMPLATE:
        found.append(Problem("", _("The text is longer than %(n)d characters.") % {"n": LONGEST_TEMPLATE}))
    return found


def said(value: Any) -> str:
    """A value as it stands in a text: '' for nothing, lists with commas, 5.0 as 5, dates and lengths as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return durations.text(value)
    if isinstance(value, list | tuple) and not any(isinstance(one, list | tuple | Mapping) for one in value):
        return ", ".join(said(one) for one in value)
    if isinstance(value, list | tuple | Mapping):
        return as_json(value)
    return str(value)


def _value(inner: str, values: Mapping[str, Any], secrets: Mapping[str, str] | None) -> Any:
    if inner.startswith(SECRET):
        if secrets is None:
            return None
        name = inner.removeprefix(SECRET)
        if name not in secrets:
            raise CannotFill(_("There is no secret called %(name)s.") % {"name": name[:60]})
        return secrets[name]
    return paths.find(values, inner) if paths.is_path(inner) else None


def _filled(document: Any, values: Mapping[str, Any], secrets: Mapping[str, str] | None, depth: int) -> Any:
    if depth > DEEPEST:
        raise CannotFill(_("The document is nested too deeply."))
    if isinstance(document, str):
        whole = _PLACEHOLDER.fullmatch(document.strip())
        return _plain(_value(whole[1].strip(), values, secrets)) if whole else fill(document, values, secrets)
    if isinstance(document, Mapping):
        return {fill(str(key), values): _filled(value, values, secrets, depth + 1) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_filled(value, values, secrets, depth + 1) for value in document]
    return document


def _plain(value: Any) -> Any:
    """Ready for JSON."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else said(value)


def _texts(document: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(document, str):
        yield path, document
    elif depth <= DEEPEST and isinstance(document, Mapping | list | tuple):
        pairs = document.items() if isinstance(document, Mapping) else enumerate(document)
        for key, value in pairs:
            place = f"{path}.{key}" if path else str(key)
            if isinstance(document, Mapping):
                yield place, str(key)
            yield from _texts(value, place, depth + 1)


def _inner(document: Any) -> list[str]:
    return [inner.strip() for _path, text in _texts(document, "", 0) for inner in _PLACEHOLDER.findall(text)]


def _wrong(inner: str, secrets: bool) -> str:
    if inner.startswith(SECRET):
        if not secrets:
            return _("Secrets cannot be used here.")
        return (
            "" if _SECRET_NAME.fullmatch(inner.removeprefix(SECRET)) else _("A secret's name is made of A-Z, 0-9, _.")
        )
    if "|" in inner:
        return _("Placeholders have no filters: write only the name of a field.")
    return "" if paths.is_path(inner) else _("“%(name)s” is no name of a field.") % {"name": inner[:60]}
