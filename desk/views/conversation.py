"""Replies, notes and files."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.checklists import progress_of
from desk.commands import (
    add_comment,
    detach_file,
    drop_composer_draft,
    schedule_message,
    split_comment,
    write_planned,
)
from desk.commands.conversation import Unseen
from desk.commands.sending import waiting_files
from desk.forms.conversation import ComposerForm, SplitForm
from desk.mentions import mentioned
from desk.models import Attachment, Comment, Ticket
from desk.next_ticket import next_address
from desk.views.gate import desk_change, desk_page, offer, working_ticket
from desk.views.portal_new import count_uploads, leave_for
from desk.views.ticket_parts import SHOWN, changed, context, refused, whole_page
from flowtic.core import clock
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once
from flowtic.core.journal import heard
from flowtic.core.policy import require

# So many of the messages that came meanwhile are shown before sending.
UNSEEN_SHOWN = 3


@desk_change
def write(request: PersonRequest, number: str) -> HttpResponse:
    """Sends a reply or a note, now or later; whatever is wrong, the text stays in the composer."""
    ticket = working_ticket(request, number)
    form = ComposerForm(request.POST.copy(), request.FILES)
    if not form.is_valid():
        return _again(request, ticket, form, 422)
    if names := _names_in_reply(ticket, form):
        return _again(request, ticket, form, 409, names=names)
    try:
        answer = run_once(request.user, *form.once(request.path), lambda: _write(request, ticket, form))
    except Unseen as error:
        return _again(request, ticket, form, 409, unseen=_unseen(error))
    except CommandError as error:
        if error.status not in SHOWN:
            raise
        form.add_refusal(error)
        return _again(request, ticket, form, error.status)
    return _sent(request, ticket, form, answer.body)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Makes a ticket of its own from one reply."""
    ticket = working_ticket(request, number)
    comment = get_object_or_404(Comment.objects.visible_to(request.actor), pk=pk, ticket=ticket, is_internal=False)
    require(request.actor, "ticket.split", ticket)
    form = SplitForm(request.POST) if request.method == "POST" else SplitForm(initial={"subject": ticket.subject})
    if request.method == "POST" and form.is_valid():
        try:
            with heard() as request.operations:  # type: ignore[attr-defined]
                new = split_comment(request.actor, comment, subject=form.cleaned_data["subject"])
            messages.success(request, _("The new ticket was created."), extra_tags=offer(request))
            return redirect(new)
        except CommandError as error:
            if error.status not in SHOWN:
                raise
            form.add_refusal(error)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "desk/ticket/split.html", {"ticket": ticket, "comment": comment, "form": form}, status=status
    )


@desk_change
def detach(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """Removes a file; the history keeps that it was there."""
    ticket = working_ticket(request, number)
    file = get_object_or_404(Attachment.objects.visible_to(request.actor), key=key, ticket=ticket)
    try:
        detach_file(request.actor, file)
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("The file was removed."), focus="#panel-files")


def _write(request: PersonRequest, ticket: Ticket, form: ComposerForm) -> Answer:
    data, actor = form.cleaned_data, request.actor
    count_uploads(request)
    text: dict[str, Any] = {"body": data["body"], "files": data["files"], "status": data["status"]}
    later, hold = data["go"] == "later", settings.FLOWTIC_UNDO_SEND if data["kind"] == "reply" else 0
    if later or hold or waiting_files(actor, ticket, data["kind"], data["draft"]):
        due = data["at"] if later else clock.now() + timedelta(seconds=hold)
        more = {"kind": data["kind"], "seen": data["seen"], "despite": data["despite"] or 0, "draft": data["draft"]}
        row = schedule_message(actor, ticket, due_at=due, held=not later, **text, **more)
        comment = None if later or hold else write_planned(actor, row)
        if comment is None:
            return Answer(202, {"planned": row.pk, "number": ticket.number})
    else:
        seen = {"seen": data["seen"], "despite": data["despite"] or 0}
        comment = add_comment(actor, ticket, internal=data["kind"] == "note", **text, **seen)
        drop_composer_draft(actor, ticket, kind=data["kind"], draft_id=data["draft"])
    return Answer(201, {"comment": comment.pk, "number": comment.ticket.number})


def _sent(request: PersonRequest, ticket: Ticket, form: ComposerForm, answer: dict[str, Any]) -> HttpResponse:
    """To where one sees it, or on to the next ticket."""
    data, planned = form.cleaned_data, answer.get("planned")
    key = f"#planned-{planned}" if planned else f"#c-{answer['comment']}"
    if answer["number"] != ticket.number:
        return leave_for(request, f"/tickets/{answer['number']}{key}")
    said = _("The note was added.") if data["kind"] == "note" else _("The reply was sent.")
    if planned:
        said = _("The message is planned.") if data["go"] == "later" else _("The reply is being sent.")
    if data["status"] and not data["status"].is_open and (found := progress_of([ticket.pk]).get(ticket.pk)):
        said = " ".join(filter(None, (said, found.warning)))
    if data["go"] == "next":
        messages.success(request, said)
        return leave_for(request, next_address(request.actor, ticket, request.POST.get("next", "")))
    return changed(request, ticket.number, said, focus=key, anchor=key)


def _names_in_reply(ticket: Ticket, form: ComposerForm) -> list[str]:
    """Colleagues whose names the requester would read, unless the writer was asked already."""
    data = form.cleaned_data
    if data["kind"] == "note" or data["named"]:
        return []
    return [person.name for person in mentioned(data["body"], ticket) if person.pk != ticket.requester_id]


def _unseen(error: Unseen) -> dict[str, Any]:
    found = list(
        Comment.objects.filter(pk__in=cast(list[int], error.extra["comments"])).select_related("author").order_by("pk")
    )
    return {"newest": found[-1].pk, "first": found[0].pk, "number": len(found), "comments": found[-UNSEEN_SHOWN:]}


def _again(request: PersonRequest, ticket: Ticket, form: ComposerForm, status: int, **more: Any) -> HttpResponse:
    """What was wrong: htmx leaves text and chosen files where they are, a plain form comes back filled in."""
    if wants_fragment(request):
        found = context(request, ticket, composer=form, **more)
        return render(request, "desk/ticket/_composer_state.html", found, status=status)
    return whole_page(request, ticket, status=status, composer=form, **more)
