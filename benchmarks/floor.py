"""The ticket list against its floor: an empty page behind the same middleware, plus the list's own SQL sent directly.

    FLOWTIC_DATA_DIR=/tmp/copy python -m benchmarks.floor [--person agent00@bench.example] [--samples 200]

Reads a database that `benchmarks/load.py` filled (it writes one session: use a copy). All three are timed in turn, in
one process, through the WSGI handler. Prints one JSON line; a ratio above 3 ends with 1.
"""

import argparse
import json
import os
import statistics
import sys
import time
import types
from collections import Counter
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from accounts.models import User
from flowtic import urls

LIMIT = 3.0
LIST, EMPTY = "/tickets?department=it-support&open=true&sort=-created", "/benchmark/empty"
Statement = tuple[str, Any]


def empty(request: HttpRequest) -> HttpResponse:
    """Knows who asks, as every page does, and says nothing."""
    assert request.user.is_authenticated
    return HttpResponse("")


class Desk:
    """The WSGI application with the empty page beside its own, asked by one person who is logged in."""

    def __init__(self, email: str) -> None:
        more = types.ModuleType("benchmarks.floor_urls", "The application's addresses and one more.")
        more.__dict__.update({name: value for name, value in vars(urls).items() if name.startswith("handler")})
        more.__dict__["urlpatterns"] = [path(EMPTY[1:], empty), *urls.urlpatterns]
        sys.modules[more.__name__] = more
        settings.ROOT_URLCONF = more.__name__
        client = Client()
        client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.application, self.factory = WSGIHandler(), RequestFactory()

    def get(self, address: str) -> bytes:
        environ = self.factory.get(address, HTTP_HOST="127.0.0.1", HTTP_COOKIE=self.cookie).environ
        said: list[str] = []
        response = self.application(environ, lambda status, _headers, _info=None: said.append(status))
        body = b"".join(response)
        response.close()
        assert said == ["200 OK"], (address, said)
        return body


def statements(act: Callable[[], object]) -> list[Statement]:
    """What `act` sends to the database."""
    seen: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return seen


def own(whole: list[Statement], ground: list[Statement]) -> list[Statement]:
    """The statements of `whole` that are not in `ground` already."""
    left, found = Counter(sql for sql, _params in ground), []
    for sql, params in whole:
        if left[sql]:
            left[sql] -= 1
        elif sql.startswith("SELECT"):
            found.append((sql, params))
    return found


def send(found: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params in found:
            cursor.execute(sql, params)
            cursor.fetchall()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--person", default="agent00@bench.example")
    parser.add_argument("--samples", type=int, default=200)
    arguments = parser.parse_args()
    desk = Desk(arguments.person)
    for address in (LIST, EMPTY) * 3:  # warm
        desk.get(address)
    found = own(statements(lambda: desk.get(LIST)), statements(lambda: desk.get(EMPTY)))
    acts: dict[str, Callable[[], object]] = {
        "list": lambda: desk.get(LIST),
        "empty": lambda: desk.get(EMPTY),
        "sql": lambda: send(found),
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(arguments.samples):
        for name, act in acts.items():
            started = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - started) * 1000)
    print(json.dumps(result := _summary(times, len(found), len(desk.get(LIST)))))
    return int(result["ratio"]["best"] > LIMIT)


def _summary(times: dict[str, list[float]], queries: int, size: int) -> dict[str, Any]:
    ways: dict[str, Callable[[list[float]], float]] = {"p50": statistics.median, "best": min}
    ms = {name: {way: round(of(taken), 2) for way, of in ways.items()} for name, taken in times.items()}
    ratio = {way: round(ms["list"][way] / (ms["empty"][way] + ms["sql"][way]), 2) for way in ways}
    return {"database": connection.vendor, "queries": queries, "bytes": size, "ms": ms, "ratio": ratio}


if __name__ == "__main__":
    sys.exit(main())
