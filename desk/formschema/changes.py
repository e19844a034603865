"""What is different between two versions of a form, in words: fields and pages that came, went, changed or moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.kinds import KINDS
from desk.formschema.labels import kind_label, property_label, target_label
from desk.formschema.pages import Page, Spec, choices_of, fields_of, kind_of, pages_of
from desk.formschema.schema import field_info
from desk.formschema.words import label_of
from flowtic.core import conditions, localised

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
_TEXTS = ("label", "help", "pattern_hint")
_SWITCHES = ("required", "internal")
_PLAIN = ("default", "min", "max", "pattern", "currencies")


@dataclass(frozen=True)
class Detail:
    """One property before and after, in words; '' for nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """`kind`: added, removed, changed or moved; `key`: of the field, '' for a page or the form."""

    kind: str
    what: str
    key: str = ""
    details: tuple[Detail, ...] = ()


def compare(old: Any, new: Any) -> list[Change]:
    """Every difference: the form first, then pages, then fields in the order of the new form."""
    return [*_form(old, new), *_pages(pages_of(old), pages_of(new)), *_fields(old, new)]


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many of each kind."""
    return {kind: sum(one.kind == kind for one in changes) for kind in (ADDED, REMOVED, CHANGED, MOVED)}


def _form(old: Any, new: Any) -> Iterator[Change]:
    details = list(_text("subject", _get(old, "subject"), _get(new, "subject"), _("Subject of the ticket")))
    if details:
        yield Change(CHANGED, _("Form"), details=tuple(details))


def _get(schema: Any, name: str) -> Any:
    return schema.get(name) if isinstance(schema, Mapping) else None


def _pages(old: list[Page], new: list[Page]) -> Iterator[Change]:
    before, after = ({page.key: page for page in pages} for pages in (old, new))
    for key, page in before.items():
        if key not in after:
            yield Change(REMOVED, _page_name(page))
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    for key, page in after.items():
        if key not in before:
            yield Change(ADDED, _page_name(page))
            continue
        if details := tuple(_text("title", before[key].title, page.title, _("Title"))):
            yield Change(CHANGED, _page_name(page), details=details)
        if key in moved:
            yield Change(MOVED, _page_name(page))


def _page_name(page: Page) -> str:
    return _("Page “%(name)s”") % {"name": localised.text(page.title) or page.key}


def _fields(old: Any, new: Any) -> Iterator[Change]:
    before, after = ({spec["key"]: spec for spec in fields_of(schema)} for schema in (old, new))
    for key, spec in before.items():
        if key not in after:
            yield Change(REMOVED, _field_name(spec), key)
    old_pages, new_pages = _page_of(old), _page_of(new)
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    infos = {key: field_info(spec) for key, spec in {**before, **after}.items() if holds_value(spec)}
    for key, spec in after.items():
        if key not in before:
            yield Change(ADDED, _field_name(spec), key, tuple(_said(spec, infos)))
            continue
        if details := tuple(details_of(before[key], spec, infos)):
            yield Change(CHANGED, _field_name(spec), key, details)
        if old_pages[key] != new_pages[key]:
            yield Change(MOVED, _field_name(spec), key, (Detail(_("Page"), old_pages[key], new_pages[key]),))
        elif key in moved:
            yield Change(MOVED, _field_name(spec), key)


def _field_name(spec: Spec) -> str:
    return label_of(spec)


def holds_value(spec: Spec) -> bool:
    kind = KINDS.get(kind_of(spec))
    return kind is not None and kind.holds_value


def _page_of(schema: Any) -> dict[str, str]:
    return {spec["key"]: localised.text(page.title) or page.key for page in pages_of(schema) for spec in page.fields}


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest keys that one would have to move to get from one order to the other."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in before[block.a : block.a + block.size]}
    return set(before) - stayed


def _said(spec: Spec, infos: Mapping[str, Any]) -> Iterator[Detail]:
    """A new field in short."""
    yield Detail(property_label("kind"), "", kind_label(kind_of(spec)))
    if spec.get("show_when"):
        yield Detail(property_label("show_when"), "", conditions.words(spec["show_when"], infos))


def details_of(old: Spec, new: Spec, infos: Mapping[str, Any]) -> Iterator[Detail]:
    """The properties in which two versions of one field differ."""
    if kind_of(old) != kind_of(new):
        yield Detail(property_label("kind"), kind_label(kind_of(old)), kind_label(kind_of(new)))
    for name in _TEXTS:
        yield from _text(name, old.get(name), new.get(name), property_label(name))
    for name in _SWITCHES:
        if bool(old.get(name)) != bool(new.get(name)):
            yield Detail(property_label(name), _yes(old.get(name)), _yes(new.get(name)))
    for name in _PLAIN:
        if (old.get(name) or None) != (new.get(name) or None) or _is_zero(old.get(name)) != _is_zero(new.get(name)):
            yield Detail(property_label(name), _short(old.get(name)), _short(new.get(name)))
    if choices_of(old) != choices_of(new):
        yield Detail(property_label("choices"), _choices(old), _choices(new))
    if (old.get("show_when") or {}) != (new.get("show_when") or {}):
        said = [conditions.words(spec.get("show_when"), infos) for spec in (old, new)]
        yield Detail(property_label("show_when"), *said)
    if (old.get("maps_to") or "") != (new.get("maps_to") or ""):
        yield Detail(
            property_label("maps_to"), target_label(old.get("maps_to") or ""), target_label(new.get("maps_to") or "")
        )


def _text(name: str, old: Any, new: Any, label: str) -> Iterator[Detail]:
    """A text in two languages: one detail per language that differs."""
    before, after = _languages(old), _languages(new)
    if before == after:
        return
    if len(set(before.values())) <= 1 and len(set(after.values())) <= 1:
        yield Detail(label, before["en"], after["en"])
        return
    for language, said in (("de", _("German")), ("en", _("English"))):
        if before[language] != after[language]:
            yield Detail(f"{label} ({said})", before[language], after[language])


def _languages(value: Any) -> dict[str, str]:
    found = value if isinstance(value, Mapping) else dict.fromkeys(localised.LANGUAGES, value)
    return {name: str(found.get(name) or "") for name in localised.LANGUAGES}


def _choices(spec: Spec) -> str:
    return ", ".join(localised.text(label) or value for value, label in choices_of(spec).items())


def _is_zero(value: Any) -> bool:
    return value == 0 and not isinstance(value, bool)


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return " ".join(map(str, value.values()))
    return "" if value is None else str(value)


def _yes(value: Any) -> str:
    return _("yes") if value else _("no")
