"""Answers after something was done with a step: each place on which it can be done gets its own part back.

A form says with `place` where it stands: page (the step's own page), strip (the ticket page), inbox, reason (the
dialog of the inbox), work.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.views.gate import PersonRequest
from desk.models import Ticket
from desk.ticket_page import find
from desk.views import ticket_parts
from flowtic.core.http import safe_next, wants_fragment
from flowtic.core.policy import allows
from workflows.models import WorkItem
from workflows.queries.steps import StepPage, visible_item
from workflows.queries.strip import Strip
from workflows.queries.work import MyWork
from workflows.views.gate import go

STRIP, INBOX, REASON, WORK = "strip", "inbox", "reason", "work"


def place_of(request: PersonRequest) -> str:
    """Where the form stands; only a part of a page is an answer to htmx."""
    return request.POST.get("place", "") if wants_fragment(request) else ""


def show(request: PersonRequest, page: StepPage, *, status: int = 200, **more: Any) -> HttpResponse:
    """The step's page, or only its changing part."""
    template = "workflows/step/_step.html" if wants_fragment(request) else "workflows/step/page.html"
    context = {"page": page, "item": page.item, "ticket": page.ticket, "next": safe_next(request, ""), **more}
    return render(request, template, context, status=status)


def done(request: PersonRequest, item: WorkItem, said: str) -> HttpResponse:
    """After a step was completed, given back or handed on."""
    place = place_of(request)
    if place == STRIP and Ticket.objects.internal_to(request.actor).filter(pk=item.ticket_id).exists():
        return ticket_anew(request, item.ticket.number, said)
    if place in (INBOX, REASON):
        return render(request, "workflows/approvals/done.swap.html", {"item": item, "text": said, "level": "success"})
    messages.success(request, said)
    return go(request, after(request, item))


def taken(request: PersonRequest, item: WorkItem, said: str) -> HttpResponse:
    """After a step was claimed: to where it can be done."""
    place = place_of(request)
    if place == STRIP:
        return ticket_anew(request, item.ticket.number, said)
    if place == WORK:
        context = {"work": MyWork(request.actor), "text": said, "level": "success"}
        return render(request, "workflows/mywork/lists.swap.html", context)
    messages.success(request, said)
    return go(request, reverse("workflows:work_item", args=[item.pk]))


def refuse(request: PersonRequest, page: StepPage, *, status: int, conflict: str = "") -> HttpResponse:
    """What was sent did not fit or came too late: the same place again, with everything that was typed."""
    place = place_of(request)
    if place == STRIP:
        strip = Strip(request.actor, page.ticket, tried=page)
        context = {"strip": strip, "ticket": page.ticket, "conflict": conflict}
        return render(request, "workflows/strip/_strip.html", context, status=status)
    if place == REASON and not conflict:
        context = {"page": page, "item": page.item}
        return render(request, "workflows/approvals/_reason.html", context, status=status)
    if place in (INBOX, REASON, WORK):
        if not conflict:  # a form to fill in does not fit into a line
            return go(request, reverse("workflows:work_item", args=[page.item.pk]))
        template = "workflows/mywork/gone.swap.html" if place == WORK else "workflows/approvals/done.swap.html"
        context = {"item": page.item, "key": f"item-{page.item.pk}", "text": conflict, "level": "warning", "lost": True}
        return render(request, template, context, status=status)
    return show(request, page, status=status, conflict=conflict)


def ticket_anew(request: PersonRequest, number: str, said: str) -> HttpResponse:
    """Head, thread, panel and strip of the ticket page."""
    ticket = find(request.actor, number)
    if ticket is None:
        return go(request, reverse("workflows:work"))
    context = ticket_parts.context(request, ticket, said=said, focus="#steps")
    context["strip"] = Strip(request.actor, ticket)
    return render(request, "workflows/strip/changed.swap.html", context)


def after(request: PersonRequest, item: WorkItem) -> str:
    """Where to go on: back to where the person came from, else to the next step, the ticket or the list."""
    wanted = safe_next(request, "")
    if wanted:
        return wanted
    actor = request.actor
    mine = WorkItem.objects.open().for_people().filter(instance=item.instance_id, assignee=actor.user)
    following = mine.order_by("sort_due_at", "pk").first()
    if following is not None:
        return reverse("workflows:work_item", args=[following.pk])
    if allows(actor, "instance.view", item.instance):
        return reverse("desk:ticket", args=[item.ticket.number])
    if actor.can_work:
        return reverse("workflows:work")
    if item.kind == WorkItem.Kind.APPROVAL:
        return reverse("workflows:approvals")
    seen = Ticket.objects.visible_to(actor).filter(pk=item.ticket_id).exists()
    return reverse("desk:portal_ticket", args=[item.ticket.number]) if seen else reverse("desk:portal")


def again(request: PersonRequest, page: StepPage) -> StepPage:
    """The item as it is now, with what was sent."""
    return StepPage(request.actor, visible_item(request.actor, page.item.pk), data=request.POST, files=request.FILES)
