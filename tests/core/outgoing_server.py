"""A small real HTTP server on loopback whose answers the tests choose by path, and that counts its visitors."""

import gzip
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any


class Server:
    """`Server(answers)` serves raw sockets: answers maps a path to a function that gets (socket, request bytes)."""

    def __init__(self, answers: dict[str, Callable[[socket.socket, bytes], None]], tls: ssl.SSLContext | None = None):
        self.requests: list[bytes] = []
        self.sent = 0
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                connection = self.request
                try:
                    if tls:
                        connection = tls.wrap_socket(connection, server_side=True)
                    text = _request(connection)
                    outer.requests.append(text)
                    path = text.split(b" ")[1].decode().partition("?")[0]
                    answers[path](connection, text)
                    connection.close()
                except OSError:
                    pass

        class Threads(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(status: str, body: bytes = b"", *headers: str) -> Callable[[socket.socket, bytes], None]:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return lambda connection, request: connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def raw(data: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, request: connection.sendall(data)


def echo(connection: socket.socket, request: bytes) -> None:
    answer("200 OK", request)(connection, request)


def drip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.1)


def drip_head(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        connection.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.1)


def flood(sent: list[int]) -> Callable[[socket.socket, bytes], None]:
    def run(connection: socket.socket, request: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(160):
            connection.sendall(b"x" * 65_536)
            sent.append(65_536)

    return run


def bomb(connection: socket.socket, request: bytes) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    answer("200 OK", packed, "Content-Encoding: gzip")(connection, request)


def certificate(name: str, folder: Any) -> tuple[ssl.SSLContext, str]:
    """A server context with a fresh self-signed certificate for the name, and the file that makes it trusted."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)
