"""Administration: people who wait for a decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.commands import approve_person, reject_person
from accounts.forms import ApprovalForm
from accounts.models import User
from accounts.queries import pending_people, waiting_count
from accounts.views.gate import PersonRequest, admin_page
from flowtic.core.errors import CommandError, Conflict
from flowtic.core.http import wants_fragment


@admin_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Everybody who waits, each with the two decisions."""
    return render(request, "accounts/approval/page.html", {"rows": _rows(request)})


@admin_page
@require_POST
def approve(request: PersonRequest, pk: int) -> HttpResponse:
    def decide(person: User, form: ApprovalForm) -> str:
        data = form.cleaned_data
        approve_person(request.actor, person, role=data["role"], departments=form.chosen(), reason=data["reason"])
        return _("%(name)s is approved.") % {"name": person.name}

    return _decide(request, pk, decide)


@admin_page
@require_POST
def reject(request: PersonRequest, pk: int) -> HttpResponse:
    def decide(person: User, form: ApprovalForm) -> str:
        reject_person(request.actor, person, reason=form.cleaned_data["reason"])
        return _("%(name)s is rejected.") % {"name": person.name}

    return _decide(request, pk, decide)


def _decide(request: PersonRequest, pk: int, decide: Callable[[User, ApprovalForm], str]) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    form = _form(request, person, request.POST)
    if form.is_valid():
        try:
            return _done(request, person, decide(person, form))
        except Conflict as error:  # somebody else decided
            return _done(request, person, error.message, level="warning")
        except CommandError as error:
            form.refuse(error)
    row = {"person": person, "form": form}
    if wants_fragment(request):
        return render(request, "accounts/approval/_row.html", {"row": row}, status=422)
    rows = [row if other["person"].pk == pk else other for other in _rows(request)]
    return render(request, "accounts/approval/page.html", {"rows": rows}, status=422)


def _done(request: PersonRequest, person: User, text: str, *, level: str = "success") -> HttpResponse:
    if wants_fragment(request):
        context = {"person": person, "text": text, "level": level, "left": waiting_count(request.actor) or 0}
        response = render(request, "accounts/approval/decided.swap.html", context)
        response["HX-Reswap"] = "delete"  # the row goes; all that comes belongs elsewhere
        return response
    messages.add_message(request, messages.WARNING if level == "warning" else messages.SUCCESS, text)
    return redirect("accounts:people_pending")


def _rows(request: PersonRequest) -> list[dict[str, Any]]:
    return [{"person": person, "form": _form(request, person)} for person in pending_people(request.actor)]


def _form(request: PersonRequest, person: User, data: Any = None) -> ApprovalForm:
    wished = [person.requested_department_id] if person.requested_department_id else []
    # Field names are the same in every row, ids are not.
    return ApprovalForm(data, actor=request.actor, initial={"departments": wished}, auto_id=f"id_{person.pk}_%s")
