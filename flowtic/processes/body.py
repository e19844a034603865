"""Reads a request body in the event loop, within a limit, large ones into a temporary file."""

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY = 512 * 1024
# A client that sends nothing for so long has gone or holds the connection on purpose.
SILENCE = 60.0
DRAIN_SECONDS, DRAIN_BYTES = 5.0, 256 * 1024 * 1024


class BodyTooLarge(Exception):
    """The body is, or says that it will be, above the limit."""


class ClientGone(Exception):
    """The client hung up or fell silent before its request was complete."""


async def read_body(scope: MutableMapping[str, Any], receive: Receive, limit: int) -> tuple[IO[bytes], int]:
    """The whole body as a readable file at its start, and its length."""
    declared = declared_length(scope)
    if declared == 0:
        return io.BytesIO(), 0
    if declared is not None and declared > limit:
        raise BodyTooLarge
    message = await _next(receive)
    first: bytes = message.get("body", b"")
    if len(first) > limit:
        raise BodyTooLarge
    if not message.get("more_body", False):
        return io.BytesIO(first), len(first)
    return await _read_rest(first, receive, limit)


async def _read_rest(first: bytes, receive: Receive, limit: int) -> tuple[IO[bytes], int]:
    # Never created on disk unless the body outgrows the memory it may take.
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        length, more = len(first), True
        body.write(first)
        while more:
            message = await _next(receive)
            block = message.get("body", b"")
            length += len(block)
            if length > limit:
                raise BodyTooLarge
            body.write(block)
            more = message.get("more_body", False)
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body, length


async def _next(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(SILENCE):
            message = await receive()
    except TimeoutError:
        raise ClientGone from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message


def declared_length(scope: MutableMapping[str, Any]) -> int | None:
    """What the headers say about the length: 0 without a body, None when it comes in chunks of any number."""
    length: int | None = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value) if value.isdigit() else None
    return length


async def drain(receive: Receive) -> None:
    """Read and drop what a refused client still sends, for a bounded time and amount."""
    until, left = time.monotonic() + DRAIN_SECONDS, DRAIN_BYTES
    while left > 0 and (seconds := until - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            return
        left -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return
