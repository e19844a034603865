"""Which topics robots ask for: a task of any other topic waits for nobody."""

from collections.abc import Iterable
from hashlib import sha256

from django.core.cache import cache

from workflows.models import WorkItem

# Robots that got work are in the table for good; one that only asks is remembered for so long.
REMEMBERED = 30 * 24 * 3600


def remember(topics: Iterable[str]) -> None:
    """A robot asks for tasks of these topics."""
    keys = {_key(topic) for topic in topics}
    for key in keys - set(cache.get_many(keys)):
        cache.set(key, 1, REMEMBERED)


def has_asked(topic: str) -> bool:
    """Whether a robot has had a task of the topic, or has asked for one not long ago."""
    if cache.get(_key(topic)) is not None:
        return True
    return WorkItem.objects.filter(topic=topic, kind=WorkItem.Kind.EXTERNAL).exclude(worker="").exists()


def _key(topic: str) -> str:
    return f"robot-topic:{sha256(topic.encode()).hexdigest()[:32]}"
