"""Where tags are named besides on tickets: conditions of rules, templates, and what other apps add.

Whoever keeps names of tags registers two functions: one that tells where a tag is named, one that follows a new name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from desk.models import Macro, SavedView, SlaPolicy, TicketTemplate

NamedBy = Callable[[str], list[str]]  # name of a tag -> names of what asks for it
Replace = Callable[[str, str], int]  # (old, new) -> number of rows that were changed
FIELDS = ("tags", "ticket.tags")


@dataclass(frozen=True)
class Use:
    named_by: NamedBy
    replace: Replace


_uses: dict[str, Use] = {}


def tag_use(key: str, named_by: NamedBy, replace: Replace) -> None:
    """Adds a place; the same key again replaces it. `replace` runs inside the command that renames."""
    _uses[key] = Use(named_by, replace)


def named_by(name: str) -> list[str]:
    return [text for _key, use in sorted(_uses.items()) for text in use.named_by(name)]


def replaced(old: str, new: str) -> int:
    """Follows a new name everywhere; returns how many rows changed."""
    return sum(use.replace(old, new) for _key, use in sorted(_uses.items()))


def in_document(document: Any, name: str) -> bool:
    """Whether a condition (or any JSON made of them) asks for the tag."""
    return with_tag(document, name, name + "\0") != document


def with_tag(document: Any, old: str, new: str, *, inside: bool = False) -> Any:
    """The document with one tag's name replaced: in values beside a `field` that is the tags, and below `tags`."""
    if isinstance(document, dict):
        about = document.get("field") in FIELDS
        return {
            key: with_tag(value, old, new, inside=(about and key != "field") or key in FIELDS)
            for key, value in document.items()
        }
    if isinstance(document, list):
        found = [with_tag(value, old, new, inside=inside) for value in document]
        texts = inside and all(isinstance(value, str) for value in found)
        return list(dict.fromkeys(found)) if texts else found
    return new if inside and document == old else document


def _policies(name: str) -> list[str]:
    return [row.name for row in SlaPolicy.objects.all() if in_document(row.condition, name)]


def _replace_in_policies(old: str, new: str) -> int:
    rows = [row for row in SlaPolicy.objects.select_for_update().all() if in_document(row.condition, old)]
    for row in rows:
        row.condition = with_tag(row.condition, old, new)
        row.save(update_fields=["condition"])
    return len(rows)


def _replace_in_templates(old: str, new: str) -> int:
    rows = [row for row in TicketTemplate.objects.select_for_update().all() if old in row.tags]
    for row in rows:
        row.tags = with_tag(row.tags, old, new, inside=True)
        row.save(update_fields=["tags"])
    return len(rows)


def _view_query(query: str, old: str, new: str) -> str:
    """An address of the list with another tag in its filters."""
    asked, found = QueryDict(query), QueryDict(mutable=True)
    for name, values in asked.lists():
        about = "tag" in name  # also "is not"
        found.setlist(name, list(dict.fromkeys(new if about and value == old else value for value in values)))
    return found.urlencode()


def _views(name: str) -> list[str]:
    """Shared views only: nobody is told of what others keep for themselves."""
    return [row.name for row in _asking(SavedView.objects.filter(owner=None), name)]


def _asking(rows: QuerySet[SavedView], name: str) -> list[SavedView]:
    found = rows.filter(query__contains="tag")
    return [row for row in found if _view_query(row.query, name, name + " ") != QueryDict(row.query).urlencode()]


def _replace_in_views(old: str, new: str) -> int:
    rows = _asking(SavedView.objects.select_for_update(), old)
    for row in rows:
        row.query = _view_query(row.query, old, new)
        row.save(update_fields=["query"])
    return len(rows)


def _macro_steps(steps: Any, old: str, new: str) -> Any:
    return [
        {**one, "value": with_tag(one.get("value"), old, new, inside=True)} if "tag" in str(one.get("do")) else one
        for one in steps
    ]


def _replace_in_macros(old: str, new: str) -> int:
    rows = [row for row in Macro.objects.select_for_update() if _macro_steps(row.steps, old, new) != row.steps]
    for row in rows:
        row.steps = _macro_steps(row.steps, old, new)
        row.save(update_fields=["steps"])
    return len(rows)


def _nobody(name: str) -> list[str]:
    """A template or macro with a deleted tag makes it again: nothing has to go first."""
    return []


tag_use("sla", _policies, _replace_in_policies)
tag_use("templates", _nobody, _replace_in_templates)
tag_use("views", _views, _replace_in_views)
tag_use("macros", _nobody, _replace_in_macros)
