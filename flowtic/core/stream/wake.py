"""With Redis every committed change wakes the streams of all machines at once; a wake that is lost is only late."""

import asyncio
import functools
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

log = structlog.get_logger("flowtic.stream")

CHANNEL = "flowtic:events"
# Without Redis, or while it is gone, streams look this often; with it only for what was lost.
FAST, SLOW = 0.4, 5.0
AGAIN = 5.0


def after_commit() -> None:
    """Called for every recorded event, inside its transaction."""
    if settings.REDIS_URL:
        transaction.on_commit(_publish)


def _publish() -> None:
    try:
        _client().publish(CHANNEL, b"")
    except Exception as error:
        log.warning("wake_failed", error=str(error))


@functools.cache
def _client() -> Any:
    import redis

    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


class Alarm:
    """What the poller waits on between two looks."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.connected = False
        self.task = asyncio.create_task(self._listen()) if settings.REDIS_URL else None

    async def wait(self) -> None:
        """Returns when something was committed, or when it is time to look anyway."""
        try:
            async with asyncio.timeout(SLOW if self.connected else FAST):
                await self.rung.wait()
        except TimeoutError:
            pass
        self.rung.clear()

    def close(self) -> None:
        if self.task is not None:
            self.task.cancel()

    async def _listen(self) -> None:
        from redis import asyncio as redis

        while True:
            try:
                server = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3)
                async with server as client, client.pubsub() as sub:
                    await sub.subscribe(CHANNEL)
                    self.connected = True
                    async for _message in sub.listen():
                        self.rung.set()
            except Exception as error:
                log.warning("wake_listener_failed", error=str(error))
            self.connected = False
            await asyncio.sleep(AGAIN)
