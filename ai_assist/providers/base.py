"""What goes to a language model and what comes back, whoever offers it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

# Together with every repetition; whatever an administrator sets.
LONGEST_TIMEOUT = 60
DEFAULT_TIMEOUT = 20
# What an answer may weigh on the wire, and in characters.
MOST_BYTES, MOST_CHARACTERS = 2_000_000, 40_000

Message = dict[str, str]
OnText = Callable[[str], None]


@dataclass(frozen=True)
class Call:
    """One question. `schema`: the answer has to be JSON that fits it (the service is told; who calls checks)."""

    base_url: str
    api_key: str
    model: str
    messages: Sequence[Message]
    max_output_tokens: int
    timeout: float = DEFAULT_TIMEOUT
    schema: dict[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """The text; token counts are 0 where the service did not say. `complete`: not cut at the longest answer."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    status: int = 200
    attempts: int = 1
    complete: bool = True


class ProviderError(Exception):
    """No usable answer: a stable `code`, a sentence for people, and what had come until then.

    Codes: refused, dns, connect, tls, timeout, unauthorized, bad_request, rate_limited, server_error, bad_answer,
    empty, too_long.
    """

    def __init__(self, code: str, sentence: str, *, status: int | None = None, attempts: int = 1, text: str = ""):
        self.code, self.sentence, self.status, self.attempts, self.text = code, sentence, status, attempts, text
        super().__init__(sentence)

    @property
    def server_is_ill(self) -> bool:
        """Whether asking again at once is useless for everybody: what the breaker counts."""
        return self.code in ("dns", "connect", "tls", "timeout", "rate_limited", "server_error", "bad_answer", "empty")


class Client(Protocol):
    """Something that can ask a model."""

    def complete(self, call: Call, on_text: OnText | None = None) -> Answer:
        """The answer; `on_text` gets the text so far while it grows. Raises ProviderError."""
        ...
