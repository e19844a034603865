"""The form of a step that has several pages, as parts of the step's form: each page with its title and its fields."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from workflows.editing import entries as e
from workflows.editing.parts import Part, Rows
from workflows.editing.starters import fresh_key

OWN = "_page"  # where the pages stand while they are edited: {"0": {"title", "fields"}, …}
Post = Mapping[str, str]


def pages_of(form: Any) -> list[dict[str, Any]]:
    """The pages of a form that has some."""
    listed = form.get("pages") if isinstance(form, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def unfolded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The step with its pages where the parts find them."""
    pages = {str(number): page for number, page in enumerate(pages_of(raw.get("form")))}
    return {**raw, OWN: pages} if pages else dict(raw)


def page_parts(pages: list[dict[str, Any]], fields: Rows) -> tuple[Part | Rows, ...]:
    """A title and a list of fields for every page; a field can go to another page."""
    found: list[Part | Rows] = []
    names = [(str(number), _("Page %(number)d") % {"number": number + 1}) for number in range(len(pages))]
    to = Part("_page", _("Stands on"), "select", lambda _choices: names)
    for number in range(len(pages)):
        said = {"number": number + 1}
        found.append(Part(f"{OWN}.{number}.title", _("Title of page %(number)d") % said, "page"))
        found.append(
            Rows(
                f"{OWN}.{number}.fields",
                _("Fields on page %(number)d") % said,
                fields.add,
                (*fields.parts, to) if len(pages) > 1 else fields.parts,
                load=partial(_load, str(number)),
                save=fields.save,
                also=(OWN, _("Another page")) if number == len(pages) - 1 else None,
            )
        )
    return tuple(found)


def folded(result: dict[str, Any], raw: Mapping[str, Any], post: Post) -> None:
    """Puts the pages back into the step, after the button that was pressed: one more page, one less."""
    pages = pages_of(raw.get("form"))
    typed = result.pop(OWN, {})
    if not pages:
        if post.get("more") == OWN:
            first = {"key": "page_1", **(result.get("form") or {"fields": []})}
            result["form"] = {"pages": [first, _new([first])]}
        return
    found: list[dict[str, Any]] = []
    for number, page in enumerate(pages):
        now = typed.get(str(number)) or {}
        kept = {name: value for name, value in page.items() if name not in ("title", "fields")}
        found.append(kept | ({"title": now["title"]} if now.get("title") else {}) | {"fields": now.get("fields") or []})
    _sort(found)
    drop = post.get("drop", "").removeprefix(f"{OWN}.")
    if drop.isdigit() and post["drop"].startswith(OWN) and int(drop) < len(found):
        del found[int(drop)]
    if post.get("more") == OWN:
        found.append(_new(found))
    result["form"] = {**raw["form"], "pages": found} if found else None
    if not found:
        del result["form"]


def _load(number: str, entry: Any) -> e.Entry:
    return {**e.load_field(entry), "_page": number}


def _sort(pages: list[dict[str, Any]]) -> None:
    """Every field to the page that was chosen for it, under a key of its own."""
    seen: set[str] = set()
    moved: list[tuple[int, dict[str, Any]]] = []
    for number, page in enumerate(pages):
        stay = []
        for field in page["fields"]:
            field["key"] = fresh_key(field["key"], seen, "field") if field["key"] in seen else field["key"]
            seen.add(field["key"])
            to = str(field.pop("_page", number))
            other = int(to) if to.isdigit() and int(to) < len(pages) else number
            if other == number:
                stay.append(field)
            else:
                moved.append((other, field))
        page["fields"] = stay
    for number, field in moved:
        pages[number]["fields"].append(field)


def _new(pages: list[dict[str, Any]]) -> dict[str, Any]:
    taken = {str(page.get("key")) for page in pages}
    number = next(one for one in range(len(pages) + 1, len(pages) + 50) if f"page_{one}" not in taken)
    return {"key": f"page_{number}", "fields": []}
