"""Who listens in this process, and what they are told. Lives in the event loop; rights are asked in a thread."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flowtic.core.stream import sessions, topics
from flowtic.core.stream.threads import on_thread
from flowtic.core.stream.topics import Fact, Message

MOST_PER_PERSON = 6
MOST_TOPICS = 30
MOST_WAITING = 200


class Full(Exception):
    """The person has as many streams open as one may have."""


@dataclass(eq=False)
class Listener:
    """One open stream. None in the queue ends it."""

    person_id: int
    session: str
    topics: set[str]
    queue: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, message: Message | None) -> bool:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True


class Hub:
    def __init__(self) -> None:
        self.listeners: set[Listener] = set()

    def add(self, listener: Listener) -> None:
        """Raises Full."""
        open_now = Counter(one.person_id for one in self.listeners)
        if open_now[listener.person_id] >= MOST_PER_PERSON:
            raise Full
        self.listeners.add(listener)

    def remove(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    def end(self, listener: Listener) -> None:
        """Hangs up: what still waits is dropped, the browser comes back and reads on from where it was."""
        self.listeners.discard(listener)
        while not listener.queue.empty():
            listener.queue.get_nowait()
        listener.put(None)

    def close(self) -> None:
        for listener in list(self.listeners):
            self.end(listener)

    @property
    def topics(self) -> set[str]:
        return set().union(*(one.topics for one in self.listeners))

    async def tell(self, facts: Sequence[Fact]) -> None:
        """Passes the facts on to everybody who follows one of their topics and may still hear them."""
        if not facts:
            return
        about = {fact.person_id for fact in facts if fact.person_id}
        concerned = topics.topics_of(facts) if all(fact.kind != topics.MANY for fact in facts) else self.topics
        chosen = [one for one in self.listeners if one.topics & concerned or one.person_id in about]
        await self._pass_on(chosen, facts)

    async def check(self) -> None:
        """Hangs up on everybody who may not listen any more."""
        await self._pass_on(list(self.listeners), [])

    async def _pass_on(self, chosen: Sequence[Listener], facts: Sequence[Fact]) -> None:
        if not chosen:
            return
        told = await on_thread(_told, [(one.session, one.person_id, frozenset(one.topics)) for one in chosen], facts)
        for listener, messages in zip(chosen, told, strict=True):
            if messages is None or not all(map(listener.put, messages)):
                self.end(listener)


Who = tuple[str, int, frozenset[str]]


def _told(listeners: Sequence[Who], facts: Sequence[Fact]) -> list[list[Message] | None]:
    """For each listener (session, person, topics) what is said; None for who is out. People and rights as of now."""
    actors = sessions.actors_of({session for session, _person, _topics in listeners})
    same: dict[tuple[int, frozenset[str]], list[Message]] = {}
    found: list[list[Message] | None] = []
    for session, person_id, followed in listeners:
        actor = actors.get(session)
        if actor is None or actor.user.pk != person_id:
            found.append(None)
            continue
        key = (person_id, followed)
        if key not in same:
            same[key] = topics.heard(actor, set(followed), facts) if facts else []
        found.append(same[key])
    return found
