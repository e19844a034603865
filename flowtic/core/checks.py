"""System checks: an operator's wrong setting is named with a hint before it hurts."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register


@register()
def base_url(**kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme in ("http", "https") and parts.hostname:
        return []
    return [
        Error(
            f"FLOWTIC_BASE_URL is not a web address: {settings.BASE_URL}",
            hint="Give the address people type, e.g. https://help.example.test",
            id="flowtic.E001",
        )
    ]


@register()
def time_zone(**kwargs: Any) -> list[CheckMessage]:
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return [
            Error(
                f"FLOWTIC_TIME_ZONE is unknown: {settings.TIME_ZONE}",
                hint="Use a name such as Europe/Berlin.",
                id="flowtic.E002",
            )
        ]
    return []


@register()
def days(**kwargs: Any) -> list[CheckMessage]:
    wrong = [name for name in ("FLOWTIC_AUTO_CLOSE_DAYS", "FLOWTIC_REOPEN_DAYS") if getattr(settings, name) < 0]
    return [Error(f"{name} is negative.", hint="0 switches it off.", id="flowtic.E003") for name in wrong]


@register()
def secret_key(**kwargs: Any) -> list[CheckMessage]:
    """A key that somebody typed or copied from an example lets anybody forge sessions and links."""
    key = str(settings.SECRET_KEY)
    if len(key) >= 32 and len(set(key)) >= 10 and not key.startswith("django-insecure-"):
        return []
    return [
        Error(
            "FLOWTIC_SECRET_KEY can be guessed.",
            hint="Leave it away (one is made in the data folder), or: python3 -c 'import secrets; "
            "print(secrets.token_urlsafe(64))'",
            id="flowtic.E005",
        )
    ]


@register()
def mysql_driver(**kwargs: Any) -> list[CheckMessage]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("mysql"):
        return []
    options = settings.DATABASES["default"]["OPTIONS"]
    if options.get("isolation_level") != "read committed":
        return [
            Error(
                "MySQL must run with isolation level READ COMMITTED.",
                hint="Remove isolation_level from DATABASE_URL.",
                id="flowtic.E004",
            )
        ]
    return []


@register()
def outgoing(**kwargs: Any) -> list[CheckMessage]:
    from flowtic.core.outgoing.addresses import parse_allowed

    try:
        parse_allowed(settings.FLOWTIC_OUTGOING_ALLOWED)
    except ValueError as error:
        return [
            Error(
                f"FLOWTIC_OUTGOING_ALLOWED has an entry that is neither network nor host: {error}",
                hint="Give entries such as 10.1.0.0/16 or intranet.example:8443, separated by commas.",
                id="flowtic.E006",
            )
        ]
    return []


@register(deploy=True)
def production(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        found.append(
            checks.Warning(
                "E-mail is only printed to the console.",
                hint="Set FLOWTIC_EMAIL_URL, e.g. smtp+tls://user:password@mail.example.test:587",
                id="flowtic.W001",
            )
        )
    if settings.REDIS_URL and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            checks.Warning(
                "Redis is used with SQLite: several machines cannot share one SQLite file.",
                hint="Set DATABASE_URL to a MySQL or MariaDB server.",
                id="flowtic.W002",
            )
        )
    return found
