"""Doors of the workflow pages."""

import functools
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.views.gate import PersonRequest, View
from desk.views.portal_gate import portal_page
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require


def step_change(view: View) -> View:
    """For addresses that only take changes of a step: who comes back to one after a login sees the step instead."""

    @portal_page
    @functools.wraps(view)
    def run(request: PersonRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return redirect("workflows:work_item", pk)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        return view(request, pk, *args, **kwargs)

    return run


def workflow_page(view: View) -> View:
    """For who works tickets: they may read every workflow."""

    @portal_page
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.actor, "workflow.view")
        return view(request, *args, **kwargs)

    return run


def go(request: PersonRequest, url: str) -> HttpResponse:
    """Another page, also for htmx, which would swap the answer to a redirect into the part."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if wants_fragment(request) else redirect(url)
