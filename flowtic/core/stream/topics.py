"""Topics of the stream. An app registers a channel: which topics a person may follow, and what they may hear now."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flowtic.core.actor import Actor

# Instead of more than a page should fetch one by one: "a lot changed, look at everything again".
MANY = "many"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: a row of the event table, or (id 0) a sign from a feed of an app."""

    kind: str
    id: int = 0
    ticket_id: int | None = None
    by: int | None = None
    public: bool = False
    # Whom it is about, where it concerns one person: a notification, a changed account.
    person_id: int | None = None
    # The department a ticket has just left: who works there may know that it is gone.
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What one listener is told."""

    topic: str
    ticket: int | None
    kind: str
    by: int | None = None
    id: int = 0

    def encoded(self) -> bytes:
        """The lines of the stream. Only rows of the event table have an id to continue from."""
        data = {"topic": self.topic, "ticket": self.ticket, "kind": self.kind, "by": self.by}
        mark = f"id: {self.id}\n" if self.id else ""
        return f"{mark}data: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class Channel(Protocol):
    """`may_follow` is asked when somebody comes, `heard` at every fact: rights are those of that moment."""

    def may_follow(self, actor: Actor, topics: Iterable[str]) -> set[str]: ...

    def topics_of(self, fact: Fact) -> Iterable[str]: ...

    def heard(self, actor: Actor, topics: set[str], facts: Sequence[Fact]) -> list[Message]: ...


_channels: dict[str, Channel] = {}


def channel(key: str, given: Channel) -> Channel:
    """Registers a channel in AppConfig.ready(); the same key replaces it."""
    _channels[key] = given
    return given


def may_follow(actor: Actor, topics: Iterable[str]) -> set[str]:
    """Those of the topics that exist for the actor. What is foreign is as unknown as what does not exist."""
    wanted = set(topics)
    return set().union(*(one.may_follow(actor, wanted) for one in _channels.values())) & wanted


def topics_of(facts: Iterable[Fact]) -> set[str]:
    """Every topic that one of the facts belongs to; finding out asks no database."""
    return {topic for fact in facts for one in _channels.values() for topic in one.topics_of(fact)}


def heard(actor: Actor, topics: set[str], facts: Sequence[Fact]) -> list[Message]:
    """What the actor is told of the facts, in their order."""
    if any(fact.kind == MANY for fact in facts):
        return [_many(topic, facts[-1].id) for topic in sorted(may_follow(actor, topics))]
    said = [message for one in _channels.values() for message in one.heard(actor, topics, facts)]
    return sorted(said, key=lambda message: message.id)


def _many(topic: str, last: int) -> Message:
    _kind, _dash, number = topic.rpartition("-")
    return Message(topic, int(number) if number.isdigit() else None, MANY, id=last)
