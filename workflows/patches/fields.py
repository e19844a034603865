"""Operations on fields: those of a workflow's own values, and those of a form with its pages."""

from typing import Any

from django.utils.translation import gettext as _

from workflows.patches.editor import FIELDS, PAGES, ROOT, CannotChange, Editor
from workflows.patches.operations import CONDITION, FORM, ITEM, KEY, POSITION, VALUES, WORKFLOW, operation

PAGE_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}


@operation("add_field", required={"field": ITEM}, optional={"page": PAGE_KEY, "after": KEY})
def add_field(editor: Editor, kind: str, *, field: dict[str, Any], page: str = "", after: str = "") -> None:
    """A new field, behind `after`, else at the end of the page (the last one when none is named)."""
    if after:
        where = editor.list_of_field(after) if kind == FORM else FIELDS
        at: int | None = editor.keys(where).index(after) + 1 if after in editor.keys(where) else None
    else:
        where, at = _list(editor, kind, page), None
    if any(field.get("key") in editor.keys(one) for one in (editor.field_lists() if kind == FORM else [FIELDS])):
        raise CannotChange(_("The key %(key)s is taken.") % {"key": str(field.get("key"))[:60]})
    editor.insert(where, field, at)


@operation("remove_field", required={"key": KEY})
def remove_field(editor: Editor, kind: str, *, key: str) -> None:
    """The field goes. Conditions that read it are found by the check afterwards."""
    editor.drop(editor.list_of_field(key) if kind == FORM else FIELDS, key)


@operation("change_field", required={"key": KEY, "values": VALUES})
def change_field(editor: Editor, kind: str, *, key: str, values: dict[str, Any]) -> None:
    """Sets properties of a field; null takes one away."""
    if values.get("key", key) != key:
        raise CannotChange(_("The key of a field stays: answers are kept under it."))
    editor.change(editor.list_of_field(key) if kind == FORM else FIELDS, key, values)


@operation("set_condition", FORM, required={"key": KEY}, optional={"when": CONDITION})
def set_condition(editor: Editor, _kind: str, *, key: str, when: dict[str, Any] | None = None) -> None:
    """When the field is shown; without a condition always."""
    editor.change(editor.list_of_field(key), key, {"show_when": when or None})


@operation("move_field", required={"key": KEY, "at": POSITION}, optional={"page": PAGE_KEY})
def move_field(editor: Editor, kind: str, *, key: str, at: int, page: str = "") -> None:
    """Another place, on another page where one is named."""
    here = editor.list_of_field(key) if kind == FORM else FIELDS
    there = _list(editor, kind, page) if page else here
    if there == here:
        editor.move(here, key, at)
    else:
        editor.insert(there, editor.drop(here, key), at)


@operation("make_pages", FORM, required={"page": ITEM})
def make_pages(editor: Editor, _kind: str, *, page: dict[str, Any]) -> None:
    """A form without pages becomes one with pages: its fields stand on this first one."""
    if PAGES in editor.document:
        raise CannotChange(_("This form has pages already."))
    fields = [*(page.get(FIELDS) or []), *editor.items(FIELDS)]
    editor.change(ROOT, "", {PAGES: [{**page, FIELDS: fields}], FIELDS: None})


@operation("add_page", FORM, required={"page": ITEM}, optional={"at": POSITION})
def add_page(editor: Editor, _kind: str, *, page: dict[str, Any], at: int | None = None) -> None:
    """A new page, with its fields if it brings some."""
    if PAGES not in editor.document and editor.document.get(FIELDS):
        raise CannotChange(_("This form has no pages. Make it one with pages first."))
    editor.insert(PAGES, page, at)


@operation("remove_page", FORM, required={"key": PAGE_KEY})
def remove_page(editor: Editor, _kind: str, *, key: str) -> None:
    """The page goes with its fields."""
    editor.drop(PAGES, key)


@operation("change_page", FORM, required={"key": PAGE_KEY, "values": VALUES})
def change_page(editor: Editor, _kind: str, *, key: str, values: dict[str, Any]) -> None:
    """The page's title."""
    if set(values) - {"title"}:
        raise CannotChange(_("Of a page only the title is changed so."))
    editor.change(PAGES, key, values)


@operation("move_page", FORM, required={"key": PAGE_KEY, "at": POSITION})
def move_page(editor: Editor, _kind: str, *, key: str, at: int) -> None:
    """Another place in the order of pages."""
    editor.move(PAGES, key, at)


@operation("change_form", FORM, required={"values": VALUES})
def change_form(editor: Editor, _kind: str, *, values: dict[str, Any]) -> None:
    """The template of the ticket's subject."""
    if set(values) - {"subject"}:
        raise CannotChange(_("Of a form only the subject is changed so."))
    editor.change(ROOT, "", values)


def _list(editor: Editor, kind: str, page: str) -> str:
    if kind == WORKFLOW or PAGES not in editor.document:
        if page:
            raise CannotChange(_("There is no page %(key)s.") % {"key": page})
        return FIELDS
    pages = editor.keys(PAGES)
    if not pages:
        raise CannotChange(_("The form has no page yet."))
    if page and page not in pages:
        raise CannotChange(_("There is no page %(key)s.") % {"key": page})
    return f"{PAGES}/{page or pages[-1]}"
