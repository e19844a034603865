"""The shape of a schema: pages with fields. The older flat form {"fields": [...]} is one page.

Tolerant: what is no page or no field is left out, so that a ticket filled in long ago always opens.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Spec = Mapping[str, Any]
FLAT = "form"  # the key of the only page of a flat schema


@dataclass(frozen=True)
class Page:
    """One page: its key, its title in two languages and its fields in order."""

    key: str
    title: Any
    fields: tuple[Spec, ...]


def pages_of(schema: Any) -> list[Page]:
    """The pages in order."""
    if not isinstance(schema, Mapping):
        return []
    if "pages" not in schema:
        found = tuple(_specs(schema.get("fields")))
        return [Page(FLAT, "", found)] if found else []
    pages = schema["pages"] if isinstance(schema["pages"], list) else []
    return [
        Page(str(page.get("key", index)), page.get("title", ""), tuple(_specs(page.get("fields"))))
        for index, page in enumerate(pages)
        if isinstance(page, Mapping)
    ]


def fields_of(schema: Any) -> list[Spec]:
    """All fields in the order they are asked."""
    return [spec for page in pages_of(schema) for spec in page.fields]


def spec_of(schema: Any, key: str) -> Spec | None:
    """The field of that key."""
    return next((spec for spec in fields_of(schema) if spec["key"] == key), None)


def _specs(fields: Any) -> Iterator[Spec]:
    for spec in fields if isinstance(fields, list) else []:
        if isinstance(spec, Mapping) and isinstance(spec.get("key"), str):
            yield spec


def kind_of(spec: Spec) -> str:
    return str(spec.get("kind") or "text")


def choices_of(spec: Spec) -> dict[str, Any]:
    """Value -> label in two languages, in order."""
    found: dict[str, Any] = {}
    choices = spec.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, str):
            found[choice] = choice
        elif isinstance(choice, Mapping) and isinstance(choice.get("value"), str):
            found[choice["value"]] = choice.get("label") or choice["value"]
    return found
