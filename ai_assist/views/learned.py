"""Administration: what was learned from this desk's own closed tickets, how good it is, and learning anew."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest, admin_page
from ai_assist.learned_page import LearnedPage
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.policy import require


@admin_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Every model with its date, the rows behind it and its held-out scores."""
    require(request.actor, "assist.train")
    return render(request, "ai_assist/learned/page.html", {"learned": LearnedPage(request.actor)})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PersonRequest) -> HttpResponse:
    """Has a worker learn everything anew; who comes back to this address after a login sees the page."""
    from ai_assist.commands.training import start_training

    said = _("A worker learns from the closed tickets now. This page shows the result.")
    return _started(request, start_training, said)


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: PersonRequest) -> HttpResponse:
    """Has a worker judge the engine on this desk's own closed tickets."""
    from ai_assist.commands.training import start_evaluation

    return _started(request, start_evaluation, _("A worker judges the assistant now. This page shows the result."))


def _started(request: PersonRequest, begin: Callable[[Actor], object], said: str) -> HttpResponse:
    require(request.actor, "assist.train")
    if request.method == "POST":
        try:
            if begin(request.actor) is not None:
                messages.success(request, said)
            else:
                messages.info(request, _("A worker is at it already."))
        except CommandError as error:
            messages.error(request, error.message)
    return redirect("ai:learned")
