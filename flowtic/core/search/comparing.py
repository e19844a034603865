"""A question compared with the stored stems of one document, in SQL that both databases understand."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Func, OuterRef, Subquery

from flowtic.core.models.search import SearchDocument
from flowtic.core.search.documents import KIND_BITS
from flowtic.core.search.text import Clause, Match, Question

PUBLIC = ("title_stems", "public_stems")
ALL = (*PUBLIC, "internal_stems")


class Holds(Func):
    """Whether the columns, read one after the other, answer a question."""

    def __init__(self, columns: Sequence[str], question: Question) -> None:
        super().__init__(*columns, output_field=BooleanField())
        self.question = question

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_context: Any
    ) -> tuple[str, list[Any]]:
        columns = [compiler.compile(column)[0] for column in self.source_expressions]
        text = joined(connection, columns)
        clauses = [any_of(text, clause) for clause in self.question]
        needles = [needle for _sql, of_clause in clauses for needle in of_clause]
        return " AND ".join(sql for sql, _needles in clauses), needles


def answered(kind: int, question: Question, columns: Sequence[str], pk_field: str) -> Subquery:
    """Condition on a row of the outer query: its document answers the question."""
    # A scalar subquery, not EXISTS: the planner must not turn it round and start from all the documents.
    document = SearchDocument.objects.filter(pk=key_expression(OuterRef(pk_field), kind))
    return Subquery(document.values_list(Holds(columns, question)), output_field=BooleanField())


def key_expression(pk: F, kind: int) -> ExpressionWrapper:
    """`documents.key_of` in SQL."""
    return ExpressionWrapper(pk * (1 << KIND_BITS) + kind, output_field=BigIntegerField())


def joined(connection: Any, columns: Sequence[str]) -> str:
    """SQL for several columns as one text. Each starts and ends with a blank, so no two words melt together."""
    return f"CONCAT({', '.join(columns)})" if connection.vendor == "mysql" else f"({' || '.join(columns)})"


def any_of(text: str, clause: Clause) -> tuple[str, list[str]]:
    """SQL that is true where the text holds one of the clause's matches, and its parameters."""
    return f"({' OR '.join([f'INSTR({text}, %s) > 0'] * len(clause))})", [_needle(match) for match in clause]


def _needle(match: Match) -> str:
    return f" {' '.join(match.tokens)}" + ("" if match.open_end else " ")
