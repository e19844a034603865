"""Request types as a list: what is live, what waits in a draft, which texts miss."""

from dataclasses import dataclass
from typing import Any

from desk.formschema import check, fields_of
from desk.formschema.languages import missing
from desk.models import FormVersionDraft, RequestType


@dataclass(frozen=True)
class FormLine:
    """`german`, `english`: how many texts miss in that language; `problems`: of the draft."""

    row: RequestType
    draft: FormVersionDraft | None
    fields: int
    german: int
    english: int
    problems: int


def form_lines(rows: Any) -> list[FormLine]:
    """In the order of the catalogue; two queries."""
    types = list(rows)
    drafts = FormVersionDraft.objects.filter(request_type__in=types, schema__isnull=False).select_related("saved_by")
    by_type = {draft.request_type_id: draft for draft in drafts if draft.schema is not None}
    return [_line(row, by_type.get(row.pk)) for row in types]


def _line(row: RequestType, draft: FormVersionDraft | None) -> FormLine:
    schema = draft.schema if draft else row.schema
    gaps = [one.language for one in missing(schema)]
    problems = len(check(schema)) if draft else 0
    return FormLine(row, draft, len(fields_of(schema)), gaps.count("de"), gaps.count("en"), problems)
