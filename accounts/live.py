"""The topic `me` on the stream: a notification for this person has come."""

from collections.abc import Iterable, Sequence

from accounts.models import Notification
from flowtic.core.actor import Actor
from flowtic.core.stream.feeds import Tail
from flowtic.core.stream.topics import Fact, Message

ME, KIND = "me", "notification"


class MyChannel:
    def may_follow(self, actor: Actor, topics: Iterable[str]) -> set[str]:
        return {ME} if actor.is_person else set()

    def topics_of(self, fact: Fact) -> Iterable[str]:
        return (ME,) if fact.kind == KIND else ()

    def heard(self, actor: Actor, topics: set[str], facts: Sequence[Fact]) -> list[Message]:
        if ME not in topics:
            return []
        return [Message(ME, fact.ticket_id, KIND) for fact in facts if _is_mine(actor, fact)]


def _is_mine(actor: Actor, fact: Fact) -> bool:
    return fact.kind == KIND and actor.is_person and fact.person_id == actor.user.pk


class NotificationFeed:
    """New rows of everybody's notifications."""

    def __init__(self) -> None:
        self.tail = Tail(Notification.objects.all)

    def read(self, topics: set[str]) -> list[Fact]:
        if ME not in topics:
            return []
        ids, _many = self.tail.fresh()
        rows = Notification.objects.filter(pk__in=ids, in_app=True) if ids else Notification.objects.none()
        found = rows.order_by("pk").values_list("ticket_id", "person_id")
        return [Fact(KIND, ticket_id=ticket, person_id=person) for ticket, person in found]
