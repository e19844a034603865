"""Formulas for experts: a part of CEL, checked before it is saved and bounded before it runs.

Numbers are numbers here (CEL itself refuses 2 * 1.5): every number becomes a double and whole results come back as
int. Dates come in as moments, timestamp("2026-12-31") and duration("PT2H") read what forms and workflows write.
"""

import datetime as dt
import functools
import math
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from flowtic.core import clock, comparison, durations, formula_cost, localised, paths
from flowtic.core import formula_syntax as syntax
from flowtic.core.formula_syntax import FormulaError, Node

if TYPE_CHECKING:
    from flowtic.core.conditions import FieldInfo

__all__ = ["FormulaError", "check", "evaluate", "names", "words"]

LONGEST_LIST, LONGEST_TEXT, MOST_VALUES, MOST_CHARACTERS = 200, 20_000, 1000, 200_000
_DEEPEST_VALUE = 10
_NUMBERS = ("size", *syntax.MOMENT_METHODS)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class _Formula:
    tree: Node
    paths: tuple[syntax.Path, ...]
    program: Any


def check(text: Any) -> str:
    """'' when the formula can be used, else a sentence that says what is wrong with it."""
    try:
        _compiled(text) if isinstance(text, str) else syntax.parse(text)
    except FormulaError as error:
        return str(error)
    return ""


def names(text: Any) -> set[str]:
    """The fields the formula reads, as dotted paths; none for a text that is no formula."""
    try:
        return {path.name for path in syntax.paths(syntax.parse(text))}
    except FormulaError:
        return set()


def words(text: str, fields: "Mapping[str, FieldInfo] | None" = None) -> str:
    """The formula as it is written, with the labels of fields in place of their keys."""
    try:
        found = sorted(syntax.paths(syntax.parse(text)), key=lambda path: path.start, reverse=True)
    except FormulaError:
        return text.strip() if isinstance(text, str) and text.strip() else "–"
    said = text
    for path in found:
        info = (fields or {}).get(path.name)
        label = localised.text(info.label) if info else ""
        if label:
            said = f"{said[: path.start]}{label}{said[path.end :]}"
    return " ".join(said.split())


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """The formula's answer as plain data (text, number, true/false, None, list, dict).

    Fields without a value are null. Raises FormulaError with a sentence, within a tenth of a second whatever comes in.
    """
    if not isinstance(text, str):
        raise FormulaError(_("The formula is empty."))
    formula = _compiled(text)
    try:
        taken = _taken(formula, values)
        formula_cost.cost(formula.tree, functools.partial(paths.find, taken))
    except formula_cost.OverBudget:
        raise FormulaError(_("The formula would take too long with these values.")) from None
    except RecursionError:
        raise FormulaError(_("A value is nested too deeply for a formula.")) from None
    faults: list[str] = []
    try:
        answer = formula.program.execute(_context(taken, faults))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise FormulaError(faults[0] if faults else _sentence(error)) from None
    if faults:
        raise FormulaError(faults[0])
    return _outgoing(answer)


def warm() -> None:
    """Loads what the first formula of a process would wait for."""
    evaluate("1 + 1", {})


@functools.cache
def _library() -> Any:
    """The CEL library, without the command line that its package brings: that alone loads a terminal toolkit, for half
    a second and more."""
    sys.modules.setdefault("cel.cli", types.ModuleType("cel.cli"))
    import cel

    return cel


@functools.lru_cache(maxsize=1000)
def _compiled(text: str) -> _Formula:
    tree = syntax.parse(text)
    try:
        program = _library().compile(_written(tree))
    except Exception:
        raise FormulaError(_("The formula cannot be read.")) from None
    return _Formula(tree, tuple(syntax.paths(tree)), program)


def _written(tree: Node) -> str:
    """The tree as CEL text, every number a double."""
    parts = [_written(part) for part in tree.parts]
    writer = _WRITERS.get(tree.kind)
    return writer(tree, parts) if writer else tree.value


def _write_number(tree: Node, parts: list[str]) -> str:
    number = float(tree.value)
    if math.isinf(number) or len(tree.value) > 30:
        raise FormulaError(_("The number %(number)s is too large.") % {"number": tree.value[:20]})
    return repr(number)


def _write_text(tree: Node, parts: list[str]) -> str:
    if any(ord(sign) < 32 and sign not in _ESCAPES for sign in tree.value):
        raise FormulaError(_("A text in the formula has signs that cannot be seen."))
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in tree.value) + '"'


def _write_map(tree: Node, parts: list[str]) -> str:
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def _write_binary(tree: Node, parts: list[str]) -> str:
    if tree.value in ("/", "%"):
        return f"{'divided' if tree.value == '/' else 'remainder'}__({parts[0]}, {parts[1]})"
    return f"({parts[0]} {tree.value} {parts[1]})"


def _write_call(tree: Node, parts: list[str]) -> str:
    name, inner = tree.value, parts[0]
    if name in ("timestamp", "duration", "string"):
        return f"{name}__({inner})"
    if name == "int":
        return f"double(int({inner}))"
    return f"double({name}({inner}))" if name == "size" else f"{name}({inner})"


def _write_method(tree: Node, parts: list[str]) -> str:
    call = f"{parts[0]}.{tree.value}({', '.join(parts[1:])})"
    return f"double({call})" if tree.value in _NUMBERS else call


def _write_index(tree: Node, parts: list[str]) -> str:
    place = tree.parts[1]
    return f"{parts[0]}[{place.value if place.kind == 'number' and place.value.isdigit() else parts[1]}]"


_WRITERS: dict[str, Callable[[Node, list[str]], str]] = {
    "number": _write_number,
    "text": _write_text,
    "list": lambda tree, parts: f"[{', '.join(parts)}]",
    "map": _write_map,
    "member": lambda tree, parts: f"{parts[0]}.{tree.value}",
    "index": _write_index,
    "call": _write_call,
    "method": _write_method,
    "macro": lambda tree, parts: f"{parts[0]}.{tree.value}({', '.join(parts[1:])})",
    "not": lambda tree, parts: f"(!{parts[0]})",
    "minus": lambda tree, parts: f"(-{parts[0]})",
    "binary": _write_binary,
    "choice": lambda tree, parts: f"({parts[0]} ? {parts[1]} : {parts[2]})",
}


def _taken(formula: _Formula, values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the values the formula names, nested, as CEL takes them; what is missing is None."""
    budget = _Budget()
    result: dict[str, Any] = {}
    # Short paths first: with "ticket" as a whole there, "ticket.priority" is inside already.
    for path in sorted(formula.paths, key=lambda one: (len(one.name), one.asked)):
        *folders, last = path.name.split(".")
        place: Any = result
        for folder in folders:
            place = place.setdefault(folder, {}) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last in place:
            continue
        value = paths.find(values, path.name)
        if value is not None or not path.asked:
            place[last] = budget.incoming(value)
    return result


class _Budget:
    """Counts what goes into one formula."""

    def __init__(self) -> None:
        self.values = 0
        self.characters = 0

    def incoming(self, value: Any, depth: int = 0) -> Any:
        """The value as CEL takes it."""
        self.values += 1
        if self.values > MOST_VALUES or depth > _DEEPEST_VALUE:
            raise FormulaError(_("The values are too many or nested too deeply for a formula."))
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            if len(value) > LONGEST_LIST:
                raise self.too_long()
            return {self.text(str(key)): self.incoming(one, depth + 1) for key, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            if len(value) > LONGEST_LIST:
                raise self.too_long()
            return [self.incoming(one, depth + 1) for one in value]
        return _scalar(value)

    def too_long(self) -> FormulaError:
        return FormulaError(_("A list has more than %(n)d entries, too many for a formula.") % {"n": LONGEST_LIST})

    def text(self, value: str) -> str:
        self.characters += len(value)
        if len(value) > LONGEST_TEXT or self.characters > MOST_CHARACTERS:
            raise FormulaError(_("A text is too long for a formula."))
        # Half a character (a lone surrogate) cannot leave Python.
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool | timedelta):
        return value
    if isinstance(value, int | float | Decimal):
        try:
            return float(value)
        except (OverflowError, ValueError):
            raise FormulaError(_("A number is too large for a formula.")) from None
    if isinstance(value, date):
        return _local(value)
    return str(value)[:LONGEST_TEXT]


def _local(value: date) -> datetime:
    """The moment (a date: its midnight) in local time, with the plain offset the library asks for."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    try:
        local = timezone.localtime(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)
    except (OverflowError, ValueError):
        raise FormulaError(_("A date is out of range.")) from None
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or timedelta()))


def _context(values: dict[str, Any], faults: list[str]) -> Any:
    """The values with the functions that CEL does not have as we need them. They note faults instead of raising,
    because the library prints every exception that leaves a function."""

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except ZeroDivisionError:
                faults.append(_("The formula divides by zero."))
            except (TypeError, ValueError, ArithmeticError):
                faults.append(_("A value in the formula is empty or of another kind than expected."))
            return None

        return run

    context = _library().Context(values)
    for name, function in (
        ("divided__", _divided),
        ("remainder__", _remainder),
        ("timestamp__", _timestamp),
        ("duration__", _duration),
        ("string__", _string),
    ):
        context.add_function(name, noting(function))
    return context


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _divided(one: Any, other: Any) -> float:
    return _number(one) / _number(other)


def _remainder(one: Any, other: Any) -> float:
    return math.fmod(_number(one), _number(other)) if _number(other) else _number(one) / 0


def _timestamp(value: Any) -> datetime:
    if not isinstance(value, str | date) or (isinstance(value, str) and value.startswith(("P", "-P"))):
        raise TypeError
    found = comparison.moment(value, clock.now())
    if found is None:
        raise ValueError
    return _local(found)


def _duration(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else durations.parse(value)


def _string(value: Any) -> str:
    """As results are written; the library's own string() gets negative lengths of time wrong."""
    if value is None or isinstance(value, list | dict):
        raise TypeError
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    return str(_outgoing(value))


def _outgoing(value: Any, depth: int = 0) -> Any:
    """A result of CEL as plain data."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise FormulaError(_("The result of the formula is no number."))
        rounded = float(f"{value:.15g}")  # 0.1 + 0.2 is 0.3 for people
        return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return durations.text(value)
    if isinstance(value, list) and depth < _DEEPEST_VALUE * 2:
        return [_outgoing(one, depth + 1) for one in value]
    if isinstance(value, dict) and depth < _DEEPEST_VALUE * 2:
        return {str(key): _outgoing(one, depth + 1) for key, one in value.items()}
    raise FormulaError(_("The result of the formula cannot be used."))


def _sentence(error: BaseException) -> str:
    """What went wrong inside CEL, without its advice for programmers."""
    if isinstance(error, KeyError):
        return _("The formula reads something that is not there: %(name)s.") % {"name": str(error.args[0])[:60]}
    if isinstance(error, OverflowError | ZeroDivisionError):
        return _("A number in the formula became too large or was divided by zero.")
    if "regex" in str(error):
        return _("A pattern in the formula is not valid.")
    return _("A value in the formula is empty or of another kind than expected.")
