"""Structured logs: one line per event, with request id, without secrets."""

import logging
import re
import sys
from typing import Any

import structlog

SECRET_NAMES = re.compile(r"(?i)(authorization|cookie|password|passwd|secret|token|api[-_]?key|csrf|session)")
# Whoever has such a link acts as the person it was sent to.
SECRET_LINKS = re.compile(r"(/accounts/(?:confirm-email|password/reset/key)/)[^/\s\"']+")
HIDDEN = "[hidden]"


def hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replaces values whose name says that they are secret, at any depth, and the keys of links sent by mail."""
    return {name: _hidden(name, value) for name, value in event.items()}


def escape_controls(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Line breaks and terminal codes of foreign text as \\n and \\x1b: one event stays one line and paints nothing."""
    return {name: _printable(value) if isinstance(value, str) else value for name, value in event.items()}


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _hidden(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(str(name)):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _hidden(key, item) for key, item in value.items()}
    return SECRET_LINKS.sub(rf"\1{HIDDEN}", value) if isinstance(value, str) else value


def configure(options: dict[str, str]) -> None:
    """Called by Django with settings.LOGGING = {"level": …, "format": "json" | "console"}."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
        structlog.processors.format_exc_info,
    ]
    # JSON escapes control characters by itself.
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if options["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    if options["format"] != "json":
        shared[-1] = escape_controls
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options["level"])
    # Our own middleware writes the request line; the HTTP client's lines would tell addresses with secrets in them.
    for noisy in ("django.server", "uvicorn.access", "httpx2", "httpcore2"):
        logging.getLogger(noisy).setLevel("ERROR")
