"""Uploads are handed out to those who may read them, as files and never as pages."""

from urllib.parse import quote

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.models import Attachment
from desk.views.portal_gate import portal_page

log = structlog.get_logger("flowtic.desk")

# What a browser may do with an upload that is opened by itself: nothing.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
DOWNLOAD_TYPE = "application/octet-stream"
FALLBACK_NAME = "attachment"


@require_safe
@portal_page
def attachment(request: PersonRequest, key: str) -> FileResponse:
    """The file as a download; `?inline=1` shows pictures in the page."""
    item = get_object_or_404(Attachment.objects.visible_to(request.actor), key=key)
    try:
        content = default_storage.open(item.path)
    except FileNotFoundError:
        log.error("attachment_missing", attachment=item.pk, path=item.path)
        raise Http404 from None
    inline = item.is_image and request.GET.get("inline") == "1"
    # A type that the content proved, or none at all: browsers must not guess what it could run.
    response = FileResponse(content, content_type=item.content_type if item.is_image else DOWNLOAD_TYPE)
    response["Content-Disposition"] = disposition(item.name, inline=inline)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str, *, inline: bool) -> str:
    """`Content-Disposition` with the name in the encoded form only (RFC 5987); old programs see a fixed one."""
    kind = "inline" if inline else "attachment"
    encoded = quote(name, safe="", errors="replace")
    return f"{kind}; filename=\"{FALLBACK_NAME}\"; filename*=UTF-8''{encoded}"
