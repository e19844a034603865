"""Takes the text out of the vendor's answers, whatever they look like."""

from typing import Any

from ai_assist.providers.base import Answer, OnText, ProviderError
from ai_assist.providers.openai.errors import sentence_of

_MOST_TOKENS = 10_000_000


def read_whole(answer: Any, most: int, attempt: int) -> Answer:
    """An answer that came in one piece."""
    choices = getattr(answer, "choices", None)
    if not choices:
        raise ProviderError("bad_answer", sentence_of("bad_answer"), status=200, attempts=attempt)
    text = choices[0].message.content or ""
    return _answer(text, getattr(answer, "usage", None), choices[0].finish_reason, most, attempt)


def read_stream(stream: Any, on_text: OnText, most: int, attempt: int) -> Answer:
    """An answer that grows; `on_text` gets everything so far."""
    if not hasattr(stream, "response"):
        raise ProviderError("bad_answer", sentence_of("bad_answer"), status=200, attempts=attempt)
    parts: list[str] = []
    length, usage, finish = 0, None, None
    for chunk in stream:
        usage = getattr(chunk, "usage", None) or usage
        for choice in (chunk.choices or [])[:1]:
            finish = choice.finish_reason or finish
            piece = (choice.delta.content if choice.delta else None) or ""
            if not isinstance(piece, str):
                raise ProviderError("bad_answer", sentence_of("bad_answer"), status=200, attempts=attempt)
            if piece:
                parts.append(piece)
                length += len(piece)
                if length > most:
                    raise ProviderError("too_long", sentence_of("too_long"), status=200, attempts=attempt, text="x")
                on_text("".join(parts))
    return _answer("".join(parts), usage, finish, most, attempt)


def _answer(text: Any, usage: Any, finish: Any, most: int, attempt: int) -> Answer:
    if not isinstance(text, str):
        raise ProviderError("bad_answer", sentence_of("bad_answer"), status=200, attempts=attempt)
    if len(text) > most:
        raise ProviderError("too_long", sentence_of("too_long"), status=200, attempts=attempt)
    if not text.strip():
        raise ProviderError("empty", sentence_of("empty"), status=200, attempts=attempt)
    tokens_in, tokens_out = (_count(getattr(usage, name, 0)) for name in ("prompt_tokens", "completion_tokens"))
    return Answer(text, tokens_in, tokens_out, 200, attempt, complete=finish != "length")


def _count(value: Any) -> int:
    """What the service says it used, if that can be true."""
    return value if isinstance(value, int) and 0 < value < _MOST_TOKENS else 0
