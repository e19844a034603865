"""One ticket in the portal: read it, answer, close, reopen."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import add_comment, change_status, reopen_ticket
from desk.forms.rating import RatingForm
from desk.models import Status, Ticket
from desk.portal_forms import ReplyForm, new_token
from desk.portal_queries import own_tickets, ticket_view
from desk.ratings import rating_of
from desk.strips import PORTAL, strips_for
from desk.views.portal_gate import portal_page
from desk.views.portal_new import PAINTED, count_uploads, leave_for
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once
from flowtic.core.ratelimit import limit


@require_safe
@portal_page
def ticket_page(request: PersonRequest, number: str) -> HttpResponse:
    """The requester's view of the ticket; a number that was merged leads to where the work goes on."""
    ticket = find_visible(request, number)
    target = ticket.merged_into
    if target is not None and Ticket.objects.visible_to(request.actor).filter(pk=target.pk).exists():
        messages.info(request, _("%(number)s was joined with this ticket.") % {"number": ticket.number})
        return redirect("desk:portal_ticket", target.number)
    if ticket.internal_for(request.actor) and not own_tickets(request.actor).filter(pk=ticket.pk).exists():
        return redirect(ticket)  # who only works it does so at the desk
    return _page(request, ticket, ReplyForm(initial={"token": new_token()}))


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def reply(request: PersonRequest, number: str) -> HttpResponse:
    """A message with files. Long after the end it opens a follow-up, and the page moves there."""
    ticket = find_visible(request, number)
    if request.method != "POST":
        return redirect("desk:portal_ticket", number)
    form = ReplyForm(request.POST.copy(), request.FILES)
    if not form.is_valid():
        return _page(request, ticket, form, status=422)
    try:
        answer = run_once(request.user, *form.once(request.path), lambda: _add(request, ticket, form))
    except CommandError as error:
        if wants_fragment(request) and error.status not in PAINTED:
            raise
        form.add_refusal(error)
        return _page(request, ticket, form, status=error.status)
    return _after_reply(request, ticket, answer.body, "" if answer.repeated else _said(ticket, answer.body))


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def close(request: PersonRequest, number: str) -> HttpResponse:
    """The matter is settled."""
    ticket = find_visible(request, number)
    if request.method == "POST":
        try:
            change_status(request.actor, ticket, status=Status.objects.get(key="closed"))
            messages.success(request, _("The ticket is closed."))
        except CommandError as error:
            messages.error(request, error.message)
    return redirect("desk:portal_ticket", number)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def reopen(request: PersonRequest, number: str) -> HttpResponse:
    """It is not settled after all."""
    ticket = find_visible(request, number)
    if request.method == "POST":
        try:
            reopen_ticket(request.actor, ticket)
            messages.success(request, _("The ticket is open again."))
        except CommandError as error:
            messages.error(request, error.message)
    return redirect("desk:portal_ticket", number)


def find_visible(request: PersonRequest, number: str) -> Ticket:
    """The ticket if the person sees any of it, with what the page shows."""
    joined = Ticket.objects.select_related(
        "status", "department", "requester", "assignee", "request_type", "form_version", "merged_into"
    )
    return get_object_or_404(joined.visible_to(request.actor), number=number)


def _add(request: PersonRequest, ticket: Ticket, form: ReplyForm) -> Answer:
    limit("comment", request.user.pk)
    count_uploads(request)
    data = form.cleaned_data
    comment = add_comment(
        request.actor,
        ticket,
        body=data["body"],
        internal=False,
        files=data["files"],
    )
    return Answer(201, {"number": comment.ticket.number, "comment": comment.pk})


def _said(ticket: Ticket, written: dict[str, Any]) -> str:
    """What the person is told about where the message went."""
    if written["number"] == ticket.number:
        return _("Your message was sent.")
    went = _("This ticket was joined with %(number)s; your message is there.")
    opened = _("The old ticket is closed for good. Your message opened the follow-up %(number)s.")
    return (went if ticket.merged_into else opened) % {"number": written["number"]}


def _after_reply(request: PersonRequest, ticket: Ticket, written: dict[str, Any], said: str) -> HttpResponse:
    url, stays = reverse("desk:portal_ticket", args=[written["number"]]), written["number"] == ticket.number
    if stays and wants_fragment(request):
        form = ReplyForm(initial={"token": new_token()})
        return _page(request, find_visible(request, ticket.number), form, sent=written["comment"])
    if said:
        messages.success(request, said)
    return leave_for(request, f"{url}#comment-{written['comment']}" if stays else url)


def _page(request: PersonRequest, ticket: Ticket, form: ReplyForm, status: int = 200, sent: int = 0) -> HttpResponse:
    """The whole page, its changing part after an htmx reply, or only what was wrong with that."""
    if status != 200 and wants_fragment(request):
        return render(request, "desk/portal/_reply_errors.html", {"form": form}, status=status)
    everything = request.GET.get("messages") == "all"
    view = ticket_view(request.actor, ticket, everything=everything)
    template = "desk/portal/_ticket.html" if wants_fragment(request) else "desk/portal/ticket.html"
    context: dict[str, Any] = {"view": view, "ticket": ticket, "form": form, "sent": sent}
    if view.doors.rate_until:
        context |= {"rating": rating_of(ticket), "rating_until": view.doors.rate_until}
        context["rating_form"] = RatingForm.showing(context["rating"])
    context["strips"] = strips_for(request.actor, ticket, PORTAL)
    return render(request, template, context, status=status)
