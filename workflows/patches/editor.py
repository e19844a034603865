"""A document under change: four primitive moves on its lists, each noting the move that takes it back."""

import copy
from typing import Any

from django.utils.translation import gettext as _

ROOT = ""  # the document itself
STEPS, FIELDS, PAGES = "steps", "fields", "pages"


class CannotChange(Exception):
    """The operation does not fit the document as it is; the text is for people."""


class Editor:
    """`lists`: "steps", "fields", "pages", or "pages/<key>" for the fields of one page of a form.

    A value of None takes a property away. `inverse` takes everything back when applied in its order.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document: dict[str, Any] = copy.deepcopy(document)
        self.inverse: list[dict[str, Any]] = []

    # ---- reading ---------------------------------------------------------------------

    def items(self, where: str) -> list[dict[str, Any]]:
        """The list itself, an empty one where there is none. Raises CannotChange for a page that is not there."""
        owner, name = self._owner(where)
        found = owner.get(name, [])
        if not isinstance(found, list):
            raise CannotChange(_("“%(name)s” is no list in this document.") % {"name": name})
        return found

    def find(self, where: str, key: str) -> dict[str, Any]:
        """The item with that key; raises CannotChange."""
        for item in self.items(where):
            if isinstance(item, dict) and item.get("key") == key:
                return item
        raise CannotChange(_missing(where) % {"key": str(key)[:60]})

    def keys(self, where: str) -> list[Any]:
        return [item.get("key") for item in self.items(where) if isinstance(item, dict)]

    def list_of_field(self, key: str) -> str:
        """In which list of a form the field stands; raises CannotChange."""
        for where in self.field_lists():
            if key in self.keys(where):
                return where
        raise CannotChange(_missing(FIELDS) % {"key": str(key)[:60]})

    def field_lists(self) -> list[str]:
        """All lists of fields: of every page, or the one of a form without pages."""
        if PAGES in self.document:
            return [f"{PAGES}/{key}" for key in self.keys(PAGES)]
        return [FIELDS]

    # ---- the four moves --------------------------------------------------------------

    def insert(self, where: str, item: dict[str, Any], at: int | None = None) -> None:
        """Puts the item in at the position, at the end without one."""
        key, items = item.get("key"), self.items(where)
        if not isinstance(key, str) or not key:
            raise CannotChange(_("Give it a key."))
        if key in self.keys(where):
            raise CannotChange(_("The key %(key)s is taken.") % {"key": key[:60]})
        items.insert(len(items) if at is None else max(0, min(at, len(items))), copy.deepcopy(item))
        owner, name = self._owner(where)
        made = {} if name in owner else {"with_list": True}
        owner[name] = items
        self._undo({"op": "drop", "list": where, "key": key, **made})

    def drop(self, where: str, key: str, *, with_list: bool = False) -> dict[str, Any]:
        """Takes the item out and returns it. `with_list`: an empty list goes too, as there was none before."""
        items, item = self.items(where), self.find(where, key)
        at = items.index(item)
        del items[at]
        owner, name = self._owner(where)
        if with_list and not items:
            del owner[name]
        self._undo({"op": "insert", "list": where, "item": item, "at": at})
        return item

    def change(self, where: str, key: str, values: dict[str, Any]) -> None:
        """Sets properties of one item, or of the document (`where` is ROOT)."""
        item = self.document if where == ROOT else self.find(where, key)
        before: dict[str, Any] = {}
        for name, value in values.items():
            if item.get(name) == value and (name in item or value is None):
                continue
            before[name] = copy.deepcopy(item.get(name))
            if value is None:
                item.pop(name, None)
            else:
                item[name] = copy.deepcopy(value)
        if before:
            # A key that changes is the name under which the way back finds the item.
            now = item.get("key", key) if where != ROOT else ""
            self._undo({"op": "set", "list": where, "key": now, "values": before})

    def move(self, where: str, key: str, at: int) -> None:
        """Puts the item at another position of its list."""
        items, item = self.items(where), self.find(where, key)
        before = items.index(item)
        del items[before]
        items.insert(max(0, min(at, len(items))), item)
        if items.index(item) != before:
            self._undo({"op": "move", "list": where, "key": key, "at": before})

    def _undo(self, operation: dict[str, Any]) -> None:
        self.inverse.insert(0, operation)

    def _owner(self, where: str) -> tuple[dict[str, Any], str]:
        """The object that holds the list, and under which name."""
        if where.startswith(f"{PAGES}/"):
            return self.find(PAGES, where.partition("/")[2]), FIELDS
        return self.document, where


def _missing(where: str) -> str:
    if where == STEPS:
        return _("There is no step %(key)s.")
    if where == PAGES:
        return _("There is no page %(key)s.")
    return _("There is no field %(key)s.")
