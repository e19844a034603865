"""The cache is allowed to go away: what it knew is forgotten, and nobody gets an error."""

import pytest

from flowtic.core import ratelimit
from flowtic.core.cache_redis import SurvivingRedisCache
from flowtic.core.errors import TooMany
from tests.services import Redis, find_redis

if not find_redis():
    pytest.skip("Redis is not installed", allow_module_level=True)


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def cache(redis):
    return SurvivingRedisCache(redis.url, {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}})


def test_with_a_server_it_is_a_cache(cache):
    assert cache.get("a", 5) == 5
    cache.set("a", 1)
    assert (cache.incr("a"), cache.add("a", 9), cache.get_many(["a", "b"])) == (2, False, {"a": 2})
    assert cache.delete("a")
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")


def test_without_one_it_is_empty(cache, redis):
    cache.set("a", 1)
    redis.stop()
    assert (cache.get("a", 5), cache.get_many(["a"]), cache.has_key("a"), "a" in cache) == (5, {}, False, False)
    assert (cache.add("b", 1), cache.touch("a"), cache.delete("a"), cache.clear()) == (True, False, False, False)
    assert cache.set("a", 2) is None
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.delete_many(["a"]) is None
    assert cache.get_or_set("a", lambda: 7) == 7
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")


def test_it_comes_back_by_itself(cache, redis):
    cache.set("a", 1)
    redis.stop()
    assert cache.get("a") is None
    redis.start()
    redis._wait_until_ready()
    assert cache.get("a") is None
    cache.set("a", 3)
    assert cache.get("a") == 3


def test_limits_let_pass_instead_of_refusing_everybody(cache, redis, monkeypatch, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "api": (2, 3600)}
    monkeypatch.setattr(ratelimit, "cache", cache)
    for _n in range(2):
        ratelimit.limit("api", "x")
    with pytest.raises(TooMany):
        ratelimit.limit("api", "x")
    redis.stop()
    for _n in range(5):
        ratelimit.limit("api", "x")
