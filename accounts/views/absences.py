"""Absences: one's own on the profile, those of others on their page; the policy decides whose."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.absences import absent_until
from accounts.commands import record_absence, remove_absence, set_availability
from accounts.models import Absence, User
from accounts.queries import absences
from accounts.views.gate import PersonRequest
from accounts.working_forms import AbsenceForm
from flowtic.core.errors import CommandError, Forbidden
from flowtic.core.http import safe_next, wants_fragment
from flowtic.core.policy import require


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """A person's absences with a form for the next one."""
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    require(request.actor, "person.set_absence", person)
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=request.actor, person=person)
    if form.is_bound and form.is_valid():
        try:
            record_absence(request.actor, person, **form.cleaned_data)
            messages.success(request, _("Absence saved."))
            return redirect("accounts:absences", pk)
        except Forbidden:
            raise
        except CommandError as error:
            form.refuse(error)
    context = {"person": person, "form": form, "absences": absences(person)}
    return render(request, "accounts/absences/page.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def availability(request: PersonRequest) -> HttpResponse:
    """The switch of the person who is signed in: `available` is sent when it is on."""
    person = set_availability(request.actor, request.user, available="available" in request.POST)
    target = safe_next(request, reverse("accounts:absences", args=[person.pk]))
    if not wants_fragment(request):
        return redirect(target)
    context = {"away_until": absent_until(person), "person": person, "next": target, "swapped": True}
    return render(request, "accounts/availability/_switch.html", context)


@login_required
@require_POST
def remove(request: PersonRequest, pk: int, absence_pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    try:
        remove_absence(request.actor, get_object_or_404(Absence, pk=absence_pk, user=person))
        messages.success(request, _("The absence was ended."))
    except Forbidden:
        raise
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("accounts:absences", pk)
