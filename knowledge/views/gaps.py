"""What is missing: searches that found nothing, and what other apps report."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from knowledge.commands import clear_miss
from knowledge.gaps import providers
from knowledge.models import SearchMiss
from knowledge.views.gate import writer_page

SHOWN = 100


@require_safe
@writer_page
def report(request: PersonRequest) -> HttpResponse:
    misses = SearchMiss.objects.order_by("-count", "-last_at")[:SHOWN]
    sections = [{"label": one.label, "gaps": one.find(request.actor, 30)} for one in providers()]
    return render(request, "knowledge/reports/gaps.html", {"misses": misses, "sections": sections})


@writer_page
@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes a search off the list."""
    clear_miss(request.actor, get_object_or_404(SearchMiss, pk=pk))
    messages.success(request, _("Removed from the list."))
    return redirect("knowledge:gaps")
