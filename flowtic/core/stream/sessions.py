"""Who is behind a session cookie, asked without a request and without changing the session."""

from collections.abc import Collection
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from flowtic.core.actor import Actor


def actor_of(key: str) -> Actor | None:
    """The active person whose session it is, else None."""
    if not key:
        return None
    stored = import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    user = _user_of(stored)
    actor = Actor(user, "web")
    return actor if user is not None and _is_theirs(stored, user) and actor.is_person else None


def actors_of(keys: Collection[str]) -> dict[str, Actor]:
    """The same for many, in two questions. Rows are asked, not a cache: who was logged out is out."""
    rows = Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    stored = {row.session_key: row.get_decoded() for row in rows}
    ids = {data[SESSION_KEY] for data in stored.values() if data.get(SESSION_KEY)}
    users = {str(user.pk): user for user in get_user_model()._default_manager.filter(pk__in=ids)}
    # One actor per person: what it works out about rights is then asked once.
    actors = {pk: Actor(user, "web") for pk, user in users.items()}
    found: dict[str, Actor] = {}
    for key, data in stored.items():
        actor = actors.get(str(data.get(SESSION_KEY)))
        if actor is not None and actor.is_person and _is_theirs(data, actor.user):
            found[key] = actor
    return found


def _user_of(stored: dict[str, Any]) -> Any:
    pk = stored.get(SESSION_KEY)
    return get_user_model()._default_manager.filter(pk=pk).first() if pk else None


def _is_theirs(stored: dict[str, Any], user: Any) -> bool:
    """Whether the session was made with the password of today (as Django's own check, which would renew it)."""
    given = stored.get(HASH_SESSION_KEY) or ""
    usable = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, known) for known in usable)
