"""`/events`: the ASGI application behind an EventSource. Same session cookie as the pages, GET only, own pages only."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from flowtic.core.stream import feeds, sessions, topics
from flowtic.core.stream.hub import MOST_TOPICS, Full, Listener
from flowtic.core.stream.poller import Poller, running
from flowtic.core.stream.threads import on_thread
from flowtic.core.stream.topics import Message

log = structlog.get_logger("flowtic.stream")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

HEARTBEAT = 15.0
# A browser that takes no bytes for so long has gone without saying so.
SLOWEST_SEND = 30.0
OLDEST_PAGE = 120.0
RETRY = b"retry: 3000\n\n"
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class Refused(Exception):
    """Status of an answer without a stream."""

    def __init__(self, status: int, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """401 without a person, 403 for a foreign host or page, 404 without a topic one may follow, 429 for too many."""
    poller = running()
    try:
        listener, before = await _admit(scope)
        if poller.closing:
            raise Refused(503, (b"retry-after", b"3"))
        try:
            poller.hub.add(listener)
        except Full:
            raise Refused(429, (b"retry-after", b"30")) from None
    except Refused as refused:
        await _refuse(send, refused)
        return
    gone = asyncio.create_task(_wait_until_gone(receive))
    gone.add_done_callback(lambda _task: listener.put(None))
    try:
        poller.wake_up()
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        await poller.until_ready()
        await _write(send, RETRY + await on_thread(_missed, listener, *before))
        await _speak(send, listener, gone, poller)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})
    except (OSError, TimeoutError):
        pass  # the browser went away
    finally:
        poller.hub.remove(listener)
        gone.cancel()


async def _speak(send: Send, listener: Listener, gone: asyncio.Task[None], poller: Poller) -> None:
    """Until the hub or the browser hangs up: messages as they come, else a sign of life."""
    while not gone.done():
        try:
            async with asyncio.timeout(HEARTBEAT):
                message = await listener.queue.get()
        except TimeoutError:
            await _write(send, _sign("beat", poller.newest))
            continue
        if message is None:
            return
        await _write(send, message.encoded())


async def _write(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SLOWEST_SEND):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


# ---- who may come in ----------------------------------------------------------------------------


async def _admit(scope: Scope) -> tuple[Listener, tuple[int, float]]:
    """The listener, and from where on it wants to hear. Raises Refused."""
    if scope["method"] != "GET":
        raise Refused(405, (b"allow", b"GET"))
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not _is_own_host(headers.get("host", "")) or not _is_own_page(headers):
        raise Refused(403)
    query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    wanted = [name for name in query.get("topics", "").split(",") if name]
    if len(wanted) > MOST_TOPICS:
        raise Refused(400)
    session = _cookie(headers.get("cookie", ""))
    person_id, followed = await on_thread(_person_and_topics, session, wanted)
    if not person_id:
        raise Refused(401)
    if not followed:
        raise Refused(404)
    after = headers.get("last-event-id") or query.get("after", "")
    age = query.get("age", "")
    since = (
        int(after) if after.isdecimal() and len(after) < 19 else 0,
        # A second more than the page says: its own clock began a moment after the server wrote it.
        min(float(age), OLDEST_PAGE) + 1 if age.isdecimal() and len(age) < 9 else 0.0,
    )
    return Listener(person_id, session, followed), since


def _person_and_topics(session: str, wanted: list[str]) -> tuple[int, set[str]]:
    actor = sessions.actor_of(session)
    return (actor.user.pk, topics.may_follow(actor, wanted)) if actor else (0, set())


def _missed(listener: Listener, after: int, age: float) -> bytes:
    """What happened since the page or the last connection; what has no id of its own is looked at again."""
    actor = sessions.actor_of(listener.session)
    if actor is None:
        return b""
    found = feeds.missed(after, age)
    said = topics.heard(actor, listener.topics, found) if found else []
    again = [Message("me", None, topics.MANY)] if after and "me" in listener.topics else []
    # Where to continue from, also for somebody who never heard anything.
    start = _sign("begun", feeds.newest(found))
    return start + b"".join(message.encoded() for message in [*again, *said])


def _sign(name: str, newest: int) -> bytes:
    """A sign of life; with it the place moves on from which a browser continues."""
    return f"event: {name}\n{f'id: {newest}' if newest else ':'}\ndata: {{}}\n\n".encode()


def _cookie(text: str) -> str:
    return parse_cookie(text).get(settings.SESSION_COOKIE_NAME, "")


def _is_own_host(host: str) -> bool:
    allowed = settings.ALLOWED_HOSTS or (["localhost", ".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _is_own_page(headers: dict[str, str]) -> bool:
    """A browser says which page asks; only pages of this host may, and not a mere link or picture elsewhere."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return False
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def _refuse(send: Send, refused: Refused) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *refused.headers]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
