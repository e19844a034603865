"""What an error page says of a missing right: its sentence, which roles have it, who gives roles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flowtic.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Right:
    action: str
    sentence: str
    granted_by: Sequence[str]
    admins: Sequence[str] = ()


Explain = Callable[[Actor | None, str], Right | None]
_explain: list[Explain] = []


def explain_with(function: Explain) -> Explain:
    """Registers the function that knows the words; the last one counts."""
    _explain[:] = [function]
    return function


def right_words(actor: Actor | None, action: Any) -> Right | None:
    """None where nobody knows better; an error page must not fail for want of words."""
    if not action or not _explain:
        return None
    try:
        return _explain[0](actor, str(action))
    except Exception:
        return None
