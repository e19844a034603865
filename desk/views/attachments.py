"""Uploads are handed out to those who may read them, as files and never as pages."""

import structlog
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.models import Attachment
from desk.views.portal_gate import portal_page
from flowtic.core.uploads import file_response

log = structlog.get_logger("flowtic.desk")


@require_safe
@portal_page
def attachment(request: PersonRequest, key: str) -> FileResponse:
    """The file as a download; `?inline=1` shows pictures in the page."""
    item = get_object_or_404(Attachment.objects.visible_to(request.actor), key=key)
    inline = request.GET.get("inline") == "1"
    try:
        return file_response(item.path, item.name, item.content_type, picture=item.is_image, inline=inline)
    except FileNotFoundError:
        log.error("attachment_missing", attachment=item.pk, path=item.path)
        raise Http404 from None
