"""Administration: the record of everything that happened."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.audit_log import MOST_EXPORTED, Asked, audit_page, csv_rows, event_names, found_events, seals
from desk.audit_words import DOORS
from desk.commands.auditing import check_audit, note_audit_export
from flowtic.core.policy import require
from flowtic.core.ratelimit import limit


@admin_page
@require_safe
def log(request: PersonRequest) -> HttpResponse:
    """One page of events with their old and new values, and how far they are sealed."""
    require(request.actor, "audit.view")
    asked = Asked.of(request.GET)
    found, rows = audit_page(asked, request.GET.get("cursor", ""))
    context: dict[str, Any] = {"asked": asked, "page": found, "rows": rows, "seals": seals()}
    context |= {"doors": DOORS.items(), "names": event_names(), "most": MOST_EXPORTED}
    return render(request, "desk/settings/audit.html", context)


class _Line:
    """What csv.writer writes to: hands each line straight on."""

    def write(self, text: str) -> str:
        return text


@admin_page
@require_POST
def export(request: PersonRequest) -> HttpResponseBase:
    """The same rows for a spreadsheet. By POST: that somebody took them is recorded."""
    limit("upload", request.user.pk)
    asked = Asked.of(request.POST)
    found_events(asked)  # a wrong date is refused before anything is recorded or sent
    note_audit_export(request.actor, asked)
    writer = csv.writer(_Line())
    rows: Iterator[str] = (writer.writerow(row) for row in csv_rows(asked))
    name = f"audit-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


@admin_page
@require_POST
def check(request: PersonRequest) -> HttpResponse:
    """Has the whole chain checked; the page tells the result."""
    check_audit(request.actor)
    messages.success(request, _("The check runs in the background; reload this page for the result."))
    return redirect("desk:audit")
