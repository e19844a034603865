"""Reading: a question as conditions inside the caller's own query.

Two ways lead to the same rows. Ask the full text index for all matches, then sort and cut: right for rare words.
Walk the list in its own order and compare each row's document until the page is full: right for common ones,
whatever the size of the desk. A look at the first rows of the list tells which (docs/decisions/0003-search.md).
"""

from typing import Any, TypeVar

from django.db import connections
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from flowtic.core.models.search import SearchDocument
from flowtic.core.search.comparing import ALL, PUBLIC, answered, key_expression
from flowtic.core.search.documents import kind_number
from flowtic.core.search.engines import engine_of
from flowtic.core.search.frequencies import entries
from flowtic.core.search.planning import Scope, take_sample
from flowtic.core.search.text import Question, parse_question

PAGE = 26  # rows of one page of a list, and one to know whether there is a next

Row = TypeVar("Row", bound=Model)


def filter_by_text(
    queryset: QuerySet[Row],
    kind: str,
    text: str,
    *,
    internal: bool = False,
    internal_q: Q | None = None,
    pk_field: str = "pk",
    typing: bool = False,
    wanted: int = PAGE,
) -> QuerySet[Row]:
    """The rows whose text answers the question: every word, on title and public text or on all of it.

    `internal`: all rows with their notes. `internal_q`: those rows with their notes, the others without. Best given
    a queryset that is filtered and ordered already (not sliced): one look at its first rows picks the fast way
    for somebody who reads `wanted` rows. `typing`: the last word may be unfinished. A blank text changes nothing,
    one without any word finds nothing.
    """
    if not text.strip():
        return queryset
    question = parse_question(text, typing=typing)
    if not question:
        return queryset.none()
    scope = Scope(kind_number(kind), internal, None if internal else internal_q, pk_field)
    sample = take_sample(queryset, scope, question)
    engine = engine_of(connections[queryset.db])
    if not sample.favours_walking(engine.costs, wanted):
        found = engine.condition(
            scope,
            sample.rarest_first,
            hits=sample.expected_hits(engine.costs),
            common=lambda token: entries(queryset, kind, token),
        )
        if found is not None and engine.exact and len(sample.rarest_first) == len(question):
            return queryset.filter(found)
        if found is not None:
            return queryset.filter(found, _compared(scope, question))
    return queryset.filter(_compared(scope, question))


def count_matches(queryset: QuerySet[Any], cap: int = 10_000) -> int:
    """How many rows, counted no further than `cap` + 1. For a search pass `wanted=cap` to `filter_by_text`."""
    return queryset.order_by()[: cap + 1].count()


def _compared(scope: Scope, question: Question) -> Q:
    """Condition: the row's document answers the question in what may be read of it."""
    public = Q(answered(scope.kind, question, PUBLIC, scope.pk_field))
    if not scope.internal and scope.internal_q is None:
        return public
    everything = Q(answered(scope.kind, question, ALL, scope.pk_field))
    return everything if scope.internal_q is None else everything & (scope.internal_q | public)


def missing_number(rows: QuerySet[Any], kind: str) -> int:
    """How many of these rows no search can find, for want of a document. One query; for a few hundred rows."""
    document = SearchDocument.objects.filter(pk=key_expression(OuterRef("pk"), kind_number(kind)))
    return sum(not indexed for indexed in rows.annotate(indexed=Exists(document)).values_list("indexed", flat=True))
