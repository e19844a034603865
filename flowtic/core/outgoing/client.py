"""`send`: one HTTP call, checked before it leaves and bounded while it runs. Redirects are answers, never followed."""

import functools
import json
import re
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpcore2
import httpx2
from django.utils.translation import gettext as _

from flowtic.core.outgoing.addresses import targets
from flowtic.core.outgoing.errors import OutgoingError
from flowtic.core.outgoing.pinned import Deadline, PinnedBackend, PinnedTransport

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LONGEST_URL, LONGEST_HEADER, MOST_HEADERS, LONGEST_BODY = 4000, 4000, 50, 2_000_000
LONGEST_TIMEOUT, CONNECT_TIMEOUT = 60.0, 10.0

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# What the client itself has to say about the connection and the body.
_OWN_HEADERS = frozenset(
    (
        *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer"),
        *("expect", "accept-encoding", "proxy-authorization", "proxy-connection"),
    )
)


@dataclass(frozen=True)
class OutgoingRequest:
    """What is to be sent. `timeout` is for the whole call, from the name to the last byte."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str = b""
    timeout: float = 15.0
    max_bytes: int = 1_000_000
    connect_timeout: float = CONNECT_TIMEOUT


@dataclass(frozen=True)
class OutgoingAnswer:
    """What came back; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int = 0

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none (or one that is nested without end)."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def send(request: OutgoingRequest) -> OutgoingAnswer:
    """Makes the call. Raises OutgoingError (see its codes) when there is no usable answer."""
    began = time.monotonic()
    url = _checked_url(request)
    headers = _checked_headers(request)
    body = request.body.encode() if isinstance(request.body, str) else request.body
    if len(body) > LONGEST_BODY:
        raise OutgoingError("refused", _("The body of the call is too large."))
    deadline = Deadline(max(0.05, min(request.timeout, LONGEST_TIMEOUT)))
    port = (443 if url.scheme == "https" else 80) if url.port is None else url.port
    addresses = targets(url.raw_host.decode("ascii"), port, deadline.left(request.connect_timeout))
    security = ssl_context() if url.scheme == "https" else None  # a tenth of a second to make
    transport = PinnedTransport(PinnedBackend(addresses, deadline, request.connect_timeout), security)
    try:
        with httpx2.Client(transport=transport, trust_env=False, follow_redirects=False) as client:
            sent = httpx2.Request(request.method.upper(), url, headers=headers, content=body)
            answer = client.send(sent, stream=True)
            content = _read(answer, request.max_bytes, deadline)
    except OutgoingError:
        raise
    except (httpcore2.ProtocolError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise OutgoingError("protocol", _("The answer was not understandable HTTP.")) from error
    except (httpcore2.TimeoutException, TimeoutError) as error:
        raise deadline.over() from error
    except (httpcore2.NetworkError, OSError) as error:
        raise OutgoingError("connect", _("The connection broke off.")) from error
    milliseconds = round((time.monotonic() - began) * 1000)
    return OutgoingAnswer(answer.status_code, dict(answer.headers), content, milliseconds)


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """Certificates are always checked, against the same authorities as everywhere on this machine."""
    return ssl.create_default_context()


def _read(answer: httpx2.Response, max_bytes: int, deadline: Deadline) -> bytes:
    """The body up to its limit, unpacked within the same limit; reading stops where it is passed."""
    too_large = OutgoingError("too_large", _("The answer is larger than %(n)d bytes.") % {"n": max_bytes})
    announced = answer.headers.get("content-length", "")
    if announced.isdigit() and len(announced) < 16 and int(announced) > max_bytes and answer.request.method != "HEAD":
        raise too_large
    content = bytearray()
    for chunk in answer.iter_raw():
        deadline.left()
        content += chunk
        if len(content) > max_bytes:
            raise too_large
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", "") or not content:
        return bytes(content)
    if encoding not in ("gzip", "deflate"):
        raise OutgoingError("protocol", _("The answer is packed in an unknown way."))
    unpacked = _unpacked(bytes(content), max_bytes)
    if len(unpacked) > max_bytes:
        raise too_large
    return unpacked


def _unpacked(content: bytes, max_bytes: int) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(content, max_bytes + 1)
    except zlib.error:
        raise OutgoingError("protocol", _("The answer is packed in an unknown way.")) from None


def _checked_url(request: OutgoingRequest) -> httpx2.URL:
    text = request.url
    if request.method.upper() not in METHODS:
        raise OutgoingError("refused", _("“%(method)s” is no method that is sent.") % {"method": request.method[:20]})
    if not isinstance(text, str) or len(text) > LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", text):
        raise OutgoingError("refused", _("The address has signs that do not belong there, or is too long."))
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError, UnicodeError):
        raise OutgoingError("refused", _("This is no web address.")) from None
    if url.port is not None and not 0 < url.port < 65_536:
        raise OutgoingError("refused", _("Port %(port)d is not called.") % {"port": url.port})
    if url.scheme not in ("http", "https") or not url.host:
        raise OutgoingError("refused", _("Only http:// and https:// are called."))
    # Between scheme and path an @ hides the real server from the reader.
    if url.userinfo or "@" in text.partition("://")[2].partition("/")[0].partition("?")[0]:
        raise OutgoingError("refused", _("The address must not contain a name and password."))
    return url.copy_with(fragment=None)


def _checked_headers(request: OutgoingRequest) -> dict[str, str]:
    if len(request.headers) > MOST_HEADERS:
        raise OutgoingError("refused", _("The call has too many headers."))
    headers = {"User-Agent": "Flowtic", "Accept": "*/*"}
    for name, given in request.headers.items():
        value = str(given)
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise OutgoingError("refused", _("The header “%(name)s” cannot be sent.") % {"name": name[:60]})
        if len(value) > LONGEST_HEADER or not value.isprintable() or not value.isascii():
            raise OutgoingError(
                "refused", _("The header “%(name)s” has signs that do not belong there.") % {"name": name}
            )
        headers = {known: text for known, text in headers.items() if known.lower() != name.lower()}
        headers[name] = value.strip()
    return {**headers, "Accept-Encoding": "identity", "Connection": "close"}
