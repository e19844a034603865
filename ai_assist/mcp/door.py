"""`/mcp`: who is at the door, before the protocol's own library sees the request."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.http.request import split_domain_port, validate_host

from accounts.tokens import authenticate
from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.errors import TooMany

log = structlog.get_logger("flowtic.mcp")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

MAX_BODY = 1_000_000
THREADS = 4

actor_at_door: ContextVar[Actor] = ContextVar("flowtic_mcp_actor")
# Tools and token look-ups touch the database, so they leave the event loop; few threads, as for web requests.
pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="mcp")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI application. 401 without a usable token, 403 for a foreign host or page, 429 above the limit of the API."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not _is_own_host(headers.get("host", "")) or not _is_own_page(headers):
        await _refuse(send, 403, "This host or page may not use this address.")
        return
    kind, _space, token = headers.get("authorization", "").partition(" ")
    try:
        actor = await on_thread(_actor, token.strip()) if kind.lower() == "bearer" else None
    except TooMany as error:
        await _refuse(send, 429, error.message, ("retry-after", str(error.extra["retry_after"])))
        return
    if actor is None:
        await _refuse(send, 401, "Please send the token of an active account.", ("www-authenticate", "Bearer"))
        return
    actor_at_door.set(actor)
    handle = await _running()
    await handle(scope, receive, send)


async def on_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs it in one of the door's threads, with fresh database connections where old ones died."""

    def work() -> Any:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _actor(token: str) -> Actor | None:
    found = authenticate(token)
    if found is None or not found.can_work:
        return None
    ratelimit.limit("api", f"u{found.user.pk}")
    return Actor(found.user, "mcp", scopes=found.scopes)


def _is_own_host(host: str) -> bool:
    allowed = settings.ALLOWED_HOSTS or (["localhost", ".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _is_own_page(headers: dict[str, str]) -> bool:
    """A browser names the page that asks; only pages of this host may."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


async def _refuse(send: Send, status: int, sentence: str, *more: tuple[str, str]) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [("content-type", "application/json"), ("content-length", str(len(body))), *more]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": body})


class _Manager:
    """The protocol's session manager, entered once in a task of its own: a task group must end where it began."""

    def __init__(self) -> None:
        from mcp.server.transport_security import TransportSecuritySettings

        from ai_assist.mcp.server import build_server

        server = build_server()
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            max_request_body_size=MAX_BODY,
            # Hosts and pages were looked at by `application`, with Django's own list.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self.manager = server.session_manager
        self.loop = asyncio.get_running_loop()
        self.ready = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self.manager.run():
            self.ready.set()
            await asyncio.Event().wait()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.ready.wait()
        await self.manager.handle_request(scope, receive, send)


_manager: _Manager | None = None


async def _running() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The manager of this event loop. The library takes over a second to import: at the first use, not at the start."""
    global _manager  # noqa: PLW0603  (one per process)
    if _manager is None or _manager.loop is not asyncio.get_running_loop() or _manager.task.done():
        _manager = _Manager()
    return _manager.handle
