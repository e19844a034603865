"""ASGI entry point: what needs the event loop goes to asynchronous code, the rest to Django's WSGI handler."""

import os
from collections.abc import MutableMapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from flowtic.processes.bridge import Receive, Send, WSGIBridge
from flowtic.wsgi import application as django

# Path -> dotted path of an ASGI application, imported at its first request.
ASYNC_APPLICATIONS: dict[str, str] = {
    "/mcp": "ai_assist.mcp.door.application",
    "/events": "flowtic.core.stream.door.application",
}

bridge = WSGIBridge(
    django,
    threads=int(os.environ.get("FLOWTIC_WEB_THREADS") or 4),
    max_body=settings.FLOWTIC_MAX_BODY,
)


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        dotted = ASYNC_APPLICATIONS.get(scope["path"])
        await (import_string(dotted) if dotted else bridge)(scope, receive, send)
    elif scope["type"] == "lifespan":
        await lifespan(receive, send)
    else:  # websockets are not spoken here
        await send({"type": "websocket.close", "code": 1000})


async def lifespan(receive: Receive, send: Send) -> None:
    """Start at once; at the end let the requests that run finish."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            bridge.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
