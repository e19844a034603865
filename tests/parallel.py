"""Many threads on one database, as in production.

SQLite in memory, where tests run, refuses a second writer at once instead of making it wait. So the threads work on a
copy in a file, and what they did is copied back. On MySQL and MariaDB they work on the test database itself.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connections


def at_once(functions: Sequence[Callable[[], Any]], folder: Path) -> list[Any]:
    """Runs all functions at the same moment, each in a thread with a connection of its own; returns their results.

    For tests with `django_db(transaction=True)`. The first exception of a thread is raised here.
    """
    own = connections["default"]
    own.ensure_connection()
    in_memory = own.vendor == "sqlite" and own.is_in_memory_db()
    path = folder / "threads.sqlite3"
    if in_memory:
        with closing(sqlite3.connect(path)) as file:
            own.connection.backup(file)
    gate, results, errors = threading.Barrier(len(functions)), [None] * len(functions), []

    def run(place: int) -> None:
        if in_memory:
            connections["default"] = type(own)({**own.settings_dict, "NAME": str(path)}, "default")
        try:
            connections["default"].ensure_connection()
            gate.wait(30)
            results[place] = functions[place]()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if in_memory:
        with closing(sqlite3.connect(path)) as file:
            file.backup(own.connection)
    if errors:
        raise errors[0]
    return results
