"""What a service's refusals mean, in Flowtic's words."""

from typing import Any

import openai
from django.utils.translation import gettext as _

from ai_assist.providers.base import ProviderError
from flowtic.core.outgoing import mask


def sentence_of(code: str) -> str:
    """What people read about a failure."""
    return {
        "timeout": _("The language model did not answer in time."),
        "connect": _("The language model cannot be reached."),
        "unauthorized": _("The language model's service refuses the key. An administrator has to enter it again."),
        "bad_request": _("The language model's service does not understand the call."),
        "rate_limited": _("The language model's service is busy. Try again in a few minutes."),
        "server_error": _("The language model's service has a fault. Try again later."),
        "bad_answer": _("The language model's answer was not understandable."),
        "empty": _("The language model gave no answer."),
        "too_long": _("The language model's answer is far too long."),
    }.get(code, _("The language model cannot be asked at the moment."))


def translated(error: openai.APIStatusError, attempts: int, key: str) -> ProviderError:
    """A refusal with an HTTP status."""
    status = error.status_code
    code = _code(status)
    sentence = sentence_of(code)
    if code == "bad_request":
        # For the administrator: which model is unknown, what is wrong. Short, and without the key.
        sentence = f"{sentence} ({status}: {mask(_said(error), [key])[:160]})"
    found = ProviderError(code, sentence, status=status, attempts=attempts)
    found.retry_after = _retry_after(error)  # type: ignore[attr-defined]
    return found


def adapted(options: dict[str, Any], error: openai.APIStatusError) -> dict[str, Any] | None:
    """The same call without the option that the service does not know; None when that is not the reason."""
    if error.status_code not in (400, 422):
        return None
    said = _said(error).lower()
    if "max_completion_tokens" in said and "max_tokens" in options:
        changed = {name: value for name, value in options.items() if name != "max_tokens"}
        return {**changed, "max_completion_tokens": options["max_tokens"]}
    for name in ("stream_options", "response_format", "temperature"):
        if name in options and (name in said or (name == "response_format" and "json_schema" in said)):
            return {key: value for key, value in options.items() if key != name}
    return None


def _code(status: int) -> str:
    if status in (401, 403):
        return "unauthorized"
    if status in (408, 504):
        return "timeout"
    if status == 429:
        return "rate_limited"
    if 300 <= status < 400:
        return "bad_answer"
    return "server_error" if status >= 500 else "bad_request"


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        text = inner.get("message") if isinstance(inner, dict) else inner
        return " ".join(str(text or "").split())[:500]
    return ""


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds; a date counts as too long, like anything else that is no number."""
    text = error.response.headers.get("retry-after", "")
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return float("inf")
    return seconds if 0 <= seconds < float("inf") else float("inf")
