"""Pages of the core: the role router and the outbox."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from flowtic.core import outbox
from flowtic.core.http import partial_or_redirect
from flowtic.core.models import Delivery, Job, LeasedWork
from flowtic.core.policy import require

KINDS: dict[str, type[LeasedWork]] = {"delivery": Delivery, "job": Job}
SHOWN = 100


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to where their work is."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_person:
        return redirect("accounts:pending")
    return redirect("desk:ticket_list" if actor.can_work else "desk:portal")


@login_required
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    """What waits and what was given up."""
    require(request.actor, "outbox.manage")  # type: ignore[attr-defined]
    return render(request, "core/outbox/list.html", _overview())


@login_required
@require_POST
def outbox_retry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Puts a dead row back to work."""
    require(request.actor, "outbox.manage")  # type: ignore[attr-defined]
    if kind not in KINDS:
        raise Http404
    outbox.retry(get_object_or_404(KINDS[kind], pk=pk))
    return partial_or_redirect(
        request, "core/outbox/_rows.html", _overview(), to="core:outbox", message=_("The row will be tried again.")
    )


def _overview() -> dict[str, Any]:
    dead, pending = Q(state=LeasedWork.State.DEAD), Q(state=LeasedWork.State.PENDING)
    counts = {
        name: model._default_manager.aggregate(dead=Count("pk", filter=dead), pending=Count("pk", filter=pending))
        for name, model in KINDS.items()
    }
    unfinished = dead | Q(state=LeasedWork.State.PENDING, attempts__gt=0)
    return {
        "counts": counts,
        "age": outbox.oldest_waiting(),
        "deliveries": Delivery.objects.filter(unfinished)
        .select_related("event")
        .order_by("-state", "next_try")[:SHOWN],
        "jobs": Job.objects.filter(unfinished).select_related("started_by").order_by("-state", "next_try")[:SHOWN],
    }
