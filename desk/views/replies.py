"""Canned replies: the desk's and one's own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.canned_texts import NAMES
from desk.commands import remove_canned_reply, save_canned_reply
from desk.forms.canned_replies import CannedReplyForm
from desk.models import CannedReply
from desk.views.gate import desk_page
from desk.views.ticket_parts import SHOWN
from flowtic.core.errors import CommandError
from flowtic.core.policy import require


@desk_page
@require_safe
def replies(request: PersonRequest) -> HttpResponse:
    """What the person may use, those of the desk and one's own apart; `?q=` searches names and texts."""
    query = request.GET.get("q", "").strip()[:80]
    rows = CannedReply.objects.visible_to(request.actor).prefetch_related("departments")
    found = [row for row in rows if query.casefold() in f"{row.name} {row.text_de} {row.text_en}".casefold()]
    shown = {
        "query": query,
        "own": [row for row in found if row.owner_id],
        "shared": [row for row in found if not row.owner_id],
        "may_share": request.actor.is_support,
    }
    return render(request, "desk/replies/list.html", shown)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new one (`?own=1`: of one's own) or a known one."""
    known = get_object_or_404(CannedReply.objects.visible_to(request.actor), pk=pk) if pk else None
    own = bool(known.owner_id) if known else "own" in request.GET or not request.actor.is_support
    require(request.actor, "canned_reply.edit", known or CannedReply(owner=request.user if own else None))
    form = CannedReplyForm(request.POST or None, actor=request.actor, reply=known, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            save_canned_reply(request.actor, known, own=own, **form.cleaned_data)
        except CommandError as error:
            if error.status not in SHOWN:
                raise
            form.add_refusal(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:settings_replies")
    shown = {"form": form, "reply": known, "own": own, "names": NAMES.items()}
    return render(request, "desk/replies/edit.html", shown, status=422 if request.method == "POST" else 200)


@desk_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(CannedReply.objects.visible_to(request.actor), pk=pk)
    remove_canned_reply(request.actor, known)
    messages.success(request, _("The reply was removed."))
    return redirect("desk:settings_replies")
