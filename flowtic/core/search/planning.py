"""Which way to the rows is the cheaper one, judged by the first rows of the list itself."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, F, Q, QuerySet, Value, When

from flowtic.core.search.comparing import ALL, PUBLIC, any_of, joined, key_expression
from flowtic.core.search.documents import KIND_BITS
from flowtic.core.search.engines import Costs
from flowtic.core.search.text import Clause, Question

WINDOW = 100  # rows looked at
COMMON = 0.08  # share of rows from which on a word is better compared than looked up beside rarer ones


class Scope(NamedTuple):
    """Of which objects, and who may read which part of them."""

    kind: int
    internal: bool
    internal_q: Q | None
    pk_field: str


class Sample(NamedTuple):
    """What the first rows of a list hold of a question."""

    question: Question
    rows: int
    matching: int
    by_clause: tuple[int, ...]
    documents: int  # about how many there are in all
    window: QuerySet[Any]  # the rows looked at

    @property
    def rarest_first(self) -> list[Clause]:
        """The clauses to ask the index for: those that are not common, if any, the most telling one in front."""
        pairs = zip(self.by_clause, self.question, strict=True)
        by_hits = sorted(pairs, key=lambda pair: (pair[0], -_telling(pair[1])))
        rare = [clause for hits, clause in by_hits if hits < COMMON * WINDOW]
        return rare or [clause for _hits, clause in by_hits]

    def favours_walking(self, costs: Costs, wanted: int) -> bool:
        """Whether `wanted` rows are found sooner in list order than by the index."""
        if self.rows < WINDOW:
            return True  # the list is no longer than that
        if not self.matching:
            return False
        per_row = costs.row + costs.comparison * sum(map(len, self.question))
        asking = self._cost_of_asking(costs, per_row)
        if wanted * self.rows / self.matching * per_row > asking:
            return False
        # A list that is sorted, not read in an index's order, would have every row compared before the first is out.
        return self._is_in_index_order() or self.documents * per_row <= asking

    def _is_in_index_order(self) -> bool:
        plan = self.window.explain()
        return "TEMP B-TREE FOR ORDER BY" not in plan and "filesort" not in plan

    def expected_hits(self, costs: Costs) -> float:
        """About how many rows the index names."""
        return self.documents * self._share_named(costs)

    def _cost_of_asking(self, costs: Costs, per_row: float) -> float:
        read = sum(self._share(clause) for clause in self._asked(costs))
        fetched = costs.hit + (0 if self._is_answered_by_index(costs) else per_row)
        return self.documents * costs.posting * read + self.expected_hits(costs) * fetched

    def _share_named(self, costs: Costs) -> float:
        if self._is_answered_by_index(costs):
            return max(self.matching, 0.5) / self.rows
        return min(self._share(clause) for clause in self._asked(costs))

    def _is_answered_by_index(self, costs: Costs) -> bool:
        return len(self._asked(costs)) == len(self.question) and costs.reads_all_clauses

    def _asked(self, costs: Costs) -> list[Clause]:
        return self.rarest_first[: None if costs.reads_all_clauses else 1]

    def _share(self, clause: Clause) -> float:
        return max(self.by_clause[self.question.index(clause)], 0.5) / self.rows


def take_sample(queryset: QuerySet[Any], scope: Scope, question: Question) -> Sample:
    """Compare the first rows of the list, all in one query."""
    connection = connections[queryset.db]
    inside: Case | Value = Value(int(scope.internal))
    if scope.internal_q is not None:
        inside = Case(When(scope.internal_q, then=Value(1)), default=Value(0))
    window = (queryset if queryset.ordered else queryset.order_by("-pk")).annotate(
        search_key=key_expression(F(scope.pk_field), scope.kind), search_inside=inside
    )
    window = window.values("search_key", "search_inside")[:WINDOW]
    try:
        inner, params = window.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return _summed_up(question, window, ())
    everything, public = (joined(connection, [f"document.{name}" for name in names]) for names in (ALL, PUBLIC))
    text = f"CASE WHEN shown.search_inside = 1 THEN {everything} ELSE {public} END"
    clauses = [any_of(text, clause) for clause in question]
    sql = (
        f"SELECT (SELECT MAX(id) FROM core_searchdocument), {', '.join(sql for sql, _needles in clauses)}"  # noqa: S608
        f" FROM ({inner}) AS shown LEFT JOIN core_searchdocument AS document ON document.id = shown.search_key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(needle for _sql, needles in clauses for needle in needles), *params])
        rows = cursor.fetchall()
    return _summed_up(question, window, rows)


def _summed_up(question: Question, window: QuerySet[Any], rows: Sequence[Sequence[Any]]) -> Sample:
    answers = [[bool(answer) for answer in row[1:]] for row in rows]
    by_clause = tuple(sum(row[n] for row in answers) for n in range(len(question)))
    newest = rows[0][0] if rows else 0
    return Sample(question, len(rows), sum(map(all, answers)), by_clause, (newest or 0) >> KIND_BITS, window)


def _telling(clause: Clause) -> int:
    """Long words, and words with a digit in them, are rare."""
    longest = min(max(map(len, match.tokens)) for match in clause)
    return longest + 10 * any(char.isdigit() for match in clause for token in match.tokens for char in token)
