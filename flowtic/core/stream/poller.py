"""One per process while anybody listens: looks what is new and has it told."""

import asyncio
import contextlib
import signal
import time
from types import FrameType
from typing import Any

import structlog

from flowtic.core.stream import feeds
from flowtic.core.stream.hub import Hub
from flowtic.core.stream.threads import on_thread
from flowtic.core.stream.topics import MANY, Fact
from flowtic.core.stream.wake import Alarm

log = structlog.get_logger("flowtic.stream")

# So often people and sessions are looked at where nothing happens.
CHECK_SECONDS = 20.0
AFTER_ERROR = 2.0
READY_WITHIN = 10.0


class Poller:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.hub = Hub()
        self.task: asyncio.Task[None] | None = None
        self.closing = False
        # Set while sources are there: whoever reads what was missed before that could miss what comes in between.
        self.ready = asyncio.Event()
        self.newest = 0  # the last event that everybody was told of
        self._hear_the_end()

    def wake_up(self) -> None:
        """Begins to look, unless it does; called when somebody came."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())

    async def until_ready(self) -> None:
        """Waits until looking has begun; not for ever, when there is no database."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN):
                await self.ready.wait()

    def close(self) -> None:
        self.closing = True
        self.hub.close()

    async def _run(self) -> None:
        """Looks until nobody listens any more. What the database refuses is asked again: browsers stay connected."""
        alarm, sources = Alarm(), list[feeds.Feed]()
        found: list[Fact] = []  # read, and not told yet
        checked = time.monotonic()
        try:
            while self.hub.listeners:
                try:
                    sources = sources or await on_thread(feeds.all_feeds)
                    self.ready.set()
                    await on_thread(_look, sources, self.hub.topics, found)
                    await self.hub.tell(found)
                    self.newest = max([self.newest, *(fact.id for fact in found)])
                    found.clear()
                    if time.monotonic() - checked > CHECK_SECONDS:
                        await self.hub.check()
                        checked = time.monotonic()
                except Exception as error:
                    log.warning("look_failed", error=f"{type(error).__name__}: {error}")
                    await asyncio.sleep(AFTER_ERROR)
                await alarm.wait()
        finally:
            self.ready.clear()
            alarm.close()

    def _hear_the_end(self) -> None:
        """At TERM the server waits for open answers: streams must end by themselves, and the server has no word for it.

        The handler that was there is called as before.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            before: Any = signal.getsignal(number)

            def handle(got: int, frame: FrameType | None, before: Any = before) -> None:
                self.loop.call_soon_threadsafe(self.close)
                if callable(before):
                    before(got, frame)

            if callable(before):
                try:
                    signal.signal(number, handle)
                except ValueError:  # not the main thread: a test's server
                    return


def _look(sources: list[feeds.Feed], topics: set[str], found: list[Fact]) -> None:
    """Adds what is new. What one source gave stays when the next one fails: it is not given twice."""
    for source in sources:
        found += source.read(topics)
    if len(found) > feeds.MOST_AT_ONCE:
        found[:] = [Fact(MANY, id=max(fact.id for fact in found))]


_poller: Poller | None = None


def running() -> Poller:
    """The poller of this event loop."""
    global _poller  # noqa: PLW0603  (one per process)
    if _poller is None or _poller.loop is not asyncio.get_running_loop():
        _poller = Poller()
    return _poller


def stop() -> None:
    """Ends every stream of this process; from any thread."""
    if _poller is not None and not _poller.loop.is_closed():
        _poller.loop.call_soon_threadsafe(_poller.close)
