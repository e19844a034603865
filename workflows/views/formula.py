"""Help while a formula is typed in the workflow editor."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from flowtic.core.policy import require
from workflows.commands.proposals import document_of
from workflows.definition.format import parse
from workflows.queries.catalog import workflow_named
from workflows.queries.formula_help import words, wrong
from workflows.request_forms import asked_before
from workflows.views.gate import workflow_page


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def formula(request: PersonRequest, key: str) -> HttpResponse:
    """What can be written at a step of the draft (?step=); a POST answers what is wrong with the text."""
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.edit", row)
    definition, fields = parse(document_of(row)[0]), asked_before(row)
    if request.method == "POST":
        return JsonResponse({"error": wrong(request.POST.get("text", ""), definition, fields)})
    return JsonResponse({"words": words(definition, fields, request.GET.get("step", ""))})
