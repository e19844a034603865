"""RFC 9457 problem details, the only error format of the REST API."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from flowtic.core.errors import CommandError

MEDIA_TYPE = "application/problem+json"

# What the schema checker finds, in words; anything else keeps its own (English) ones.
_SENTENCES: dict[str, str | Promise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field does not exist."),
    "string_type": _("Please give a text."),
    "string_unicode": _("Please give a text."),
    "string_too_short": _("This text is too short."),
    "string_too_long": _("This text is too long."),
    "string_pattern_mismatch": _("This text is empty, or has characters that are not possible here."),
    "int_type": _("Please give a whole number."),
    "bool_type": _("Please say true or false."),
    "list_type": _("Please give a list."),
    "dict_type": _("Please give an object."),
    "model_type": _("Please give an object."),
    "model_attributes_type": _("Please give an object."),
    "too_long": _("This list is too long."),
    "too_short": _("This list is too short."),
    "greater_than_equal": _("This number is too small."),
    "less_than_equal": _("This number is too large."),
}


def sentence_of(item: dict[str, Any]) -> str:
    """One finding of the schema checker as a sentence."""
    if item["type"] == "literal_error":
        return str(_("Please choose one of %(values)s.")) % {"values": item["ctx"]["expected"]}
    return str(_SENTENCES.get(item["type"], item["msg"]))


def problem(request: HttpRequest | None, error: CommandError) -> dict[str, Any]:
    """The error as `type, title, status, detail, code, errors[], request_id`."""
    return {
        "type": f"urn:flowtic:problem:{error.code}",
        "title": str(error.title),
        "status": error.status,
        "detail": str(error.message),
        "code": error.code,
        "errors": [
            {"field": field, "message": str(message)}
            for field, messages in error.fields.items()
            for message in messages
        ],
        "request_id": getattr(request, "request_id", ""),
    }


def problem_response(request: HttpRequest | None, error: CommandError) -> JsonResponse:
    response = JsonResponse(problem(request, error), status=error.status, content_type=MEDIA_TYPE)
    retry_after = error.extra.get("retry_after")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
