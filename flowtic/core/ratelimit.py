"""Rate limits per person, token or address: fixed windows counted in the shared cache."""

import time

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from flowtic.core.errors import TooMany


def limit(scope: str, who: str | int) -> None:
    """Counts one call; raises TooMany with `retry_after` seconds when the window of `scope` is full."""
    calls, seconds = settings.FLOWTIC_RATE_LIMITS[scope]
    if calls <= 0:
        return
    window, offset = divmod(int(time.time()), seconds)
    key = f"limit:{scope}:{who}:{window}"
    try:
        used = cache.incr(key)
    except ValueError:  # the first call of this window, or evicted
        used = 1 if cache.add(key, 1, timeout=seconds + 5) else cache.incr(key)
    if seconds > (cache.default_timeout or seconds):
        # Where counting is reading and writing again, the entry falls back to the cache's own life.
        cache.touch(key, timeout=seconds + 5)
    if used > calls:
        wait = seconds - offset
        raise TooMany(
            _("Too many requests. Please try again in %(seconds)s seconds.") % {"seconds": wait}, retry_after=wait
        )
