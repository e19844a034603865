"""Redis as cache that may be gone for a while: then nothing is found and nothing is kept, and everything goes on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger("flowtic.cache")


def _broken() -> tuple[type[Exception], ...]:
    """What redis-py raises when the server does not answer; imported when a cache exists, as Django does."""
    from redis import exceptions

    return (exceptions.ConnectionError, exceptions.TimeoutError)


def _unless_gone(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """The method `name` of Django's backend; with a server that is gone the answer of an empty cache."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except _broken() as error:
            log.warning("cache_gone", operation=name, error=str(error))
            return answer(*args, **kwargs)

    return call


def _not_there(key: str, *_args: Any, **_kwargs: Any) -> int:
    raise ValueError(f"Key '{key}' not found.")


class SurvivingRedisCache(RedisCache):
    """Counts begin anew while the server is gone: limits let calls pass instead of refusing all of them."""

    get = _unless_gone("get", lambda key, default=None, version=None: default)
    get_many = _unless_gone("get_many", lambda keys, version=None: {})
    has_key = _unless_gone("has_key", lambda key, version=None: False)
    add = _unless_gone("add", lambda *args, **kwargs: True)
    set = _unless_gone("set", lambda *args, **kwargs: None)
    set_many = _unless_gone("set_many", lambda data, *args, **kwargs: list(data))
    touch = _unless_gone("touch", lambda *args, **kwargs: False)
    delete = _unless_gone("delete", lambda *args, **kwargs: False)
    delete_many = _unless_gone("delete_many", lambda *args, **kwargs: None)
    incr = _unless_gone("incr", _not_there)
    clear = _unless_gone("clear", lambda: False)
