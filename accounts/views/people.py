"""A person as colleagues see them: page and contact card."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import card, skills_of
from accounts.views.gate import PersonRequest
from flowtic.core.policy import allows


@login_required
@require_safe
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """The page behind the card, also for browsers without scripts."""
    person = get_object_or_404(User.objects.visible_to(request.actor).select_related("manager"), pk=pk)
    context = {
        "person": person,
        "card": card(request.actor, person),
        "skills": skills_of(person),
        "may_set_absence": allows(request.actor, "person.set_absence", person) and person.can_work,
    }
    return render(request, "accounts/person/page.html", context)


@login_required
@require_safe
def card_fragment(request: PersonRequest, pk: int) -> HttpResponse:
    """What opens when a name is clicked."""
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    return render(request, "accounts/person/_card.html", {"person": person, "card": card(request.actor, person)})
