"""Sentences that workers keep and others read later: stored by source and parameters, shown in the reader's language.

Within `remembered()` what gettext answers knows where it came from, also after `%`. A sentence that was put together in
another way is plain text, and stays as it was said.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext, pgettext, trans_real

CONTEXT = "\x04"  # between context and source, as gettext has it
DEEPEST, LONGEST = 3, 500


class Said(str):
    """A translated text with its source: {"id"}, with {"many", "n"} for plurals, and `values` once they were put in."""

    source: dict[str, Any]
    values: Any

    def __mod__(self, values: Any) -> "Said":
        return _said(str.__mod__(self, values), self.source, values)

    def __str__(self) -> str:
        return self  # str() of it, e.g. by a lazy text or an exception, keeps what it knows


def _said(text: str, source: dict[str, Any], values: Any = None) -> Said:
    made = Said(text)
    made.source, made.values = source, values
    return made


class _Remembering:
    """A translation as Django has it, whose texts know their source."""

    def __init__(self, translation: Any) -> None:
        self._translation = translation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._translation, name)

    def gettext(self, message: str) -> str:
        return _said(self._translation.gettext(message), {"id": str(message)})

    def ngettext(self, one: str, many: str, number: int) -> str:
        source = {"id": str(one), "many": str(many), "n": number}
        return _said(self._translation.ngettext(one, many, number), source)


@contextmanager
def remembered() -> Iterator[None]:
    """Texts of this thread know their source until the end."""
    active: Any = trans_real._active  # type: ignore[attr-defined]  # noqa: SLF001  (Django has no other way in)
    before = getattr(active, "value", None)
    active.value = _Remembering(before or trans_real.translation(settings.LANGUAGE_CODE))
    try:
        yield
    finally:
        if before is None:
            del active.value
        else:
            active.value = before


def stored(text: str) -> dict[str, Any]:
    """What `words` reads, as JSON; {} for a plain text."""
    return _stored(text, 0)


def _stored(text: str, depth: int) -> dict[str, Any]:
    if not isinstance(text, Said) or depth > DEEPEST:
        return {}
    given = text.values
    if isinstance(given, Mapping):
        return {**text.source, "values": {str(name): _plain(value, depth) for name, value in given.items()}}
    if given is None:
        return dict(text.source)
    return {**text.source, "values": [_plain(one, depth) for one in (given if isinstance(given, tuple) else (given,))]}


def _plain(value: Any, depth: int) -> Any:
    """A parameter as JSON: numbers, texts, and sentences within the sentence."""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return {"said": _stored(text, depth + 1), "text": str.__str__(text)[:LONGEST]}


def words(said: Any, text: str) -> str:
    """In the language of whoever reads; `text` as it was said then, where nothing is known or it does not fit."""
    if not isinstance(said, Mapping) or not said.get("id"):
        return text
    try:
        template, values = _template(said), said.get("values")
        if isinstance(values, Mapping):
            return template % {name: _value(one) for name, one in values.items()}
        return template % tuple(_value(one) for one in values) if values is not None else template
    except (KeyError, TypeError, ValueError):
        return text


def _template(said: Mapping[str, Any]) -> str:
    source = str(said["id"])
    if "many" in said:
        return ngettext(source, str(said["many"]), int(said["n"]))
    context, between, plain = source.partition(CONTEXT)
    return pgettext(context, plain) if between else gettext(source)


def _value(one: Any) -> Any:
    return words(one.get("said"), str(one.get("text", ""))) if isinstance(one, Mapping) else one
