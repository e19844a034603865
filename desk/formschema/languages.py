"""The texts of a form in two languages, and where one of them is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desk.formschema.pages import Spec, fields_of, pages_of
from flowtic.core.localised import LANGUAGES


@dataclass(frozen=True)
class Missing:
    """`key`: of the field, "" for a page (then `page` names it); `name`: the property without a text."""

    key: str
    page: str
    name: str
    language: str


def texts_of(value: Any) -> dict[str, str]:
    """A text by language; a plain one is the same in both."""
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    found = value if isinstance(value, Mapping) else {}
    return {name: str(found.get(name) or "") for name in LANGUAGES}


def label_texts(spec: Spec) -> dict[str, str]:
    """The label by language, also as the flat form wrote it."""
    found = texts_of(spec.get("label"))
    return {name: found[name] or str(spec.get(f"label_{name}") or "") for name in LANGUAGES}


def missing(schema: Any) -> list[Missing]:
    """Texts that one language has and the other has not; a label that neither has misses in both."""
    found: list[Missing] = []
    pages = pages_of(schema)
    for page in pages:
        if len(pages) > 1:
            found += [Missing("", page.key, "title", one) for one in _gaps(texts_of(page.title), needed=True)]
    for spec in fields_of(schema):
        found += list(of_field(spec))
    return found


def of_field(spec: Spec) -> Iterator[Missing]:
    """What misses in one field."""
    for one in _gaps(label_texts(spec), needed=True):
        yield Missing(spec["key"], "", "label", one)
    for name in ("help", "pattern_hint"):
        for one in _gaps(texts_of(spec.get(name))):
            yield Missing(spec["key"], "", name, one)
    choices = spec.get("choices")
    labels = [texts_of(one.get("label")) for one in choices or [] if isinstance(one, Mapping)]
    for one in {gap for texts in labels for gap in _gaps(texts)} if isinstance(choices, list) else ():
        yield Missing(spec["key"], "", "choices", one)


def _gaps(texts: Mapping[str, str], *, needed: bool = False) -> list[str]:
    if not needed and not any(texts.values()):
        return []
    return [name for name in LANGUAGES if not texts[name].strip()]
