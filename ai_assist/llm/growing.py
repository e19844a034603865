"""Saves a growing text on its suggestion; stops the model when nobody waits for it any more."""

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from ai_assist.commands.suggestions import PACE, grow
from ai_assist.models import Suggestion
from ai_assist.providers.base import ProviderError


def growing(suggestion: Suggestion, shown: Callable[[str], str]) -> Callable[[str], None]:
    """For `run(on_text=)`: `shown` makes of the raw text what people may see."""
    last = 0.0

    def save(text: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < PACE:
            return
        last = now
        if not grow(suggestion, shown(text)):
            raise ProviderError("abandoned", _("Nobody waits for this answer any more."), text=text)

    return save
