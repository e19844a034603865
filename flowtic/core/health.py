"""Health endpoints: is the process alive, can it work."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from flowtic.core import outbox

MAX_WAIT = timedelta(seconds=60)
_known: dict[str, bool] = {"migrations": False}  # once applied they stay applied: asked only until then


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, migrations, cache and the age of waiting work; 503 with reasons."""
    problems: dict[str, Any] = {}
    for name, check in (("database", _database), ("migrations", _migrations), ("cache", _cache), ("outbox", _outbox)):
        try:
            wrong = check()
        except Exception as error:
            wrong = type(error).__name__
        if wrong:
            problems[name] = wrong
        if name == "database" and wrong:
            break
    return JsonResponse(
        {"status": "error" if problems else "ok", "problems": problems}, status=503 if problems else 200
    )


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    if not _known["migrations"]:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return f"{len(waiting)} migrations are not applied"
        _known["migrations"] = True
    return ""


def _cache() -> str:
    cache.set("health", "1", 10)
    return "" if cache.get("health") == "1" else "the cache forgets"


def _outbox() -> str:
    age = outbox.oldest_waiting()
    return f"the oldest waiting work is {int(age.total_seconds())} s old" if age and age > MAX_WAIT else ""
