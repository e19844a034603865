"""Numbers beside the views: counted beside the page, capped, and kept for a moment per person."""

from hashlib import sha256

from django.core.cache import cache

from desk.list_views import offered
from desk.queries import TicketList
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.paging import bounded_count

SECONDS = 30
CAP = 99  # more is "99+": a side bar tells much from little, it does not add up
MOST = 30  # views that are counted


def view_counts(actor: Actor) -> dict[str, str]:
    """Key of each view in the side bar -> number as text; '' for a view that cannot be counted."""
    views = offered(actor)[0][:MOST]
    keys = {view.key: _place(actor, view.query) for view in views}
    known = cache.get_many(list(keys.values()))
    found = {view.key: known[keys[view.key]] for view in views if keys[view.key] in known}
    fresh = {view.key: _counted(actor, view.key) for view in views if view.key not in found}
    if fresh:
        cache.set_many({keys[key]: text for key, text in fresh.items()}, SECONDS)
    return {**found, **fresh}


def _place(actor: Actor, query: str) -> str:
    return f"view-count:{actor.user.pk}:{sha256(query.encode()).hexdigest()[:24]}"


def _counted(actor: Actor, key: str) -> str:
    try:
        found = TicketList(actor, {"view": key})
    except CommandError:
        return ""
    return "" if found.broken else bounded_count(found.tickets, CAP)
