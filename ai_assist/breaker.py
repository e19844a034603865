"""Keeps a service that is down from being asked again and again: closed, open for a while, then one trial.

The state lies in the cache that all processes share; losing it means asking once more.
"""

from datetime import UTC, datetime

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ai_assist.models import Provider
from ai_assist.providers.base import LONGEST_TIMEOUT
from flowtic.core import clock

FAILURES = 4  # in a row
FIRST_PAUSE, LONGEST_PAUSE = 30, 600
_KEPT = 3600


class Open(Exception):
    """The service is not asked now; the text says until when."""


def admit(provider: Provider) -> None:
    """Lets a call through; raises Open while the service is left alone. After the pause one call tries for all."""
    state = _state(provider)
    if not state["until"]:
        return
    if clock.now().timestamp() < state["until"]:
        raise Open(_sentence(provider, state["until"]))
    if not cache.add(f"{_key(provider)}:trial", 1, timeout=LONGEST_TIMEOUT + 5):
        raise Open(
            _("%(name)s did not answer several times and is being tried again just now.") % {"name": provider.name}
        )


def succeeded(provider: Provider) -> None:
    cache.delete_many([_key(provider), f"{_key(provider)}:trial"])


def failed(provider: Provider) -> None:
    """Counts a failure; the fourth in a row, or one of a trial, opens it, each time for longer."""
    state = _state(provider)
    tried = bool(state["until"])
    state["failures"] += 1
    if tried or state["failures"] >= FAILURES:
        pause = min(FIRST_PAUSE * 2 ** state["opened"], LONGEST_PAUSE)
        state |= {"opened": state["opened"] + 1, "until": clock.now().timestamp() + pause}
    cache.set(_key(provider), state, timeout=_KEPT)
    cache.delete(f"{_key(provider)}:trial")


def is_open(provider: Provider) -> bool:
    return clock.now().timestamp() < _state(provider)["until"]


def why(provider: Provider) -> str:
    """A sentence while it is left alone, else ""."""
    return _sentence(provider, _state(provider)["until"]) if is_open(provider) else ""


def _state(provider: Provider) -> dict[str, float | int]:
    found = cache.get(_key(provider))
    return dict(found) if isinstance(found, dict) else {"failures": 0, "opened": 0, "until": 0}


def _key(provider: Provider) -> str:
    return f"ai:breaker:{provider.pk}"


def _sentence(provider: Provider, until: float) -> str:
    at = timezone.localtime(datetime.fromtimestamp(until, UTC))
    return _("%(name)s did not answer several times. It is asked again from %(time)s on.") % {
        "name": provider.name,
        "time": date_format(at, "TIME_FORMAT"),
    }
