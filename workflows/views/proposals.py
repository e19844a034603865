"""Proposed changes of workflows and forms: looked at, accepted one by one, dismissed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from workflows.commands.proposals import accept_operations, dismiss_proposal
from workflows.queries.proposals import ProposalPage, proposal_keyed
from workflows.views.gate import workflow_page


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: PersonRequest, key: str) -> HttpResponse:
    """Before and after, and every change with a box to accept it."""
    row = proposal_keyed(request.actor, key)
    if request.method != "POST":
        return _page(request, ProposalPage(row), None, set())
    chosen = {int(text) for text in request.POST.getlist("change") if text.isascii() and text.isdigit()}
    rev = request.POST.get("rev", "")
    known = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 9 else None
    try:
        row = accept_operations(request.actor, row, chosen=chosen, rev=known)
    except CommandError as error:
        return _page(request, ProposalPage(row), error, chosen)
    said = ngettext("%(n)d change is in the draft.", "%(n)d changes are in the draft.", len(chosen))
    messages.success(request, said % {"n": len(chosen)})
    return redirect("workflows:proposal", key)


@workflow_page
@require_POST
def dismiss(request: PersonRequest, key: str) -> HttpResponse:
    """What is left of it is not wanted."""
    row = dismiss_proposal(request.actor, proposal_keyed(request.actor, key))
    messages.success(request, _("The proposal is dismissed. The draft stays as it is."))
    if row.workflow:
        return redirect("workflows:workflow", row.workflow.key)
    return redirect("workflows:form_edit", row.request_type.key) if row.request_type else redirect("workflows:list")


def _page(request: PersonRequest, page: ProposalPage, error: CommandError | None, chosen: set[int]) -> HttpResponse:
    problems = [text for texts in error.fields.values() for text in texts] if error else []
    context = {"page": page, "proposal": page.proposal, "error": error, "problems": problems, "chosen": chosen}
    return render(request, "workflows/proposals/page.html", context, status=error.status if error else 200)
