"""Chat completions of any OpenAI-compatible service: bounded in time and size, repeated where that helps."""

import random
import time
from typing import Any

import httpcore2
import httpx2
import openai

from ai_assist.providers.address import CONNECT_TIMEOUT, reach
from ai_assist.providers.base import LONGEST_TIMEOUT, MOST_BYTES, MOST_CHARACTERS, Answer, Call, OnText, ProviderError
from ai_assist.providers.openai.errors import adapted, sentence_of, translated
from ai_assist.providers.openai.reading import read_stream, read_whole
from ai_assist.providers.openai.transport import ModelTransport
from flowtic.core.outgoing import OutgoingError
from flowtic.core.outgoing.pinned import Deadline

ATTEMPTS = 3
# Longer than this nobody waits for a busy service: the person reads why and tries again later.
LONGEST_WAIT = 8.0
_REPEATED = frozenset({"connect", "rate_limited", "server_error"})
sleep = time.sleep


class OpenAIClient:
    """See `ai_assist.providers.base.Client`."""

    def complete(self, call: Call, on_text: OnText | None = None) -> Answer:
        deadline = Deadline(max(1.0, min(float(call.timeout), LONGEST_TIMEOUT)))
        options = _options(call, stream=on_text is not None)
        attempt = 0
        while True:
            attempt += 1
            try:
                return _once(call, options, deadline, attempt, on_text)
            except _Unknown as error:
                # The service knows this option by another name or not at all; not counted as an attempt.
                options, attempt = error.options, attempt - 1
            except ProviderError as error:
                wait = _wait(error, attempt)
                if wait is None or wait + 1 > deadline.seconds or not _time_for(deadline, wait):
                    raise
                sleep(wait)


class _Unknown(Exception):
    def __init__(self, options: dict[str, Any]):
        self.options = options


def _once(call: Call, options: dict[str, Any], deadline: Deadline, attempt: int, on_text: OnText | None) -> Answer:
    """One attempt; every failure leaves as ProviderError."""
    try:
        place, addresses = reach(call.base_url, deadline.left(CONNECT_TIMEOUT))
        transport = ModelTransport(place, addresses, deadline, key=call.api_key, max_bytes=MOST_BYTES)
        with httpx2.Client(transport=transport, trust_env=False, follow_redirects=False) as http:
            vendor = openai.OpenAI(
                base_url=place.url,
                api_key=call.api_key or "none",
                organization="",
                project="",
                max_retries=0,
                timeout=deadline.left(),
                http_client=http,
            )
            answer = vendor.chat.completions.create(**options)
            if on_text is not None:
                return read_stream(answer, on_text, MOST_CHARACTERS, attempt)
            return read_whole(answer, MOST_CHARACTERS, attempt)
    except openai.APIStatusError as error:
        other = adapted(options, error)
        if other is not None:
            raise _Unknown(other) from error
        raise translated(error, attempt, call.api_key) from error
    except (openai.OpenAIError, OutgoingError, httpx2.HTTPError, httpcore2.ProtocolError) as error:
        raise _broken(error, attempt) from error
    except (httpcore2.NetworkError, httpcore2.TimeoutException, OSError) as error:
        raise _broken(error, attempt) from error
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        # Whatever the vendor's library stumbles over in an answer that is none.
        raise ProviderError("bad_answer", sentence_of("bad_answer"), status=200, attempts=attempt) from error


def _broken(error: BaseException, attempt: int) -> ProviderError:
    """Why there was no answer: the guard's own words where it stopped the call."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OutgoingError):
            if cause.code in ("protocol", "too_large"):
                code = "bad_answer" if cause.code == "protocol" else "too_long"
                return ProviderError(code, str(cause), attempts=attempt)
            return ProviderError(cause.code, str(cause), attempts=attempt)
        if isinstance(cause, httpcore2.RemoteProtocolError) and "disconnected" in str(cause):
            return ProviderError("connect", sentence_of("connect"), attempts=attempt)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | httpcore2.TimeoutException | TimeoutError):
        return ProviderError("timeout", sentence_of("timeout"), attempts=attempt)
    if isinstance(error, openai.APIResponseValidationError | httpcore2.ProtocolError):
        return ProviderError("bad_answer", sentence_of("bad_answer"), attempts=attempt)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | OSError):
        return ProviderError("connect", sentence_of("connect"), attempts=attempt)
    return ProviderError("server_error", sentence_of("server_error"), attempts=attempt)


def _wait(error: ProviderError, attempt: int) -> float | None:
    """Seconds until the next attempt; None when there is to be none."""
    if error.code not in _REPEATED or error.text or attempt >= ATTEMPTS:
        return None
    asked: float | None = getattr(error, "retry_after", None)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT else None
    return float(min(0.5 * 2 ** (attempt - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load


def _time_for(deadline: Deadline, wait: float) -> bool:
    return deadline.at - time.monotonic() > wait + 0.5


def _options(call: Call, *, stream: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "model": call.model,
        "messages": list(call.messages),
        "max_tokens": call.max_output_tokens,
        "temperature": 0.2,
    }
    if stream:
        options |= {"stream": True, "stream_options": {"include_usage": True}}
    if call.schema is not None:
        form = {"name": "answer", "schema": call.schema, "strict": False}
        options["response_format"] = {"type": "json_schema", "json_schema": form}
    return options
