"""The versions of a form, and the two that are compared."""

from functools import cached_property
from typing import Any

from desk.models import FormVersion, FormVersionDraft, RequestType
from flowtic.core.actor import Actor

DRAFT = 0


class VersionList:
    """`params`: from and to, numbers of versions; 0 is the draft. Without them the newest two."""

    def __init__(self, actor: Actor, request_type: RequestType, params: Any) -> None:
        self.actor, self.request_type = actor, request_type
        known = [*([DRAFT] if self.draft else []), *(version.number for version in self.versions)]
        older = known[1:2] or [-1]
        self.after = _chosen(params.get("to"), known, known[0] if known else -1)
        self.before = _chosen(params.get("from"), known, older[0])

    @cached_property
    def draft(self) -> FormVersionDraft | None:
        found = FormVersionDraft.objects.filter(request_type=self.request_type).select_related("saved_by").first()
        return found if found is not None and found.schema is not None else None

    @cached_property
    def versions(self) -> list[FormVersion]:
        return list(self.request_type.versions.select_related("author").order_by("-number"))

    @property
    def schemas(self) -> tuple[Any, Any]:
        """Of the two that are compared; an empty form where there is none."""
        found = {version.number: version.schema for version in self.versions}
        if self.draft:
            found[DRAFT] = self.draft.schema
        return found.get(self.before, {}), found.get(self.after, {})


def _chosen(text: Any, known: list[int], usual: int) -> int:
    number = int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 7 else None
    return number if number in known else usual
