"""MySQL and MariaDB: FULLTEXT over a table of entries, which only proposes; the documents decide.

InnoDB never forgets a changed row's old words until somebody optimises the table, and every search reads that
list. So documents, to which comments are added all the time, carry no FULLTEXT index: each text becomes a row in
`core_search_entry`, written once, public words and notes in columns with an index each. A search asks it for the
rarest clause alone (an AND reads the list of every word to its end) and compares the documents found.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL

from flowtic.core.search.engines import Costs
from flowtic.core.search.sqlite import added, framed
from flowtic.core.search.text import Clause, Match
from flowtic.core.search.words import GRAMMAR_ONLY

if TYPE_CHECKING:
    from flowtic.core.search.documents import Stems
    from flowtic.core.search.planning import Scope

_PUT = """INSERT INTO core_searchdocument
    (id, kind, object_id, language, title_stems, public_stems, internal_stems) VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON DUPLICATE KEY UPDATE language = VALUES(language), title_stems = VALUES(title_stems),
    public_stems = VALUES(public_stems), internal_stems = VALUES(internal_stems)"""
_ENTER = "INSERT INTO core_search_entry (document_id, public_words, internal_words) VALUES (%s, %s, %s)"
_APPEND = """UPDATE core_searchdocument
    SET public_stems = CONCAT(public_stems, %s), internal_stems = CONCAT(internal_stems, %s) WHERE id = %s"""
_NAMED = """SELECT document_id >> 4 AS object_id FROM core_search_entry
    WHERE MATCH ({}) AGAINST (%s IN BOOLEAN MODE) AND document_id & 15 = %s"""
_SCORED = """SELECT document_id >> 4 AS object_id, MATCH ({0}) AGAINST (%s IN BOOLEAN MODE) AS score
    FROM core_search_entry WHERE MATCH ({0}) AGAINST (%s IN BOOLEAN MODE) AND document_id & 15 = %s"""


class MysqlEngine:
    costs = Costs(row=2, comparison=4, posting=2, hit=3, reads_all_clauses=False)
    exact = False

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def put(self, documents: "Sequence[Stems]", *, new: bool = False) -> None:
        rows = [(*row[:4], *(framed(tokens) for tokens in row[4:])) for row in documents]
        with self.connection.cursor() as cursor:
            cursor.executemany(_PUT, rows)
            # One row per insert, two per update: all new then, and no entries to be replaced.
            if not new and cursor.rowcount != len(rows):
                self._drop_entries(cursor, [row.id for row in documents])
            cursor.executemany(
                _ENTER, [(row.id, _distinct(row.title, row.public), _distinct(row.internal)) for row in documents]
            )

    def append(self, key: int, *, public: str, internal: str) -> bool:
        with self.connection.cursor() as cursor:
            if not cursor.execute(_APPEND, [added(public), added(internal), key]):
                return False
            cursor.execute(_ENTER, [key, _distinct(public), _distinct(internal)])
            return True

    def remove(self, keys: Sequence[int]) -> None:
        if not keys:
            return
        with self.connection.cursor() as cursor:
            self._drop_entries(cursor, keys)
            cursor.execute(f"DELETE FROM core_searchdocument WHERE id IN ({_marks(keys)})", list(keys))  # noqa: S608

    def clear(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("TRUNCATE TABLE core_search_entry")
            cursor.execute("TRUNCATE TABLE core_searchdocument")

    def proposals(self, kind: int, matches: Sequence[Match], *, internal: bool, limit: int) -> list[int]:
        words = " ".join(word for match in matches for word in _held(match))
        if not words:
            return []
        columns = ["public_words", "internal_words"] if internal else ["public_words"]
        union = " UNION ALL ".join(_SCORED.format(column) for column in columns)
        sql = (
            f"SELECT entry.object_id FROM ({union}) AS entry"  # noqa: S608  (names from above)
            " GROUP BY entry.object_id ORDER BY SUM(entry.score) DESC, entry.object_id DESC LIMIT %s"
        )
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [*(words, words, kind) * len(columns), limit])
            return [row[0] for row in cursor.fetchall()]

    def condition(
        self, scope: "Scope", clauses: Sequence[Clause], *, hits: float, common: Callable[[str], float]
    ) -> Q | None:
        words = next(filter(None, (_words(clause, common) for clause in clauses)), None)
        if words is None:
            return None
        columns = ["public_words"]
        if scope.internal or scope.internal_q is not None:
            columns.append("internal_words")
        # A union directly behind IN would be run once per row of the outer query.
        union = " UNION ".join(_NAMED.format(column) for column in columns)
        sql = f"SELECT entry.object_id FROM ({union}) AS entry"  # noqa: S608  (names from above)
        ids = RawSQL(sql, (words, scope.kind) * len(columns), output_field=BigIntegerField())  # noqa: S611
        return Q((f"{scope.pk_field}__in", ids))

    def _drop_entries(self, cursor: Any, keys: Sequence[int]) -> None:
        cursor.execute(f"DELETE FROM core_search_entry WHERE document_id IN ({_marks(keys)})", list(keys))  # noqa: S608


def _words(clause: Clause, common: Callable[[str], float]) -> str | None:
    """The clause for AGAINST: of a phrase its rarest word. None where a match has no word that entries hold."""
    words = []
    for match in clause:
        held = _held(match)
        if not held:
            return None
        words.append(held[0] if len(held) == 1 else min(held, key=lambda word: _order(word, common)))
    return f"+({' '.join(dict.fromkeys(words))})"


def _order(word: str, common: Callable[[str], float]) -> tuple[bool, float, bool, int]:
    """Rarest first; of words that no sample has those with a digit and the long ones."""
    return word.endswith("*"), common(word), word.isalpha(), -len(word)


def _held(match: Match) -> list[str]:
    """Its words as AGAINST wants them, those that entries hold; a beginning ends with `*`."""
    words = [
        token + "*" * (match.open_end and n == len(match.tokens))
        for n, token in enumerate(match.tokens, 1)
        if token not in GRAMMAR_ONLY
    ]
    # InnoDB takes no beginning of fewer letters than its smallest word.
    return [word for word in words if not word.endswith("*") or len(word) > 3]


def _distinct(*tokens: str) -> str:
    words = dict.fromkeys(" ".join(tokens).split())
    return " ".join(word for word in words if word not in GRAMMAR_ONLY)


def _marks(keys: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(keys))
