"""The guarded client against a real server: what it sends, what it takes, and where it stops."""

import socket
import ssl
import time

import pytest

from flowtic.core.outgoing import OutgoingError, OutgoingRequest, addresses, client, pinned, send
from tests.core.outgoing_server import Server, answer, bomb, certificate, drip, drip_head, echo, flood, raw


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1/32"]


@pytest.fixture
def sent():
    return []


@pytest.fixture
def server(sent):
    running = Server(
        {
            "/echo": echo,
            "/json": answer("200 OK", b'{"id": 7}', "Content-Type: application/json"),
            "/error": answer("500 Oops", b"broken"),
            "/away": answer("302 Found", b"", "Location: /json"),
            "/inside": answer("307 Temporary Redirect", b"", "Location: http://169.254.169.254/"),
            "/empty": answer("204 No Content"),
            "/garbage": raw(b"\x00\x01 what is this\r\n\r\n"),
            "/nothing": raw(b""),
            "/short": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"),
            "/headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 300_000 + b"\r\n\r\n"),
            "/packed": answer("200 OK", b"\x1f\x8b broken", "Content-Encoding: gzip"),
            "/announced": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n"),
            "/deep": answer("200 OK", b"[" * 500_000),
            "/drip": drip,
            "/drip-head": drip_head,
            "/flood": flood(sent),
            "/bomb": bomb,
            "/sleep": lambda connection, request: time.sleep(3),
        }
    )
    yield running
    running.close()


def call(server, path, **more):
    return send(OutgoingRequest(more.pop("method", "GET"), f"http://127.0.0.1:{server.port}{path}", **more))


def failure(*arguments, **more):
    with pytest.raises(OutgoingError) as caught:
        call(*arguments, **more)
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_request_and_answer(server):
    found = call(server, "/echo?a=1#part", method="post", headers={"X-Key": "k"}, body="ä", timeout=5)
    assert found.status == 200
    head, _, body = found.text.partition("\r\n\r\n")
    assert head.startswith("POST /echo?a=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}" in head
    assert "X-Key: k" in head
    assert body == "ä"
    assert call(server, "/json").json() == {"id": 7}
    assert call(server, "/error").status == 500
    assert call(server, "/empty").body == b""
    assert call(server, "/json", method="HEAD").status == 200


def test_redirects_are_answers(server):
    for path, status in (("/away", 302), ("/inside", 307)):
        found = call(server, path)
        assert found.status == status
        assert found.headers["location"]
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/garbage", "protocol"),
        ("/nothing", "protocol"),
        ("/short", "protocol"),
        ("/headers", "protocol"),
        ("/packed", "protocol"),
        ("/announced", "too_large"),
        ("/bomb", "too_large"),
    ],
)
def test_useless_answers(server, path, code):
    assert failure(server, path) == code


def test_a_body_without_end_is_not_json(server):
    with pytest.raises(ValueError, match=r".+"):
        call(server, "/deep").json()


def test_reading_stops_at_the_limit(server, sent):
    assert failure(server, "/flood") == "too_large"
    time.sleep(0.2)
    assert sum(sent) < 6_000_000
    assert call(server, "/json", max_bytes=9).body == b'{"id": 7}'
    assert failure(server, "/json", max_bytes=8) == "too_large"


@pytest.mark.parametrize("path", ["/drip", "/drip-head", "/sleep"])
def test_the_whole_call_ends_in_time(server, path):
    began = time.monotonic()
    assert failure(server, path, timeout=0.5) == "timeout"
    assert 0.4 < time.monotonic() - began < 1.5


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(OutgoingError) as caught:
            send(OutgoingRequest("GET", f"http://127.0.0.1:{free.getsockname()[1]}/"))
    assert caught.value.code == "connect"


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"X": "a\r\nInjected: 1"}},
        {"headers": {"X": "a\nb"}},
        {"headers": {"X\r\nInjected": "1"}},
        {"headers": {"X": "a\x00"}},
        {"headers": {"X": "ä"}},
        {"headers": {"Host": "evil.test"}},
        {"headers": {"content-length": "5"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {f"X-{n}": "1" for n in range(51)}},
        {"method": "CONNECT"},
        {"method": "GET / HTTP/1.1\r\nX: y"},
        {"body": b"x" * 2_000_001},
    ],
)
def test_refused_before_it_leaves(server, more):
    assert failure(server, "/echo", **more) == "refused"
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "127.0.0.1",
        "",
        "http://",
        "http:///x",
        "http://user:password@127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://@127.0.0.1/",
        "http://a b/",
        "http://127.0.0.1/\r\nX: y",
        "http://127.0.0.1\\@evil.test/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://x/" + "a" * 4000,
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(OutgoingError) as caught:
        send(OutgoingRequest("GET", url))
    assert caught.value.code == "refused"


def test_the_proxy_of_the_environment_is_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert call(server, "/json").status == 200


def test_a_second_answer_of_the_name_server_changes_nothing(monkeypatch):
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    dialled = []

    def dial(address, timeout=None, *rest, **more):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(addresses, "lookup", lambda name, port: next(answers))
    monkeypatch.setattr(pinned.socket, "create_connection", dial)
    with pytest.raises(OutgoingError) as caught:
        send(OutgoingRequest("GET", "http://flip.example.test/"))
    assert caught.value.code == "connect"
    assert dialled == [("93.184.216.34", 80)]
    assert next(answers) == ["127.0.0.1"]  # it was asked once


def test_tls_goes_to_the_pinned_address_under_its_name(tmp_path, monkeypatch, settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["hook.example.test", "other.example.test"]
    context, trusted = certificate("hook.example.test", tmp_path)
    asked = []
    context.sni_callback = lambda connection, name, original: asked.append(name)
    server = Server({"/echo": echo}, tls=context)
    monkeypatch.setattr(addresses, "lookup", lambda name, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "ssl_context", lambda: ssl.create_default_context(cafile=trusted))
    try:
        found = send(OutgoingRequest("GET", f"https://hook.example.test:{server.port}/echo"))
        assert f"Host: hook.example.test:{server.port}" in found.text
        assert asked == ["hook.example.test"]
        with pytest.raises(OutgoingError) as caught:
            send(OutgoingRequest("GET", f"https://other.example.test:{server.port}/echo"))
        assert caught.value.code == "tls"
    finally:
        server.close()
    monkeypatch.undo()
    assert client.ssl_context().verify_mode is ssl.CERT_REQUIRED
