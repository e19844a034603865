"""Which engine speaks to which database, and what every engine can do."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.db import NotSupportedError
from django.db.models import Q

from flowtic.core.search.text import Clause, Match

if TYPE_CHECKING:
    from flowtic.core.search.documents import Stems
    from flowtic.core.search.planning import Scope


class Costs(NamedTuple):
    """Microseconds, measured (docs/decisions/0003-search.md); only their ratios matter."""

    row: float  # to reach the document of the next row of a list
    comparison: float  # to look for one token in it
    posting: float  # to read one entry of a word's list in the index
    hit: float  # to fetch and sort a row that the index names
    reads_all_clauses: bool  # else only the rarest one is asked for


class Engine(Protocol):
    costs: Costs
    # Whether `condition` holds for exactly what matches, or for more that must be compared.
    exact: bool

    def put(self, documents: "Sequence[Stems]", *, new: bool = False) -> None:
        """Create or replace. `new`: none of them exists."""

    def append(self, key: int, *, public: str, internal: str) -> bool:
        """Add tokens to a document; False where there is none."""

    def remove(self, keys: Sequence[int]) -> None: ...

    def clear(self) -> None:
        """Empty the whole index."""

    def proposals(self, kind: int, matches: Sequence[Match], *, internal: bool, limit: int) -> list[int]:
        """Ids of objects that hold any of these single words, those with more and rarer ones first."""

    def condition(
        self, scope: "Scope", clauses: Sequence[Clause], *, hits: float, common: Callable[[str], float]
    ) -> Q | None:
        """Rows that the index names for the clauses (rarest first; about `hits` of them). None: it cannot tell.

        `common`: in about how many documents a word stands, asked where a phrase leaves a choice.
        """


def engine_of(connection: Any) -> Engine:
    """The engine for a database connection."""
    if connection.vendor == "sqlite":
        from flowtic.core.search.sqlite import SqliteEngine

        return SqliteEngine(connection)
    if connection.vendor == "mysql":
        from flowtic.core.search.mysql import MysqlEngine

        return MysqlEngine(connection)
    raise NotSupportedError(f"Search does not know the database {connection.vendor!r}.")
