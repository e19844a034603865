"""The settings that hold now, each with where it comes from; secrets are named and never shown."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Value = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of docs/configuration.md. `value` answers what holds; None for what is never shown."""

    name: str
    text: str | Promise
    value: Value | None


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    text: str
    value: str
    is_set: bool
    is_secret: bool


def _of(name: str) -> Value:
    return lambda: getattr(settings, name)


def _first(name: str) -> Value:
    """A limit of calls."""
    return lambda: settings.FLOWTIC_RATE_LIMITS[name][0]


def _database() -> str:
    config = settings.DATABASES["default"]
    if config["ENGINE"].endswith("sqlite3"):
        return f"SQLite: {config['NAME']}"
    return f"MySQL: {config.get('HOST') or 'localhost'}:{config.get('PORT') or 3306}/{config['NAME']}"


def _mail() -> str:
    kind = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    return f"{kind}: {settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if kind == "smtp" else kind


def _redis() -> str:
    """Host and number, without the password."""
    parts = urlsplit(settings.REDIS_URL)
    return f"{parts.hostname}:{parts.port or 6379}{parts.path}" if settings.REDIS_URL else ""


def _env(name: str, default: str) -> Value:
    return lambda: os.environ.get(name) or default


GROUPS: dict[str | Promise, tuple[Variable, ...]] = {
    gettext_lazy("Address and security"): (
        Variable("FLOWTIC_BASE_URL", gettext_lazy("The address people type; used in mails"), _of("BASE_URL")),
        Variable("FLOWTIC_ALLOWED_HOSTS", gettext_lazy("Host names that are answered"), _of("ALLOWED_HOSTS")),
        Variable("FLOWTIC_SECRET_KEY", gettext_lazy("Signs sessions and links"), None),
        Variable("FLOWTIC_SECRET_KEY_FALLBACKS", gettext_lazy("Earlier keys that are still accepted"), None),
        Variable(
            "FLOWTIC_TRUSTED_PROXIES",
            gettext_lazy("Proxies whose word about the sender's address is believed"),
            _of("ALLAUTH_TRUSTED_PROXY_COUNT"),
        ),
        Variable(
            "FLOWTIC_BEHIND_TLS_PROXY",
            gettext_lazy("Believe the proxy in front that https was used"),
            lambda: bool(getattr(settings, "SECURE_PROXY_SSL_HEADER", None)),
        ),
        Variable("FLOWTIC_HSTS_SECONDS", gettext_lazy("So long browsers insist on https"), _of("SECURE_HSTS_SECONDS")),
        Variable("FLOWTIC_SIGNUP", gettext_lazy("People may sign up themselves"), _of("FLOWTIC_SIGNUP")),
        Variable("FLOWTIC_DEBUG", gettext_lazy("Error pages with source; never in production"), _of("DEBUG")),
        Variable("FLOWTIC_TEST", gettext_lazy("Set by the tests"), _of("TESTING")),
    ),
    gettext_lazy("Data and services"): (
        Variable("FLOWTIC_DATA_DIR", gettext_lazy("Folder of all state"), _of("DATA_DIR")),
        Variable("DATABASE_URL", gettext_lazy("Database"), _database),
        Variable("REDIS_URL", gettext_lazy("Broker and cache; empty: files in the data folder"), _redis),
        Variable("FLOWTIC_EMAIL_URL", gettext_lazy("Mail server"), _mail),
        Variable("FLOWTIC_DEFAULT_FROM_EMAIL", gettext_lazy("Sender of all mails"), _of("DEFAULT_FROM_EMAIL")),
        Variable("FLOWTIC_STATIC_ROOT", gettext_lazy("Folder of style sheets and scripts"), _of("STATIC_ROOT")),
        Variable(
            "FLOWTIC_OUTGOING_ALLOWED",
            gettext_lazy("Servers outside the internet that may be called"),
            _of("FLOWTIC_OUTGOING_ALLOWED"),
        ),
    ),
    gettext_lazy("Tickets and time"): (
        Variable("FLOWTIC_TIME_ZONE", gettext_lazy("Time zone of people who chose none"), _of("TIME_ZONE")),
        Variable("FLOWTIC_NUMBER_PREFIX", gettext_lazy("Beginning of ticket numbers"), _of("FLOWTIC_NUMBER_PREFIX")),
        Variable(
            "FLOWTIC_AUTO_CLOSE_DAYS",
            gettext_lazy("Days after which resolved tickets close; 0 never"),
            _of("FLOWTIC_AUTO_CLOSE_DAYS"),
        ),
        Variable(
            "FLOWTIC_REOPEN_DAYS", gettext_lazy("Days in which a requester may reopen"), _of("FLOWTIC_REOPEN_DAYS")
        ),
        Variable(
            "FLOWTIC_UNDO_SEND",
            gettext_lazy("Seconds in which a sent reply can be taken back"),
            _of("FLOWTIC_UNDO_SEND"),
        ),
    ),
    gettext_lazy("Limits"): (
        Variable("FLOWTIC_MAX_UPLOAD", gettext_lazy("Bytes of one file"), _of("FLOWTIC_MAX_UPLOAD")),
        Variable("FLOWTIC_MAX_BODY", gettext_lazy("Bytes of one request"), _of("FLOWTIC_MAX_BODY")),
        Variable(
            "FLOWTIC_MAX_AVATAR_PIXELS", gettext_lazy("Pixels of an uploaded picture"), _of("FLOWTIC_MAX_AVATAR_PIXELS")
        ),
        Variable("FLOWTIC_API_CALLS_PER_MINUTE", gettext_lazy("API calls per minute and owner"), _first("api")),
        Variable("FLOWTIC_TICKETS_PER_HOUR", gettext_lazy("New tickets per hour and person"), _first("create_ticket")),
        Variable(
            "FLOWTIC_PUBLIC_TICKETS_PER_HOUR",
            gettext_lazy("Tickets per hour and sender without a login"),
            _first("public_form"),
        ),
        Variable(
            "FLOWTIC_PUBLIC_TICKETS_PER_FORM_AND_HOUR",
            gettext_lazy("Tickets per hour through one public form"),
            _first("public_form_all"),
        ),
    ),
    gettext_lazy("Processes and logs"): (
        Variable("FLOWTIC_WEB_PROCESSES", gettext_lazy("Web processes"), _env("FLOWTIC_WEB_PROCESSES", "1")),
        Variable("FLOWTIC_WEB_THREADS", gettext_lazy("Threads of one web process"), _env("FLOWTIC_WEB_THREADS", "4")),
        Variable(
            "FLOWTIC_WORKER_PROCESSES", gettext_lazy("Processes of one worker"), _env("FLOWTIC_WORKER_PROCESSES", "1")
        ),
        Variable("FLOWTIC_PORT", gettext_lazy("Port that the health probe asks"), _env("FLOWTIC_PORT", "8000")),
        Variable("FLOWTIC_LOG_LEVEL", gettext_lazy("How much is written to the log"), _of("LOG_LEVEL")),
        Variable("FLOWTIC_LOG_FORMAT", gettext_lazy("Lines for people or for machines"), _of("LOG_FORMAT")),
    ),
}


def groups() -> list[tuple[str, list[Row]]]:
    return [(str(label), [_row(variable) for variable in rows]) for label, rows in GROUPS.items()]


def _row(variable: Variable) -> Row:
    secret = variable.value is None
    # Set to nothing is as good as not set.
    is_set = bool(os.environ.get(variable.name))
    shown = (_("set") if is_set else _("made by Flowtic")) if secret else _words(variable.value())  # type: ignore[misc]
    if secret and variable.name.endswith("FALLBACKS") and not is_set:
        shown = "–"
    return Row(variable.name, str(variable.text), shown, is_set, secret)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in ("", None) else "–"
