"""Under the vendor's client: only to the checked addresses, only the needed headers, never more than so many bytes."""

from collections.abc import Iterator
from typing import Any

import httpx2
from django.utils.translation import gettext as _

from ai_assist.providers.address import CONNECT_TIMEOUT, Place
from flowtic.core.outgoing import OutgoingError
from flowtic.core.outgoing.addresses import Address
from flowtic.core.outgoing.client import ssl_context
from flowtic.core.outgoing.pinned import Deadline, PinnedBackend, PinnedTransport

# The vendor's client would tell which system and which Python it runs on.
_PASSED = ("host", "content-type", "content-length", "authorization")


class ModelTransport(httpx2.BaseTransport):
    """One call to one place. A fresh one is made for every attempt."""

    def __init__(self, place: Place, addresses: list[Address], deadline: Deadline, *, key: str, max_bytes: int):
        self._place, self._with_key, self._max_bytes = place, bool(key), max_bytes
        security = ssl_context() if place.scheme == "https" else None
        self._inner = PinnedTransport(PinnedBackend(addresses, deadline, CONNECT_TIMEOUT), security)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host != self._place.host:
            raise OutgoingError("refused", _("The server wants to send the call elsewhere."))
        headers = {name: request.headers[name] for name in _PASSED if name in request.headers}
        if not self._with_key:
            headers.pop("authorization", None)
        headers |= {
            "user-agent": "Flowtic",
            "accept": "application/json, text/event-stream",
            "accept-encoding": "identity",
            "connection": "close",
        }
        answer = self._inner.handle_request(
            httpx2.Request(request.method, request.url, headers=headers, stream=request.stream)
        )
        if answer.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            answer.close()
            raise OutgoingError("protocol", _("The answer is packed although that was not asked for."))
        stream: Any = answer.stream
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=_Bounded(stream, self._max_bytes))

    def close(self) -> None:
        self._inner.close()


class _Bounded(httpx2.SyncByteStream):
    """A body that ends with an error where it passes its limit."""

    def __init__(self, inner: Any, max_bytes: int):
        self._inner, self._left = inner, max_bytes

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise OutgoingError("too_large", _("The answer is far too long."))
            yield chunk

    def close(self) -> None:
        self._inner.close()
