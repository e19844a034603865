"""Answers of the ticket page: the whole page, or the parts that changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime

from accounts.views.gate import PersonRequest
from desk.forms.conversation import ComposerForm, LinkForm, WatcherForm
from desk.forms.details import DetailsForm
from desk.forms.fields import said
from desk.models import ComposerDraft, Ticket
from desk.portal_forms import new_token
from desk.ticket_page import TicketPage, find, value_of
from desk.views.gate import offer, working_ticket
from desk.writing import Writing
from flowtic.core.errors import CommandError, Stale
from flowtic.core.http import wants_fragment

# Refusals that the ticket page shows in place; all others become a notice or a page of their own.
SHOWN = (409, 422)
# Parts of the side panel that the head leads to, by the name in the address, and what gets the focus there.
PANEL_PLACES = {"checklist": "#panel-checklist"}


def context(request: PersonRequest, ticket: Ticket, **more: Any) -> dict[str, Any]:
    """Everything the templates of the ticket page need; `more` replaces single pieces."""
    actor, query = request.actor, shown_query(request)
    since = more.pop("since", None) or _since(request)
    view = TicketPage(
        actor, ticket, everything=query.get("messages") == "all", show=query.get("show", "all"), since=since
    )
    view.narrow(query)
    named, composer = query.get("panel", ""), more.pop("composer", None) or ComposerForm(initial={"token": new_token()})
    added = next((panel for panel in view.panels if panel.key == named), None)
    return {
        "ticket": ticket,
        "view": view,
        "panel": named if added or named in ("details", "history") else "details",
        "added_panel": added,
        "panel_asked": bool(named),
        "panel_focus": PANEL_PLACES.get(request.GET.get("to", ""), ""),
        "composer": composer,
        "writing": Writing(view, composer, _opened_draft(view, query.get("draft", "")), query.get("kind", "")),
        "link_form": LinkForm(actor=actor),
        "watcher_form": WatcherForm(actor=actor),
        "details_form": DetailsForm(actor=actor, ticket=ticket),
        "max_upload": settings.FLOWTIC_MAX_UPLOAD,
        **more,
    }


def whole_page(request: PersonRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "desk/ticket/detail.html", context(request, ticket, **more), status=status)


def changed(
    request: PersonRequest, number: str, message: str, *, focus: str = "", anchor: str = "", undo: bool = False
) -> HttpResponse:
    """After a change: head, thread, panel and the composer's choices anew, or back to the page.

    `focus`: id of the part of the head that gets the focus, or a whole selector; `anchor`: place for a plain redirect.
    `undo`: offers to take back what the request journalled last.
    """
    undo_url = offer(request) if undo else ""
    ticket = find(request.actor, number)
    if ticket is None or not ticket.internal_for(request.actor):
        # Handed over to people the actor does not belong to.
        messages.success(request, message, extra_tags=undo_url)
        return _leave(request, "desk:ticket_list")
    if not wants_fragment(request):
        messages.success(request, message, extra_tags=undo_url)
        return redirect(f"{ticket.get_absolute_url()}{anchor}")
    heir = focus if focus.startswith("#") or not focus else f"#ticket-{ticket.pk}-{focus}"
    told = {"said": message, "focus": heir, "undo_url": undo_url}
    return render(request, "desk/ticket/changed.swap.html", context(request, ticket, **told))


def refused(request: PersonRequest, number: str, error: CommandError, labels: Mapping[str, Any]) -> HttpResponse:
    """A change that was not made: a newer value beside one's own, or the reason; what was typed stays.

    `labels`: {field: (label, how the own value reads)}.
    """
    if error.status not in SHOWN:
        raise error
    ticket = working_ticket(request, number)
    found: dict[str, Any] = {"message": error.message, "rows": [], "address": request.path, "own": []}
    if isinstance(error, Stale):
        rows = [(name, *labels[name]) for name in error.fields if name in labels]
        found["rows"] = [(label, said(name, value_of(ticket, name)), said(name, own)) for name, label, own in rows]
        skipped = ("csrfmiddlewaretoken", "seen")
        found["own"] = [(name, v) for name, values in request.POST.lists() for v in values if name not in skipped]
    else:
        found["details"] = [message for texts in error.fields.values() for message in texts]
    if wants_fragment(request):
        return render(request, "desk/ticket/_conflict.html", {"ticket": ticket, "conflict": found}, status=error.status)
    return whole_page(request, ticket, status=error.status, conflict=found)


def _since(request: PersonRequest) -> datetime | None:
    """Parts of a page that is open already go on from where that page began."""
    try:
        return parse_datetime(request.headers.get("X-Seen-Since", "")[:40])
    except ValueError:
        return None


def _opened_draft(view: TicketPage, named: str) -> ComposerDraft | None:
    """A colleague's draft that the address names."""
    return next((row for row in view.shared_drafts if str(row.pk) == named), None) if named else None


def _leave(request: PersonRequest, name: str) -> HttpResponse:
    answer = redirect(name)
    return HttpResponse(headers={"HX-Redirect": answer["Location"]}) if wants_fragment(request) else answer


def shown_query(request: PersonRequest) -> dict[str, str]:
    """The query of the page the person looks at: of a fragment's request its own, else the address bar's."""
    shown: dict[str, str] = {}
    if wants_fragment(request):
        parsed = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
        shown = {name: values[-1] for name, values in parsed.items()}
    return {**shown, **request.GET.dict()}
