"""How much goes out at most: models are paid by tokens, and a ticket may be a megabyte long."""

from collections.abc import Sequence

from ai_assist.providers.base import Message

MOST_TOKENS = 8000
# Three signs a token is on the safe side for German and English.
SIGNS = 3
_GAP = "\n[…]\n"


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return -(-len(text) // SIGNS) + 1


def tokens_of(messages: Sequence[Message]) -> int:
    return sum(tokens(message["content"]) + 4 for message in messages)


def cut(text: str, most: int) -> str:
    """At most so many tokens of a text: its beginning and its end."""
    room = max(0, most * SIGNS)
    if len(text) <= room:
        return text
    head = room * 2 // 3
    tail = max(0, room - head - len(_GAP))
    return text[:head].rstrip() + _GAP + (text[-tail:].lstrip() if tail else "")


def fitted(messages: Sequence[Message], most: int = MOST_TOKENS) -> list[Message]:
    """The messages within the limit: the longest one gives."""
    rows = [dict(message) for message in messages]
    for _round in range(4):
        over = tokens_of(rows) - most
        if over <= 0:
            break
        longest = max(rows, key=lambda row: len(row["content"]))
        longest["content"] = cut(longest["content"], max(50, tokens(longest["content"]) - over - 10))
    return rows
