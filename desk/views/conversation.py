"""Replies, notes and files."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.gate import PersonRequest
from desk.commands import add_comment, detach_file, split_comment
from desk.forms.conversation import ComposerForm, SplitForm
from desk.models import Attachment, Comment
from desk.views.gate import desk_page
from desk.views.ticket_parts import changed, context, ticket_or_404, whole_page
from flowtic.core import ratelimit
from flowtic.core.errors import CommandError, Forbidden
from flowtic.core.http import wants_fragment


@desk_page
@require_POST
def write(request: PersonRequest, number: str) -> HttpResponse:
    """Sends a reply or a note; whatever is wrong, the text stays in the composer."""
    ticket = ticket_or_404(request, number)
    form = ComposerForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        try:
            comment = _write(request, form, ticket)
        except Forbidden:
            raise
        except CommandError as error:
            form.add_refusal(error)
            status = error.status if error.status in (409, 422) else 422
        else:
            return _written(request, comment)
    if wants_fragment(request):
        return render(request, "desk/ticket/_composer.html", context(request, ticket, composer=form), status=status)
    return whole_page(request, ticket, status=status, composer=form)


def _write(request: PersonRequest, form: ComposerForm, ticket: object) -> Comment:
    data = form.cleaned_data
    if data["files"]:
        ratelimit.limit("upload", f"u{request.user.pk}")
    return add_comment(
        request.actor,
        ticket,
        body=data["body"],
        internal=data["kind"] == "note",
        files=data["files"],
        status=data["status"],
    )


def _written(request: PersonRequest, comment: Comment) -> HttpResponse:
    said = _("The note was added.") if comment.is_internal else _("The reply was sent.")
    number = comment.ticket.number
    if not wants_fragment(request):
        return redirect(f"{comment.ticket.get_absolute_url()}#c-{comment.pk}")
    ticket = ticket_or_404(request, number)
    return render(request, "desk/ticket/written.swap.html", context(request, ticket, toast=said))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Makes a ticket of its own from one reply."""
    ticket = ticket_or_404(request, number)
    comment = get_object_or_404(Comment.objects.visible_to(request.actor), pk=pk, ticket=ticket)
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = split_comment(request.actor, comment, subject=form.cleaned_data["subject"])
            return redirect(new)
        except Forbidden:
            raise
        except CommandError as error:
            form.add_refusal(error)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "desk/ticket/split.html", {"ticket": ticket, "comment": comment, "form": form}, status=status
    )


@desk_page
@require_POST
def detach(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """Removes a file; the history keeps that it was there."""
    ticket = ticket_or_404(request, number)
    file = get_object_or_404(Attachment.objects.visible_to(request.actor), key=key, ticket=ticket)
    detach_file(request.actor, file)
    return changed(request, number, _("The file was removed."))
