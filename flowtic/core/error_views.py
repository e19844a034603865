"""Error answers of the web door: a page for browsers, a fragment for htmx."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from flowtic.core.errors import BadRequest, CommandError, Forbidden, NotFound
from flowtic.core.problem import problem_response
from flowtic.core.right_words import right_words


def refusal(request: HttpRequest, error: CommandError) -> HttpResponse | JsonResponse:
    """The answer to a refused command: 403, 404, 409, … with the sentence the command gave."""
    if request.path.startswith("/api/"):
        return problem_response(request, error)
    fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    names = {400: "400.html", 403: "403.html", 404: "404.html"}
    template = "components/refusal.html" if fragment else names.get(error.status, "refused.html")
    response = render(
        request,
        template,
        {
            "error": error,
            "request_id": getattr(request, "request_id", ""),
            "right": right_words(getattr(request, "actor", None), error.extra.get("action")),
        },
        status=error.status,
    )
    retry_after = error.extra.get("retry_after")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        error = BadRequest(
            _("This is too much text to send at once. Nothing was sent: shorten it, or attach it as a file.")
        )
        error.code, error.status = "too_large", 413
        return refusal(request, error)
    return refusal(request, BadRequest())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, Forbidden())


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    error = CommandError(_("Something went wrong on our side. Nothing you typed is lost; please try again."))
    error.code, error.status = "internal_error", 500
    if request.path.startswith("/api/"):
        return problem_response(request, error)
    return render(request, "500.html", {"error": error, "request_id": getattr(request, "request_id", "")}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    error = Forbidden(
        _("The form had expired or came from another site. Please load the page again and send it once more.")
    )
    error.code = "csrf_failed"
    return refusal(request, error)
