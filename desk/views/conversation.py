"""Replies, notes and files."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.commands import add_comment, detach_file, split_comment
from desk.forms.conversation import ComposerForm, SplitForm
from desk.models import Attachment, Comment, Ticket
from desk.views.gate import desk_change, desk_page, working_ticket
from desk.views.portal_new import count_uploads, leave_for
from desk.views.ticket_parts import SHOWN, changed, context, refused, whole_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once
from flowtic.core.policy import require


@desk_change
def write(request: PersonRequest, number: str) -> HttpResponse:
    """Sends a reply or a note; whatever is wrong, the text stays in the composer."""
    ticket = working_ticket(request, number)
    form = ComposerForm(request.POST.copy(), request.FILES)
    if not form.is_valid():
        return _again(request, ticket, form, 422)
    try:
        answer = run_once(request.user, *form.once(request.path), lambda: _write(request, ticket, form))
    except CommandError as error:
        if error.status not in SHOWN:
            raise
        form.add_refusal(error)
        return _again(request, ticket, form, error.status)
    key, went = f"#c-{answer.body['comment']}", answer.body["number"]
    if went != ticket.number:
        return leave_for(request, f"/tickets/{went}{key}")
    said = _("The note was added.") if form.cleaned_data["kind"] == "note" else _("The reply was sent.")
    return changed(request, number, said, focus=key, anchor=key)


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
            return redirect(split_comment(request.actor, comment, subject=form.cleaned_data["subject"]))
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
    data = form.cleaned_data
    count_uploads(request)
    comment = add_comment(
        request.actor,
        ticket,
        body=data["body"],
        internal=data["kind"] == "note",
        files=data["files"],
        status=data["status"],
    )
    return Answer(201, {"comment": comment.pk, "number": comment.ticket.number})


def _again(request: PersonRequest, ticket: Ticket, form: ComposerForm, status: int) -> HttpResponse:
    """What was wrong: htmx leaves text and chosen files where they are, a plain form comes back filled in."""
    if wants_fragment(request):
        found = context(request, ticket, composer=form)
        return render(request, "desk/ticket/_composer_state.html", found, status=status)
    return whole_page(request, ticket, status=status, composer=form)
