"""One's own keyboard shortcuts: /me/shortcuts."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.commands import change_shortcuts
from accounts.shortcuts import KEYS, Mode, mode_of
from accounts.views.gate import PersonRequest
from flowtic.core.errors import Invalid

MAX_TYPED = 8  # signs of a field that are shown again


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Shows and saves them; what was typed stays after an error."""
    stored = request.user.shortcuts
    mode, keys = mode_of(stored), stored.get("keys", {})
    if request.method != "POST":
        return _page(request, mode, keys, {})
    if "reset" in request.POST:
        mode, keys = Mode.ON.value, {}
    else:
        mode = request.POST.get("mode", "")
        keys = {entry.key: request.POST.get(f"key-{entry.key}", "")[:MAX_TYPED] for entry in KEYS}
    try:
        change_shortcuts(request.actor, request.user, mode=mode, keys=keys)
    except Invalid as error:
        return _page(request, mode, keys, error.fields, status=422)
    messages.success(request, _("Keyboard shortcuts saved."))
    return redirect("accounts:shortcuts")


def _page(
    request: PersonRequest, mode: str, keys: dict[str, str], errors: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    rows = [{"entry": row, "value": keys.get(row.key) or row.key, "errors": errors.get(row.key)} for row in KEYS]
    found = {"rows": rows, "mode": mode, "modes": Mode.choices, "errors": errors}
    return render(request, "accounts/shortcuts/page.html", found, status=status)
