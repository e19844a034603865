"""Taking a text or a file out of a ticket for good."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.commands import redact_file, redact_text
from desk.forms.conversation import RedactionForm
from desk.models import Attachment, Comment, Ticket
from desk.views.gate import desk_page, working_ticket
from desk.views.ticket_parts import SHOWN
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.policy import require


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest, number: str, key: str) -> HttpResponse:
    """The source of one message to mark a text in; `key`: "c-" and a comment's number, or "t-" and the ticket's."""
    ticket = working_ticket(request, number)
    comment = _comment(request, ticket, key)
    require(request.actor, "ticket.redact", comment or ticket)
    form = RedactionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _redact(request, ticket, comment, form)
        except CommandError as error:
            if error.status not in SHOWN:
                raise
            form.add_refusal(error)
        else:
            return redirect(f"{ticket.get_absolute_url()}#{key}")
    files = ticket.attachments.filter(comment=comment).order_by("pk")
    shown = {"ticket": ticket, "comment": comment, "key": key, "form": form, "files": files}
    status = 422 if request.method == "POST" else 200
    source = comment.body if comment else ticket.description
    return render(request, "desk/ticket/redaction.html", {**shown, "source": source}, status=status)


def _redact(request: PersonRequest, ticket: Ticket, comment: Comment | None, form: RedactionForm) -> None:
    data = form.cleaned_data
    if data["file"]:
        files = Attachment.objects.visible_to(request.actor)
        redact_file(request.actor, get_object_or_404(files, key=data["file"], ticket=ticket, comment=comment))
    else:
        redact_text(request.actor, ticket, comment=comment, text="" if data["whole"] else data["text"])


def _comment(request: PersonRequest, ticket: Ticket, key: str) -> Comment | None:
    kind, _dash, pk = key.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19) or kind not in ("c", "t"):
        raise NotFound
    if kind == "t":
        if int(pk) != ticket.pk:
            raise NotFound(_("There is no ticket with this number."))
        return None
    return get_object_or_404(Comment.objects.visible_to(request.actor), pk=int(pk), ticket=ticket)
