"""Queries of always the same shape that nearly every page asks: Django works their SQL out once, not at every call.

Only the statement is kept, never its rows: what is read is what the database holds at that moment.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Prepared:
    """One query: `build()` makes its queryset, or `build(ids)` one that has a single `…__in=ids` in it.

    `rows` gives what the queryset itself would give: model instances, or tuples after `values_list`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build

    def rows(self) -> list[Any]:
        return self._plan(0).run([])

    def among(self, ids: Collection[int]) -> list[Any]:
        """The rows for these ids. No ids, no question; more than SIZES knows are asked without preparation."""
        wanted = list(ids)
        if not wanted:
            return []
        size = next((size for size in SIZES if size >= len(wanted)), 0)
        if not size:
            return list(self._build(wanted))
        # The same id once more changes nothing, and a few lengths make few statements.
        return self._plan(size).run(wanted + wanted[-1:] * (size - len(wanted)))

    def _plan(self, size: int) -> "_Plan":
        """Kept with the connection: a statement belongs to one kind of database, and a connection to one thread."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        plans = connection.__dict__.setdefault("prepared_plans", {})
        plan: _Plan | None = plans.get((self, size))
        if plan is None:
            plan = plans[(self, size)] = _Plan(self._build, size, connection)
        return plan


def _gives_models(rows: QuerySet[Any, Any]) -> bool:
    return rows._iterable_class is ModelIterable  # noqa: SLF001  (nothing public says it)


class _Plan:
    """The statement for one connection and number of ids, and how its rows are read."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], size: int, connection: Any) -> None:
        places = list(range(-size, 0))  # no row has such an id
        rows = build(places) if size else build()
        self.connection, self.whole = connection, _gives_models(rows)
        self.compiler = rows.query.get_compiler(connection=connection)
        sql, params = self.compiler.as_sql()
        found = [place for place, value in enumerate(params) if value in places]
        start = found[0] if found else 0
        if len(found) != size or params[start : start + size] != tuple(places):
            raise TypeError("The ids must stand together in the statement, once.")
        self.sql, self.before, self.after = sql, params[:start], params[start + size :]
        if self.whole:
            self._learn_columns()

    def _learn_columns(self) -> None:
        info, select = self.compiler.klass_info, self.compiler.select
        self.model, columns = info["model"], info["select_fields"]
        self.first, self.last = columns[0], columns[-1] + 1
        self.names = [field[0].target.attname for field in select[self.first : self.last]]
        # The type stubs describe a newer Django.
        self.related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        self.more = list((self.compiler.annotation_col_map or {}).items())

    def run(self, ids: Sequence[int]) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, (*self.before, *ids, *self.after))
            found = cursor.fetchall()
        if not found:
            return []
        rows = self.compiler.results_iter([found], tuple_expected=True)
        return [self._instance(row) for row in rows] if self.whole else list(rows)

    def _instance(self, row: Any) -> Any:
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.first : self.last])
        for populate in self.related:
            populate.populate(row, found)
        for name, place in self.more:
            setattr(found, name, row[place])
        return found
