"""Administration: which role may do what, to look at."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.role_matrix import COLUMNS, matrix


@admin_page
@require_safe
def matrix_page(request: PersonRequest) -> HttpResponse:
    """The fixed rights of the roles in plain sentences; `?q=` narrows."""
    text = request.GET.get("q", "").strip()[:100]
    context = {"groups": matrix(request.actor, text), "columns": [label for _key, label in COLUMNS], "text": text}
    return render(request, "desk/settings/roles.html", context)
