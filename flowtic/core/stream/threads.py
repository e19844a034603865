"""The stream's few threads: whatever asks the database leaves the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")

THREADS = 2
pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="stream")


async def on_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Runs it in one of the threads. Its database connections are given back: streams live long and ask seldom."""

    def work() -> T:
        try:
            return function(*arguments)
        finally:
            for connection in connections.all(initialized_only=True):
                connection.close()

    return await asyncio.get_running_loop().run_in_executor(pool, work)
