"""The tree of categories, for who writes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from knowledge.commands import remove_category, save_category
from knowledge.forms import CategoryForm
from knowledge.models import Article, Category
from knowledge.queries import flat, tree
from knowledge.views.gate import writer_page


@writer_page
@require_http_methods(["GET", "HEAD", "POST"])
def category_list(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """All categories with a form for a new one, or (pk) for changing one of them."""
    row = get_object_or_404(Category, pk=pk) if pk else None
    names = CategoryForm.base_fields
    initial = {name: getattr(row, f"{name}_id" if name == "parent" else name) for name in names} if row else None
    bound = request.POST if request.method == "POST" else None
    form = CategoryForm(bound, actor=request.actor, category=row, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            save_category(request.actor, row, **form.cleaned_data)
            messages.success(request, _("Category saved."))
            return redirect("knowledge:categories")
        except CommandError as error:
            form.refuse(error)
    rows = flat(tree(request.actor, Article.objects.all()))
    context = {"form": form, "category": row, "rows": rows}
    return render(request, "knowledge/categories/list.html", context, status=422 if form.is_bound else 200)


@writer_page
@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        remove_category(request.actor, get_object_or_404(Category, pk=pk))
        messages.success(request, _("Category deleted."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("knowledge:categories")
