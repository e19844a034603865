"""Hands out profile pictures: private, never executable, cached for ever because a new picture has a new name."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from accounts.commands.avatars import avatar_path
from accounts.views.gate import PersonRequest


@login_required
@require_safe
def avatar(request: PersonRequest, key: str) -> FileResponse:
    """The picture of that random name, to anybody who may be in."""
    try:
        file = default_storage.open(avatar_path(key))
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Content-Disposition": "inline",
        },
    )
