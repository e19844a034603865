"""Administration: tags, how often they are used, renaming, merging, deleting."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import CommandForm
from accounts.views.gate import PersonRequest, admin_page
from desk import tag_uses
from desk.commands.tags import delete_tag, merge_tags, rename_tag
from desk.forms.configuration import MergeTagForm, TagForm
from desk.models import Tag
from flowtic.core.errors import CommandError
from flowtic.core.paging import Sort, page

BY_NAME = Sort("name", ("name",))
PAGE_SIZE = 50


@admin_page
@require_safe
def tag_list(request: PersonRequest) -> HttpResponse:
    """By name, page by page; `?q=` narrows."""
    text = request.GET.get("q", "").strip().lower()[:60]
    rows = Tag.objects.filter(name__contains=text) if text else Tag.objects.all()
    found = page(rows, BY_NAME, cursor=request.GET.get("cursor", ""), limit=PAGE_SIZE)
    uses = dict(
        Tag.objects.filter(pk__in=[row.pk for row in found.rows]).order_by().annotate(number=Count("tickets"))
        .values_list("pk", "number")
    )  # fmt: skip
    context = {"page": found, "rows": [(row, uses[row.pk]) for row in found.rows], "text": text}
    return render(request, "desk/settings/tags.html", context)


@admin_page
@require_safe
def tag(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Tag, pk=pk)
    return _page(request, row, TagForm(initial={"name": row.name}), MergeTagForm())


@admin_page
@require_POST
def rename(request: PersonRequest, pk: int) -> HttpResponse:
    row, form = get_object_or_404(Tag, pk=pk), TagForm(request.POST)
    if form.is_valid():
        try:
            rename_tag(request.actor, row, name=form.cleaned_data["name"])
            messages.success(request, _("Renamed on all tickets."))
            return redirect("desk:settings_tags")
        except CommandError as error:
            form.refuse(error)
    return _page(request, row, form, MergeTagForm())


@admin_page
@require_POST
def merge(request: PersonRequest, pk: int) -> HttpResponse:
    row, form = get_object_or_404(Tag, pk=pk), MergeTagForm(request.POST)
    if form.is_valid():
        try:
            into = merge_tags(request.actor, row, into=form.cleaned_data["into"])
            messages.success(request, _("Merged into “%(name)s”.") % {"name": into.name})
            return redirect("desk:settings_tag", into.pk)
        except CommandError as error:
            form.refuse(error)
    return _page(request, row, TagForm(initial={"name": row.name}), form)


@admin_page
@require_POST
def delete(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Tag, pk=pk)
    try:
        delete_tag(request.actor, row)
    except CommandError as error:
        messages.error(request, error.message)
        return redirect("desk:settings_tag", pk)
    messages.success(request, _("Deleted."))
    return redirect("desk:settings_tags")


def _page(request: PersonRequest, row: Tag, renaming: CommandForm, merging: CommandForm) -> HttpResponse:
    refused = renaming.is_bound or merging.is_bound
    context: dict[str, Any] = {
        "tag": row,
        "number": row.tickets.count(),
        "asked_by": tag_uses.named_by(row.name),
        "renaming": renaming,
        "merging": merging,
        "others": Tag.objects.exclude(pk=row.pk).values_list("name", flat=True)[:500],
    }
    return render(request, "desk/settings/tag.html", context, status=422 if refused else 200)
