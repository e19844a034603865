"""Queries of always the same shape that nearly every page asks: Django works their SQL out once, not at every call.

Only the statement is kept, never its rows: what is read is what the database holds at that moment.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.signals import post_init, pre_init

from flowtic.core.actor import Actor

TEXT = "\x1aflowtic"  # no row holds such a text
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
MOST_PLANS = 512  # of one connection; those that were used last


class Prepared:
    """One query: `build()` makes its queryset, or `build(ids)` one that has a single `…__in=ids` in it.

    `rows` gives what the queryset itself would give: model instances, or tuples after `values_list`. What else it
    depends on is handed over at each call and on to `build`: an actor, or anything that can be compared.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build

    def rows(self, *given: Any) -> list[Any]:
        return rows_known_by((self, *_keys(given)), lambda: self._build(*given))

    def among(self, ids: Collection[int], *given: Any) -> list[Any]:
        """The rows for these ids. No ids, no question; more than SIZES knows are asked without preparation."""
        wanted = list(ids)
        if not wanted:
            return []
        size = next((size for size in SIZES if size >= len(wanted)), 0)
        if not size:
            return list(self._build(wanted, *given))
        places = list(range(-size, 0))  # no row has such an id
        # The same id once more changes nothing, and a few lengths make few statements.
        wanted += wanted[-1:] * (size - len(wanted))
        return _plan((self, size, *_keys(given)), lambda: self._build(places, *given), places).run(wanted)

    def named(self, text: str, *given: Any) -> list[Any]:
        """The rows for one text, such as a number; `build` gets a list with it in place of ids."""
        return _plan((self, TEXT, *_keys(given)), lambda: self._build([TEXT], *given), [TEXT]).run([text])


def rows_known_by(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> list[Any]:
    """The rows of a queryset that is only built when its statement is not known yet.

    `key` has to hold everything that the statement and its values depend on: two equal keys, one statement.
    """
    return _plan(key, build, []).run([])


def _keys(given: tuple[Any, ...]) -> tuple[Hashable, ...]:
    return tuple(one.sight if isinstance(one, Actor) else one for one in given)


def _plan(key: Hashable, build: Callable[[], QuerySet[Any, Any]], places: Sequence[Any]) -> "_Plan":
    """Kept with the connection: a statement belongs to one kind of database, and a connection to one thread."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    plans: OrderedDict[Hashable, _Plan] = connection.__dict__.setdefault("prepared_plans", OrderedDict())
    plan = plans.get(key)
    if plan is None:
        plan = plans[key] = _Plan(build(), places, connection)
        if len(plans) > MOST_PLANS:
            plans.popitem(last=False)
    else:
        plans.move_to_end(key)
    return plan


def _gives_models(rows: QuerySet[Any, Any]) -> bool:
    return rows._iterable_class is ModelIterable  # noqa: SLF001  (nothing public says it)


def _is_plain(model: Any) -> bool:
    """Whether nobody adds anything to instances of this model when they are made."""
    own = any("from_db" in vars(one) for one in model.__mro__ if one is not Model)
    own = own or model.__init__ is not Model.__init__
    return not (own or pre_init.has_listeners(model) or post_init.has_listeners(model))


class _Plan:
    """The statement for one connection and number of ids, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any, Any], places: Sequence[Any], connection: Any) -> None:
        self.connection, self.whole = connection, _gives_models(rows)
        self.compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = self.compiler.as_sql()
        except EmptyResultSet:  # Django sees that nothing can be found
            self.sql = ""
            return
        found = [place for place, value in enumerate(params) if value in places]
        start, size = found[0] if found else 0, len(places)
        if len(found) != size or list(params[start : start + size]) != list(places):
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
        self.is_plain = _is_plain(self.model)
        self.more = list((self.compiler.annotation_col_map or {}).items())

    def run(self, ids: Sequence[Any]) -> list[Any]:
        if not self.sql:
            return []
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, (*self.before, *ids, *self.after))
            found = cursor.fetchall()
        if not found:
            return []
        rows = self.compiler.results_iter([found], tuple_expected=True)
        return [self._instance(row) for row in rows] if self.whole else list(rows)

    def _instance(self, row: Any) -> Any:
        values = row[self.first : self.last]
        found = self._plain(values) if self.is_plain else self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
        for populate in self.related:
            populate.populate(row, found)
        for name, place in self.more:
            setattr(found, name, row[place])
        return found

    def _plain(self, values: Sequence[Any]) -> Any:
        """What `from_db` gives, without its walk over all fields of the model, of which most are not read here."""
        found = self.model.__new__(self.model)
        state = found.__dict__["_state"] = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        found.__dict__.update(zip(self.names, values, strict=True))
        return found
