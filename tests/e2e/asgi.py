"""A live server that also speaks the stream: uvicorn in a thread, on the test's database."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from flowtic.core.stream import door, poller
from flowtic.processes.bridge import WSGIBridge


class Server:
    """Its address; `cut` hangs up on all streams and refuses new ones until `mend`."""

    def __init__(self) -> None:
        self.url, self.is_cut = "", False

    def cut(self) -> None:
        self.is_cut = True
        running = poller._poller
        running.loop.call_soon_threadsafe(running.hub.close)

    def mend(self) -> None:
        self.is_cut = False

    async def refuse(self, scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def streaming_server() -> Iterator[Server]:
    """Runs until the block is left. Open streams do not keep it from stopping."""
    found = Server()
    django = StaticFilesHandler(WSGIHandler())

    def answer(environ, start_response):
        try:
            return django(environ, start_response)
        finally:
            connections.close_all()

    bridge = WSGIBridge(answer, threads=4, max_body=10_000_000)

    async def application(scope, receive, send):
        stream = found.refuse if found.is_cut else door.application
        await (stream if scope["path"] == "/events" else bridge)(scope, receive, send)

    config = uvicorn.Config(application, host="127.0.0.1", port=0, lifespan="off", log_level="error")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    found.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        poller.stop()
        server.should_exit = True
        thread.join(10)
        bridge.close()
