"""A person as colleagues see them: page and contact card."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import card
from accounts.views.gate import PersonRequest


@login_required
@require_safe
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """The page behind the card, also for browsers without scripts."""
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    return render(request, "accounts/person/page.html", {"person": person, "card": card(request.actor, person)})


@login_required
@require_safe
def card_fragment(request: PersonRequest, pk: int) -> HttpResponse:
    """What opens when a name is clicked."""
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    return render(request, "accounts/person/_card.html", {"person": person, "card": card(request.actor, person)})
