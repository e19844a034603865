"""RFC 9457 problem details, the only error format of the REST API."""

from typing import Any

from django.http import HttpRequest, JsonResponse

from flowtic.core.errors import CommandError


def problem(request: HttpRequest | None, error: CommandError) -> dict[str, Any]:
    """The error as `type, title, status, detail, code, errors[], request_id`."""
    return {
        "type": f"urn:flowtic:problem:{error.code}",
        "title": str(error.title),
        "status": error.status,
        "detail": str(error.message),
        "code": error.code,
        "errors": [
            {"field": field, "message": str(message)} for field, messages in error.fields.items() for message in messages
        ],
        "request_id": getattr(request, "request_id", ""),
    }


def problem_response(request: HttpRequest | None, error: CommandError) -> JsonResponse:
    response = JsonResponse(problem(request, error), status=error.status, content_type="application/problem+json")
    retry_after = error.extra.get("retry_after")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
