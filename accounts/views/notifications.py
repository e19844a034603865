"""One's own notifications: the bell's list, the page, and what one wants to hear of."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import notify
from accounts.commands import mark_read, save_notification_settings
from accounts.digests import grouped
from accounts.models import Notification
from accounts.notification_forms import SettingsForm
from accounts.views.gate import PersonRequest
from flowtic.core.errors import BadRequest, CommandError
from flowtic.core.http import safe_next
from flowtic.core.paging import Sort, page

SORT = Sort("-created", ("-id",))
ON_PAGE, IN_LIST = 40, 8


@login_required
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """Everything that may still be read, grouped by ticket, by kind where the address says so."""
    rows = Notification.objects.visible_to(request.actor).select_related("event", "event__actor")
    group = request.GET.get("kind", "")
    if group in notify.Group.values:
        rows = rows.filter(kind__in=notify.kinds_of(group))
    if request.GET.get("unread"):
        rows = rows.unread()
    found = page(rows, SORT, cursor=request.GET.get("cursor", ""), limit=ON_PAGE)
    context = {
        "tickets": grouped(notify.entries(request.actor, found.rows)),
        "next": found.next,
        "group": group,
        "groups": notify.Group.choices if request.actor.can_work else [],
        "unread_only": bool(request.GET.get("unread")),
    }
    return render(request, "accounts/notifications/page.html", context)


@login_required
@require_safe
def recent(request: PersonRequest) -> HttpResponse:
    """What the bell shows."""
    return render(
        request, "accounts/notifications/_recent.html", {"entries": notify.newest(request.actor, most=IN_LIST)}
    )


@login_required
@require_safe
def count(request: PersonRequest) -> HttpResponse:
    return JsonResponse({"unread": len(notify.unread(request.actor))})


@login_required
@require_POST
def read(request: PersonRequest) -> HttpResponse:
    """Marks as read: `id` (several), `ticket`, or everything with all=1."""
    ids, ticket = request.POST.getlist("id"), request.POST.get("ticket", "")
    if not all(text.isdecimal() and len(text) < 19 for text in [*ids, *([ticket] if ticket else [])]):
        raise BadRequest(_("Please name notifications by their numbers."), fields={"id": _("unknown")})
    if not ids and not ticket and not request.POST.get("all"):
        raise BadRequest(_("Please say what was read."), fields={"id": _("missing")})
    mark_read(request.actor, ids=[int(text) for text in ids] or None, ticket_id=int(ticket) if ticket else None)
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"unread": len(notify.unread(request.actor))})
    return redirect(safe_next(request, "/notifications"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponse:
    """The table of choices; `?department=` adds other rules for a department."""
    form = SettingsForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form.add_place(request.GET.get("department", ""))
    elif form.is_valid():
        try:
            save_notification_settings(request.actor, **form.values())
            messages.success(request, _("Notification settings saved."))
            return redirect("accounts:notification_settings")
        except CommandError as error:
            form.refuse(error)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/notifications/settings.html", {"form": form}, status=status)
