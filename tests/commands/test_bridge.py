"""The bridge between the ASGI server and Django's WSGI handler."""

import asyncio
import hashlib
import io
import threading
import time

import h11
import pytest
from django.http import HttpResponse

from flowtic.processes import body as body_module
from flowtic.processes.bridge import WSGIBridge

LIMIT = 3_000_000


def scope(path="/", headers=(), method="POST"):
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.1", 40000),
    }


def exchange(application, request, messages=(), *, threads=2, limit=LIMIT):
    """One request through a bridge: what came in, what was sent back."""
    sent = []

    async def run():
        waiting = list(messages)
        bridge = WSGIBridge(application, threads=threads, max_body=limit)

        async def receive():
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        await bridge(request, receive, send)
        bridge.close()

    asyncio.run(run())
    return sent


def blocks(data, size, *, more_at_end=False):
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return [
        {"type": "http.request", "body": part, "more_body": more_at_end or number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]


def content(sent):
    return b"".join(message.get("body", b"") for message in sent)


def digest_of_body(environ, start_response):
    data = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(data)} {hashlib.sha256(data).hexdigest()}".encode()]


@pytest.mark.parametrize("size", [1, 1000, body_module.IN_MEMORY + 1, 2_900_000])
def test_body_arrives_whole_whatever_its_size(size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    headers = [(b"content-length", str(size).encode())]
    sent = exchange(digest_of_body, scope(headers=headers), blocks(data, 65_536))
    assert content(sent).decode() == f"{size} {hashlib.sha256(data).hexdigest()}"


def test_chunked_body_gets_a_length():
    data = b"x" * 700_000
    sent = exchange(digest_of_body, scope(headers=[(b"transfer-encoding", b"chunked")]), blocks(data, 10_000))
    assert content(sent).startswith(b"700000 ")


def test_declared_length_above_the_limit_is_refused_unread():
    called = []
    headers = [(b"content-length", str(LIMIT + 1).encode())]
    sent = exchange(lambda *_: called.append(1) or [], scope(headers=headers), [])
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]
    assert not called


def test_chunked_body_above_the_limit_is_refused_on_the_way():
    headers = [(b"transfer-encoding", b"chunked")]
    sent = exchange(digest_of_body, scope(headers=headers), blocks(b"x" * (LIMIT + 1), 100_000))
    assert sent[0]["status"] == 413


def test_body_of_exactly_the_limit_passes():
    headers = [(b"content-length", str(LIMIT).encode())]
    assert exchange(digest_of_body, scope(headers=headers), blocks(b"x" * LIMIT, 500_000))[0]["status"] == 200


def test_api_learns_of_the_limit_as_a_problem():
    headers = [(b"content-length", str(LIMIT + 1).encode())]
    sent = exchange(digest_of_body, scope("/api/v1/tickets", headers), [])
    assert (b"content-type", b"application/problem+json") in sent[0]["headers"]
    assert b'"code": "body_too_large"' in content(sent)


def test_client_that_hangs_up_while_sending_never_reaches_the_application():
    called = []
    headers = [(b"content-length", b"2000")]
    sent = exchange(
        lambda *_: called.append(1) or [], scope(headers=headers), blocks(b"x" * 1000, 500, more_at_end=True)
    )
    assert not sent
    assert not called


def test_silent_client_is_given_up(monkeypatch):
    monkeypatch.setattr(body_module, "SILENCE", 0.05)
    called, sent = [], []

    async def run():
        bridge = WSGIBridge(lambda *_: called.append(1) or [], threads=1, max_body=LIMIT)
        never = asyncio.Event()

        async def send(message):
            sent.append(message)

        await bridge(scope(headers=[(b"content-length", b"5")]), never.wait, send)
        bridge.close()

    asyncio.run(run())
    assert not sent
    assert not called


def test_slow_uploads_take_no_thread():
    """More half-sent uploads than threads, and a small request is still answered."""
    answered = threading.Event()

    async def run():
        bridge = WSGIBridge(digest_of_body, threads=1, max_body=LIMIT)
        never = asyncio.Event()

        async def send(message):
            if message["type"] == "http.response.start":
                answered.set()

        slow = [
            asyncio.create_task(bridge(scope(headers=[(b"content-length", b"9")]), never.wait, send)) for _ in range(5)
        ]
        await asyncio.sleep(0)
        async with asyncio.timeout(2):
            await bridge(scope(method="GET"), never.wait, send)
        for task in slow:
            task.cancel()
        bridge.close()

    asyncio.run(run())
    assert answered.is_set()


def test_environment_follows_the_request():
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    headers = [
        (b"host", b"desk.example.org"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"x_forwarded_for", b"203.0.113.9"),
        (b"content-type", b"text/plain"),
    ]
    exchange(application, scope("/caf%C3%A9/%FF%2Fx", headers, "GET"))
    assert seen["PATH_INFO"].encode("latin-1") == "/café/".encode() + b"\xff/x"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_ACCEPT"] == "text/html,*/*"
    assert seen["CONTENT_TYPE"] == "text/plain"
    assert seen["REMOTE_ADDR"] == "192.0.2.1"
    assert "HTTP_X_FORWARDED_FOR" not in seen, "an underscore must not pass for a hyphen"


def test_answer_headers_are_what_a_server_accepts():
    response = HttpResponse(b"hello")
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2")

    def application(environ, start_response):
        start_response(
            "200 OK", [*response.items(), *(("Set-Cookie", c.output(header="")) for c in response.cookies.values())]
        )
        return response

    sent = exchange(application, scope())
    h11.Response(status_code=sent[0]["status"], headers=sent[0]["headers"])
    assert [value for name, value in sent[0]["headers"] if name == b"set-cookie"] == [
        b"a=1; HttpOnly; Path=/",
        b"b=2; Path=/",
    ]
    assert content(sent) == b"hello"


class Generated:
    streaming = True

    def __init__(self, parts):
        self.parts, self.closed, self.threads = parts, False, set()

    def __iter__(self):
        for part in self.parts:
            self.threads.add(threading.get_ident())
            yield part

    def close(self):
        self.closed = True


def test_generated_answer_is_sent_block_by_block_from_one_thread():
    answer = Generated([b"a", b"b", b"c"])

    def application(environ, start_response):
        start_response("200 OK", [])
        return answer

    sent = exchange(application, scope())
    assert [message.get("body") for message in sent] == [None, b"a", b"b", b"c", b""]
    assert len(answer.threads) == 1, "database cursors belong to their thread"
    assert answer.closed


def test_empty_generated_answer_still_begins():
    def application(environ, start_response):
        start_response("200 OK", [])
        return Generated([])

    assert exchange(application, scope())[0]["status"] == 200


def test_file_is_sent_without_holding_the_request_thread():
    data, busy = b"0123456789" * 50_000, []

    class SlowFile(io.BytesIO):
        def read(self, size=-1):
            busy.append(threading.current_thread().name)
            return super().read(size)

    file = SlowFile(data)

    def application(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    sent = exchange(application, scope())
    assert content(sent) == data
    assert file.closed
    assert all(name.startswith("file") for name in busy)


def test_exception_of_the_application_is_a_500():
    def application(environ, start_response):
        raise RuntimeError("trouble")

    sent = exchange(application, scope())
    assert sent[0]["status"] == 500
    assert b"trouble" not in content(sent)


def test_requests_run_side_by_side_but_never_more_than_the_pool():
    running, most, lock = 0, 0, threading.Lock()

    def application(environ, start_response):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        start_response("200 OK", [])
        return [b"ok"]

    async def run():
        bridge = WSGIBridge(application, threads=3, max_body=LIMIT)

        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            pass

        await asyncio.gather(*(bridge(scope(method="GET"), receive, send) for _ in range(9)))
        bridge.close()

    asyncio.run(run())
    assert most == 3
