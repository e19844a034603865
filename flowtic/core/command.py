"""`@command`: the frame around every change of state."""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from flowtic.core.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
# MySQL: 1205 lock wait time-out, 1213 deadlock. SQLite reports a lock by text only.
_DEADLOCK = 1213
_LOCK_CODES = {1205, _DEADLOCK}

registry: dict[str, Callable[..., object]] = {}


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Runs the function in one transaction; all of it happens or nothing.

    Inside another command it joins that one's transaction. The outermost one is repeated when the database chose it
    as the victim of a deadlock, and raises Busy when that does not help.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _inside_command():
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if not is_lock_error(error):
                    raise
                if attempt == ATTEMPTS:
                    raise Busy from error
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    registry[f"{function.__module__}.{function.__name__}"] = run
    return run


def is_lock_error(error: OperationalError) -> bool:
    """Whether the statement failed only because another transaction held the lock."""
    code = error.args[0] if error.args else None
    return code in _LOCK_CODES or "database is locked" in str(error)


def is_deadlock(error: OperationalError) -> bool:
    """Whether the database ended this transaction so that another one can go on: repeating it at once makes sense."""
    return bool(error.args) and error.args[0] == _DEADLOCK


def _inside_command() -> bool:
    # A test case's own transaction is not a command: refusals must roll back to it, not break it.
    return connection.in_atomic_block and not getattr(connection.atomic_blocks[-1], "_from_testcase", False)
