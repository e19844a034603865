"""Answers of the web door: a fragment for htmx, a redirect or a page without it."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (boosted links and history want the whole)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type", "partial") != "full"


def partial_or_redirect(
    request: HttpRequest, template: str, context: dict[str, Any], *, to: Any, status: int = 200, message: str = ""
) -> HttpResponse:
    """htmx gets the partial; a plain form post gets a redirect after success and, on 4xx, the page `to` renders."""
    if wants_fragment(request):
        return render(request, template, {**context, "toast": message}, status=status)
    if message:
        messages.success(request, message)
    return redirect(to)


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """The `next` parameter if it stays on this host, else `fallback`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") else fallback


def safe_path(request: HttpRequest, address: str, fallback: str = "/") -> str:
    """Path and query of an address on this host, as htmx names the page it is on; else `fallback`."""
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    if not allowed:
        return fallback
    parts = urlsplit(address)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
