"""Serves a WSGI application inside an ASGI server, in a fixed pool of threads.

A request body is read before a thread is taken, so a slow upload costs memory or a temporary file but no thread;
an answer of moderate size leaves the thread in one piece. Database connections live as long as their thread.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from flowtic.processes.body import BodyTooLarge, ClientGone, drain, read_body
from flowtic.processes.environ import build_environ

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WSGIApplication = Callable[..., Iterable[bytes]]

logger = logging.getLogger("flowtic.web")

BLOCK = 64 * 1024
# A client that takes longer than this to accept a block of a streamed answer loses its connection.
SLOWEST_BLOCK = 60.0


class File:
    """PEP 3333's `wsgi.file_wrapper`: marks an answer that can be read outside the request's thread."""

    def __init__(self, file: IO[bytes], block_size: int = BLOCK) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(BLOCK), b"")

    def close(self) -> None:
        self.file.close()


class Answer:
    """What the WSGI application answered: start line, headers and either all bytes or a source of them."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""
        self.file: File | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
        self.status = int(status[:3])
        # Django writes cookies with a space in front, which the server would refuse.
        self.headers = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
        return self._no_write

    @staticmethod
    def _no_write(data: bytes) -> None:
        raise NotImplementedError("the deprecated write() callable is not offered")

    def message(self) -> Message:
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class WSGIBridge:
    def __init__(self, application: WSGIApplication, *, threads: int, max_body: int) -> None:
        self.application = application
        self.max_body = max_body
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="request")
        # Reads files and temporary bodies: never waits for a free request thread.
        self.file_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="file")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            body, length = await read_body(scope, receive, self.max_body)
        except BodyTooLarge:
            await self._refuse(scope, receive, send)
            return
        except ClientGone:
            return
        environ = build_environ(scope, body, length)
        environ["wsgi.file_wrapper"] = File
        answer = Answer()
        streamed = _Stream(loop, send, answer)
        try:
            await loop.run_in_executor(self.pool, self._serve, environ, answer, streamed)
        except Exception:
            logger.exception("the application raised while answering %s", scope["path"])
            if streamed.begun:
                raise
            answer = _plain(500, b"Internal server error\n")
        finally:
            body.close()
        if streamed.begun:
            await send({"type": "http.response.body", "body": b""})
        elif answer.file is not None:
            await self._send_file(loop, send, answer, answer.file)
        else:
            await send(answer.message())
            await send({"type": "http.response.body", "body": answer.content})

    def _serve(self, environ: dict[str, Any], answer: Answer, stream: "_Stream") -> None:
        """In a request thread: run the application and take its answer as far as it is ready."""
        result = self.application(environ, answer.start)
        if isinstance(result, File):
            answer.file = result
            return
        try:
            if getattr(result, "streaming", False):
                stream.run(result)
            else:
                answer.content = b"".join(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    async def _send_file(self, loop: asyncio.AbstractEventLoop, send: Send, answer: Answer, file: File) -> None:
        try:
            await send(answer.message())
            while block := await loop.run_in_executor(self.file_pool, file.file.read, BLOCK):
                async with asyncio.timeout(SLOWEST_BLOCK):
                    await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await loop.run_in_executor(self.file_pool, file.close)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """413. What is still on its way is read and dropped for a moment, else the client sees a reset instead."""
        answer = too_large(scope, self.max_body)
        await send(answer.message())
        await send({"type": "http.response.body", "body": answer.content, "more_body": True})
        await drain(receive)
        await send({"type": "http.response.body", "body": b""})

    def close(self) -> None:
        self.pool.shutdown(wait=True)
        self.file_pool.shutdown(wait=True)


class _Stream:
    """Sends a generated answer block by block from its request thread, at the client's pace."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send, answer: Answer) -> None:
        self.loop, self.send, self.answer = loop, send, answer
        self.begun = False

    def run(self, blocks: Iterable[bytes]) -> None:
        for block in blocks:
            if not self.begun:
                self.begun = True
                self._put(self.answer.message())
            self._put({"type": "http.response.body", "body": block, "more_body": True})
        if not self.begun:
            self.begun = True
            self._put(self.answer.message())

    def _put(self, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(self.send(message)), self.loop).result(SLOWEST_BLOCK)


async def _awaited(sending: Awaitable[None]) -> None:
    await sending


def _plain(status: int, text: bytes, content_type: bytes = b"text/plain; charset=utf-8") -> Answer:
    answer = Answer()
    answer.status, answer.content = status, text
    answer.headers = [(b"content-type", content_type), (b"content-length", str(len(text)).encode())]
    return answer


def too_large(scope: Scope, limit: int) -> Answer:
    """The answer to a body above the limit: problem+json for the API, a sentence for everybody else."""
    sentence = f"The request is larger than {limit // (1024 * 1024)} MB."
    if scope["path"].startswith("/api/"):
        text = (
            '{"type": "about:blank", "title": "Content Too Large", "status": 413,'
            f' "code": "body_too_large", "detail": "{sentence}", "errors": []}}'
        )
        answer = _plain(413, text.encode(), b"application/problem+json")
    else:
        answer = _plain(413, sentence.encode() + b"\n")
    answer.headers.append((b"connection", b"close"))
    return answer
