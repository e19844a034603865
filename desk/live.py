"""The desk on the stream: topics `tickets` (every ticket one works) and `ticket-<key>` (one that is open)."""

from collections.abc import Iterable, Sequence

from accounts import notify
from desk import events, notification_kinds, presence
from desk.milestones import SHOWN_EVENTS
from desk.models import Ticket
from desk.notifying import TicketNotifications
from flowtic.core.actor import Actor
from flowtic.core.stream import feeds
from flowtic.core.stream.topics import Fact, Message, channel

LIST, ONE = "tickets", "ticket-"
# What somebody who only takes part hears of: what the portal shows.
OUTSIDE = frozenset({events.COMMENTED, *SHOWN_EVENTS})
# Seen by people on the ticket's page, of no interest to a list.
ONLY_ON_PAGE = frozenset({presence.KIND})


class TicketChannel:
    """Rights are asked anew for every fact: who lost a department hears nothing more of it."""

    def may_follow(self, actor: Actor, topics: Iterable[str]) -> set[str]:
        wanted = {pk: topic for topic in topics if (pk := _key(topic))}
        seen = Ticket.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True) if wanted else ()
        return {wanted[pk] for pk in seen} | ({LIST} if actor.can_work else set())

    def topics_of(self, fact: Fact) -> Iterable[str]:
        if fact.ticket_id is None:
            return ()
        return (f"{ONE}{fact.ticket_id}",) if fact.kind in ONLY_ON_PAGE else (LIST, f"{ONE}{fact.ticket_id}")

    def heard(self, actor: Actor, topics: set[str], facts: Sequence[Fact]) -> list[Message]:
        about = [fact for fact in facts if fact.ticket_id and topics.intersection(self.topics_of(fact))]
        ids = {fact.ticket_id for fact in about if fact.ticket_id}
        if not ids:
            return []
        inside = set(Ticket.objects.internal_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
        rest = ids - inside if any(f"{ONE}{pk}" in topics for pk in ids - inside) else set()
        outside = set(Ticket.objects.visible_to(actor).filter(pk__in=rest).values_list("pk", flat=True)) if rest else ()
        found: list[Message] = []
        for fact in about:
            if fact.ticket_id in inside:
                found += [_message(topic, fact) for topic in self.topics_of(fact) if topic in topics]
            elif fact.left is not None and actor.can_work and actor.works_in(fact.left) and LIST in topics:
                found.append(_message(LIST, fact))
            elif fact.ticket_id in outside and fact.public and fact.kind in OUTSIDE:
                found.append(_message(f"{ONE}{fact.ticket_id}", fact, by=fact.by if fact.by == actor.user.pk else None))
        return [message for message in found if message.topic in topics]


def _message(topic: str, fact: Fact, by: int | None = -1) -> Message:
    return Message(topic, fact.ticket_id, fact.kind, fact.by if by == -1 else by, fact.id)


def _key(topic: str) -> int | None:
    number = topic.removeprefix(ONE)
    return int(number) if topic.startswith(ONE) and number.isdecimal() and len(number) < 19 else None


class PresenceFeed:
    """Who came to, left or writes in the tickets that are open somewhere: looked up in the cache, not the database."""

    def __init__(self) -> None:
        self.stamps: dict[int, str] = {}

    def read(self, topics: set[str]) -> list[Fact]:
        keys = {pk for topic in topics if (pk := _key(topic))}
        now = presence.stamps(keys)
        changed = [pk for pk, stamp in now.items() if self.stamps.get(pk) != stamp]
        self.stamps = now
        return [Fact(presence.KIND, ticket_id=pk) for pk in sorted(changed)]


def register() -> None:
    """What the desk adds to the stream and to notifications; in AppConfig.ready()."""
    channel("tickets", TicketChannel())
    feeds.feed(PresenceFeed)
    notification_kinds.register()
    notify.describe_with(TicketNotifications())
