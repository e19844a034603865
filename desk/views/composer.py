"""What the composer asks for while somebody writes: drafts, a preview, names and texts to insert."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.commands import save_composer_draft
from desk.completions import completions
from desk.forms.conversation import DraftForm
from desk.models import ComposerDraft
from desk.views.gate import desk_change, desk_page, working_ticket
from flowtic.core import markdown
from flowtic.core.errors import BadRequest, CommandError, NotFound, Stale
from flowtic.core.ratelimit import limit

MAX_TEXT = 100_000


@desk_change
def draft(request: PersonRequest, number: str) -> HttpResponse:
    """Saves what is in the composer: {"revision", "id", "shared", "at"}; 409 with the newer text of somebody else."""
    ticket = working_ticket(request, number)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse(
            {"message": " ".join(str(text) for texts in form.errors.values() for text in texts)}, status=422
        )
    data = form.cleaned_data
    named = _named(request, data.pop("draft"))
    try:
        row = save_composer_draft(request.actor, ticket, draft=named, **data)
    except Stale as error:
        return JsonResponse({"message": error.message, **error.extra}, status=409)
    except (NotFound, CommandError) as error:
        return JsonResponse({"message": error.message, "fields": error.fields}, status=error.status)
    return JsonResponse(_said(row))


@desk_change
def preview(request: PersonRequest, number: str) -> HttpResponse:
    """The text as it will look."""
    working_ticket(request, number)
    limit("search", request.user.pk)
    body = request.POST.get("body", "")[:MAX_TEXT]
    return render(request, "desk/ticket/_preview.html", {"html": markdown.to_html(body)})


@desk_page
@require_safe
def complete(request: PersonRequest, number: str, kind: str) -> HttpResponse:
    """What may stand behind `@`, `#` or `/`: {"options": [{"label", "detail", "text"}]}."""
    ticket = working_ticket(request, number)
    limit("search", request.user.pk)
    found = completions(request.actor, ticket, kind, request.GET.get("q", "")[:80])
    if found is None:
        raise NotFound
    return JsonResponse({"options": found})


def _named(request: PersonRequest, pk: int | None) -> ComposerDraft | None:
    if pk is None:
        return None
    found = ComposerDraft.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise BadRequest
    return found


def _said(row: ComposerDraft | None) -> dict[str, Any]:
    if row is None:
        return {"id": None, "revision": 0, "shared": False, "at": ""}
    at = time_format(timezone.localtime(row.updated_at), "TIME_FORMAT")
    return {"id": row.pk, "revision": row.revision, "shared": bool(row.shared), "at": at}
