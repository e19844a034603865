"""SQLite: an FTS5 index without content over the table of documents, kept by triggers (migration 0002).

Its row ids are the documents' keys. One index serves everybody: FTS5 leaves out the notes of a requester's search
by a column filter while it reads.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from flowtic.core.search.engines import Costs
from flowtic.core.search.text import Clause, Match

if TYPE_CHECKING:
    from flowtic.core.search.documents import Stems
    from flowtic.core.search.planning import Scope

PUBLIC_COLUMNS = "{title_stems public_stems}"
FEW = 2000

_PUT = """INSERT INTO core_searchdocument
    (id, kind, object_id, language, title_stems, public_stems, internal_stems) VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET language = excluded.language, title_stems = excluded.title_stems,
    public_stems = excluded.public_stems, internal_stems = excluded.internal_stems"""
_APPEND = """UPDATE core_searchdocument
    SET public_stems = public_stems || %s, internal_stems = internal_stems || %s WHERE id = %s"""
_MATCH = "SELECT rowid >> 4 FROM core_search_fts WHERE core_search_fts MATCH %s AND rowid & 15 = %s"
_BEST = """SELECT rowid >> 4 FROM core_search_fts WHERE core_search_fts MATCH %s AND rowid & 15 = %s
    ORDER BY bm25(core_search_fts, 3.0, 1.0, 1.0) LIMIT %s"""


class SqliteEngine:
    costs = Costs(row=1, comparison=3, posting=0.15, hit=1.5, reads_all_clauses=True)
    exact = True

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def put(self, documents: "Sequence[Stems]", *, new: bool = False) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(_PUT, [(*row[:4], *(framed(tokens) for tokens in row[4:])) for row in documents])

    def append(self, key: int, *, public: str, internal: str) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute(_APPEND, [added(public), added(internal), key])
            return bool(cursor.rowcount)

    def remove(self, keys: Sequence[int]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany("DELETE FROM core_searchdocument WHERE id = %s", [(key,) for key in keys])

    def clear(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_searchdocument")
            cursor.execute("INSERT INTO core_search_fts (core_search_fts) VALUES ('delete-all')")

    def proposals(self, kind: int, matches: Sequence[Match], *, internal: bool, limit: int) -> list[int]:
        question = " OR ".join(map(_quoted, matches))
        with self.connection.cursor() as cursor:
            cursor.execute(_BEST, [question if internal else f"{PUBLIC_COLUMNS} : ({question})", kind, limit])
            return [row[0] for row in cursor.fetchall()]

    def condition(
        self, scope: "Scope", clauses: Sequence[Clause], *, hits: float, common: Callable[[str], float]
    ) -> Q | None:
        question = " AND ".join(f"({' OR '.join(map(_quoted, clause))})" for clause in clauses)
        everywhere = _named(scope, question, hits)
        if scope.internal:
            return everywhere
        public = _named(scope, f"{PUBLIC_COLUMNS} : ({question})", hits)
        return public if scope.internal_q is None else everywhere & (scope.internal_q | public)


def framed(tokens: str) -> str:
    """Tokens as a column holds them: a blank before the first and after the last."""
    return f" {tokens} " if tokens else " "


def added(tokens: str) -> str:
    """Tokens to be put behind what a column holds."""
    return f"{tokens} " if tokens else ""


def _named(scope: "Scope", question: str, hits: float) -> Q:
    ids = RawSQL(_MATCH, (question, scope.kind), output_field=BigIntegerField())  # noqa: S611  (values are parameters)
    # Fetched one by one from their ids while they are few; else the list is read and its rows looked up among them,
    # which the planner must be told: to it, a sum is nothing to fetch by.
    return Q((f"{scope.pk_field}__in", ids)) if hits < FEW else Q(In(F(scope.pk_field) + 0, ids))


def _quoted(match: Match) -> str:
    # Tokens are letters, digits and underscores (text.py), so no quote can end the string early.
    return f'"{" ".join(match.tokens)}"' + ("*" if match.open_end else "")
