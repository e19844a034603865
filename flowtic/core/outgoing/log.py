from collections.abc import Mapping

from flowtic.core import clock
from flowtic.core.models import OutgoingCall
from flowtic.core.outgoing.client import OutgoingAnswer, OutgoingRequest
from flowtic.core.outgoing.masking import mask, mask_headers

LONGEST_BODY, LONGEST_URL, LONGEST_HEADER, MOST_HEADERS = 10_000, 4000, 500, 60


def log_call(
    *,
    kind: str,
    subject_type: str,
    subject_id: int,
    request: OutgoingRequest,
    answer: OutgoingAnswer | None,
    error: str,
    attempt: int,
    seconds: float,
    secrets: Mapping[str, str],
) -> OutgoingCall:
    """Keeps what was sent and what came back for administrators: masked first, then cut."""
    return OutgoingCall.objects.create(
        kind=kind[:40],
        subject_type=subject_type[:60],
        subject_id=subject_id,
        method=request.method.upper()[:10],
        url=_clean(mask(request.url, secrets))[:LONGEST_URL],
        request_headers=_headers(request.headers, secrets),
        request_body=_body(request.body, secrets),
        status=answer.status if answer else None,
        response_headers=_headers(answer.headers, secrets) if answer else {},
        response_body=_body(answer.body, secrets) if answer else "",
        error=_clean(mask(error, secrets))[:500],
        attempt=attempt,
        milliseconds=max(0, min(round(seconds * 1000), 2**31 - 1)),
        created_at=clock.now(),
    )


def _headers(headers: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, str]:
    shown = list(mask_headers(headers, secrets).items())[:MOST_HEADERS]
    return {_clean(name)[:100]: _clean(value)[:LONGEST_HEADER] for name, value in shown}


def _body(body: bytes | str, secrets: Mapping[str, str]) -> str:
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return _clean(mask(text, secrets))[:LONGEST_BODY]


def _clean(text: str) -> str:
    """Without what a database or JSON column would stumble over."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
