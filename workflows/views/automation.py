"""Administration: rules that act on tickets by themselves, their log, and a ticket's share of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.views.gate import desk_page, working_ticket
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.automation.sentences import sentence
from workflows.automation.starters import starters
from workflows.commands.automation import (
    delete_automation,
    move_automation,
    resume_automation,
    save_automation,
    switch_automation,
)
from workflows.forms.automation import RuleEntry
from workflows.models import AutomationRule
from workflows.queries.automation import Trial, is_momentary, known_fields, log_of_rule, log_of_ticket, rule_numbered
from workflows.views.gate import workflow_page
from workflows.views.ordering import back_to_order, wanted_place

REFUSED = (409, 422)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new rule (no pk) or an existing one; its buttons change the form, "save" keeps it."""
    require(request.actor, "automation.configure")
    row = rule_numbered(request.actor, pk) if pk else None
    entry = RuleEntry(row, request.POST if request.method == "POST" else None)
    if request.POST.get("way") == "preview" and wants_fragment(request):
        return render(request, "workflows/automation/_preview.html", _meaning(request, entry))
    if request.POST.get("way") == "save" and not entry.acted:
        try:
            saved = save_automation(request.actor, row, **entry.values())
        except CommandError as error:
            if error.status not in REFUSED:
                raise
            entry.refuse(error)
        else:
            messages.success(request, _("The rule “%(name)s” was saved.") % {"name": saved.name})
            return redirect("workflows:rules")
    return _page(request, entry, row)


def _page(request: PersonRequest, entry: RuleEntry, row: AutomationRule | None) -> HttpResponse:
    context: dict[str, Any] = {"entry": entry, "rule": row, "log": log_of_rule(request.actor, row, 5) if row else []}
    if request.POST.get("way") == "check":
        context |= _meaning(request, entry) | {"tried": True}
    return render(request, "workflows/automation/edit.html", context, status=422 if entry.errors else 200)


def _meaning(request: PersonRequest, entry: RuleEntry) -> dict[str, Any]:
    """The rule as a sentence and on the last tickets; nothing while its condition cannot be read."""
    try:
        values = entry.values()
    except CommandError as error:
        return {"unfinished": error.message}
    rule = AutomationRule(**values)
    said = sentence(rule, known_fields())
    matches = Trial(request.actor).matches(rule.condition)
    return {"sentence": said, "matches": matches, "momentary": is_momentary(rule.condition)}


@workflow_page
@require_safe
def log(request: PersonRequest, pk: int) -> HttpResponse:
    """What the rule did, on tickets that the reader works."""
    row = rule_numbered(request.actor, pk)
    require(request.actor, "automation.view", row)
    context = {"rule": row, "lines": log_of_rule(request.actor, row), "sentence": sentence(row, known_fields())}
    return render(request, "workflows/automation/log.html", context)


@workflow_page
@require_POST
def switch(request: PersonRequest, pk: int) -> HttpResponse:
    """On or off."""
    on = request.POST.get("to") == "on"
    row = switch_automation(request.actor, rule_numbered(request.actor, pk), active=on)
    said = _("The rule “%(name)s” is on.") if on else _("The rule “%(name)s” is off.")
    messages.success(request, said % {"name": row.name})
    return redirect("workflows:rules")


@workflow_page
@require_POST
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """The end of a pause."""
    row = resume_automation(request.actor, rule_numbered(request.actor, pk))
    messages.success(request, _("The rule “%(name)s” acts again.") % {"name": row.name})
    return redirect("workflows:rules")


@workflow_page
@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up or down, or where it was dragged to."""
    row = rule_numbered(request.actor, pk)
    order = list(AutomationRule.objects.visible_to(request.actor).values_list("pk", flat=True))
    place = wanted_place(request, order.index(row.pk), len(order))
    move_automation(request.actor, row, to=place)
    return back_to_order(request, f"automation-{row.pk}", place, len(order))


@workflow_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    delete_automation(request.actor, rule_numbered(request.actor, pk))
    messages.success(request, _("Rule deleted."))
    return redirect("workflows:rules")


@workflow_page
@require_POST
def add_starters(request: PersonRequest) -> HttpResponse:
    """Rules to begin with, switched off."""
    require(request.actor, "automation.configure")
    for values in starters():
        save_automation(request.actor, None, **values)
    messages.success(request, _("Three rules were added. They are switched off."))
    return redirect("workflows:rules")


@desk_page
@require_safe
def ticket_log(request: PersonRequest, number: str) -> HttpResponse:
    """The side panel "Rules" of a ticket."""
    ticket = working_ticket(request, number)
    context = {"ticket": ticket, "lines": log_of_ticket(ticket), "on_ticket": True}
    name = "_panel.html" if wants_fragment(request) else "ticket.html"
    return render(request, f"workflows/automation/{name}", context)
