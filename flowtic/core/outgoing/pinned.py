"""The network under the client: connects only to the addresses it was given, and ends everything at one deadline."""

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore2
import httpx2
from django.utils.translation import gettext as _

from flowtic.core.outgoing.addresses import Address
from flowtic.core.outgoing.errors import OutgoingError


class Deadline:
    """A point in time that every wait is measured against."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.at = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds until then; raises OutgoingError when there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise self.over()
        return left if at_most is None else min(left, at_most)

    def over(self) -> OutgoingError:
        return OutgoingError("timeout", _("No answer within %(n)g seconds.") % {"n": self.seconds})


class PinnedStream(httpcore2.NetworkStream):
    """One connection; a server that sends a byte now and then cannot stretch the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline):
        self._sock = sock
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(self._deadline.left())
        try:
            return self._sock.recv(max_bytes)
        except OSError as error:
            raise self._broken(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                self._sock.settimeout(self._deadline.left())
                view = view[self._sock.send(view) :]
        except OSError as error:
            raise self._broken(error) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            self._sock.settimeout(self._deadline.left(timeout))
            return PinnedStream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._deadline)
        except TimeoutError as error:
            self.close()
            raise self._deadline.over() from error
        except (OSError, ValueError) as error:
            self.close()
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or type(error).__name__
            raise OutgoingError(
                "tls", _("The secure connection failed: %(reason)s.") % {"reason": str(reason)[:200]}
            ) from error

    def close(self) -> None:
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        return {"socket": self._sock, "server_addr": self._sock.getpeername}.get(info)

    def _broken(self, error: OSError) -> OutgoingError:
        if isinstance(error, TimeoutError):
            return self._deadline.over()
        return OutgoingError("connect", _("The connection broke off."))


class PinnedBackend(httpcore2.NetworkBackend):
    """Ignores the name it is asked for: name and addresses were matched and judged before."""

    def __init__(self, addresses: Sequence[Address], deadline: Deadline, connect_timeout: float):
        self._addresses = addresses
        self._deadline = deadline
        self._connect_timeout = connect_timeout

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        slow = False
        for address in self._addresses:
            try:
                sock = socket.create_connection((str(address), port), self._deadline.left(self._connect_timeout))
            except TimeoutError:
                slow = True
            except OSError:
                continue
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return PinnedStream(sock, self._deadline)
        if slow:
            raise OutgoingError("timeout", _("%(host)s did not take the call in time.") % {"host": host[:100]})
        raise OutgoingError("connect", _("%(host)s does not take calls.") % {"host": host[:100]})


class PinnedTransport(httpx2.BaseTransport):
    """One request over one fresh connection of the backend."""

    def __init__(self, backend: PinnedBackend, ssl_context: ssl.SSLContext | None):
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context, max_connections=1, http1=True, http2=False, retries=0, network_backend=backend
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status, headers=answer.headers, stream=_Stream(answer.stream), extensions={}
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx2.SyncByteStream):
    def __init__(self, inner: Any):
        self._inner = inner

    def __iter__(self) -> Any:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()
