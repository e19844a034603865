"""What a press of a button in the form builder means: the operations of each act."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.pages import Spec, spec_of
from desk.formschema.schema import RESERVED, RESERVED_PAGES
from flowtic.core.errors import Invalid
from workflows.forms.form_fields import free_key
from workflows.queries.form_editor import FormEditor

Change = dict[str, Any]
_NOT_COPIED = ("maps_to", "key")


# Fields that many forms begin with.
COMMON: dict[str, Change] = {
    "summary": {"kind": "text", "label": {"de": "Worum geht es?", "en": "What is it about?"}, "required": True,
                "maps_to": "subject"},
    "details": {"kind": "long_text", "label": {"de": "Beschreibung", "en": "Description"}, "maps_to": "description"},
    "needed_by": {"kind": "date", "label": {"de": "Gebraucht bis", "en": "Needed by"}},
    "amount": {"kind": "money", "label": {"de": "Betrag", "en": "Amount"}},
    "for_whom": {"kind": "person", "label": {"de": "Für wen?", "en": "For whom?"}},
    "attachments": {"kind": "file", "label": {"de": "Anhänge", "en": "Attachments"}},
}  # fmt: skip


def taken_keys(editor: FormEditor) -> set[str]:
    """Keys that no new field may get."""
    return {spec["key"] for spec in editor.fields} | RESERVED


def act_operations(editor: FormEditor, verb: str, target: str) -> tuple[list[Change], str]:
    """The operations of "up:<field>" and the like, and the key of the field that is chosen afterwards.

    Raises Invalid when the act or what it is about is unknown.
    """
    if verb in ("page-up", "page-down", "page-remove", "page-add"):
        return _page_operations(editor, verb, target), ""
    if verb == "common":
        return _common(editor, target)
    spec = spec_of(editor.schema, target)
    if spec is None:
        raise Invalid(_("There is no field %(key)s.") % {"key": target[:60]})
    if verb in ("up", "down"):
        return _moving(editor, spec, -1 if verb == "up" else 1), target
    if verb == "copy":
        return _copying(editor, spec)
    if verb == "remove":
        return [{"op": "remove_field", "key": target}], ""
    raise Invalid(_("This button is unknown."))


def _common(editor: FormEditor, name: str) -> tuple[list[Change], str]:
    """One of the fields that many forms have, at the end of the page that is looked at."""
    if name not in COMMON:
        raise Invalid(_("This button is unknown."))
    key = free_key(name, taken_keys(editor))
    page = {"page": editor.shown_page.key} if editor.has_pages and editor.shown_page else {}
    return [{"op": "add_field", "field": {"key": key, **COMMON[name]}, **page}], key


def _moving(editor: FormEditor, spec: Spec, by: int) -> list[Change]:
    """One place up or down; at the edge of a page onto the next one."""
    key = spec["key"]
    pages = editor.pages
    number = next(index for index, page in enumerate(pages) if any(one["key"] == key for one in page.fields))
    keys = [one["key"] for one in pages[number].fields]
    at = keys.index(key) + by
    if 0 <= at < len(keys):
        return [{"op": "move_field", "key": key, "at": at}]
    if not 0 <= number + by < len(pages):
        return []
    other = pages[number + by]
    return [{"op": "move_field", "key": key, "at": len(other.fields) if by < 0 else 0, "page": other.key}]


def _copying(editor: FormEditor, spec: Spec) -> tuple[list[Change], str]:
    key = free_key(spec["key"], taken_keys(editor), 58)
    copy = {"key": key, **{name: value for name, value in spec.items() if name not in _NOT_COPIED}}
    return [{"op": "add_field", "field": copy, "after": spec["key"]}], key


def _page_operations(editor: FormEditor, verb: str, target: str) -> list[Change]:
    keys = [page.key for page in editor.pages]
    if verb == "page-add":
        return _adding_page(editor, keys)
    if target not in keys or not editor.has_pages:
        raise Invalid(_("There is no page %(key)s.") % {"key": target[:40]})
    if verb == "page-remove":
        if len(keys) == 1:
            raise Invalid(_("A form needs at least one page."))
        return [{"op": "remove_page", "key": target}]
    at = keys.index(target) + (-1 if verb == "page-up" else 1)
    return [{"op": "move_page", "key": target, "at": at}] if 0 <= at < len(keys) else []


def _adding_page(editor: FormEditor, keys: list[str]) -> list[Change]:
    """A page at the end; a form without pages gets its first one for the fields that there are, too."""
    taken = {*keys, *RESERVED_PAGES}
    operations: list[Change] = []
    if not editor.has_pages:
        first: Mapping[str, Any] = {"key": "details", "title": {"de": "Angaben", "en": "Details"}}
        operations.append({"op": "make_pages", "page": dict(first)})
        taken.add("details")
        if not editor.fields:
            return operations
    key = free_key("page", taken)
    page = {"key": key, "title": {}, "fields": []}
    return [*operations, {"op": "add_page", "page": page}]
