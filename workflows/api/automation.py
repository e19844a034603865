"""`/automation-rules`: what happens by itself, and the log of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core.api import PAGE, actor_of, answer, id_in_path, listing, once, reads, stamp, writes
from flowtic.core.errors import NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.policy import require
from workflows.api.automation_answers import AutomationOut, AutomationPage, AutomationRunPage, FittingTickets
from workflows.api.automation_bodies import AutomationIn, AutomationPatch
from workflows.api.finding import at_odds, checked_document
from workflows.api.present import Plain, ticket_ref
from workflows.automation.sentences import sentence
from workflows.commands.automation import (
    SAVED,
    delete_automation,
    move_automation,
    resume_automation,
    save_automation,
)
from workflows.models import AutomationRule, AutomationRun
from workflows.queries.automation import Trial, known_fields, why_words

router = Router(tags=["Automation rules"])
IN_ORDER, NEWEST = Sort("position", ("position",)), Sort("-created_at", ("-created_at",))


@router.get("/automation-rules", summary="Automation rules", **reads("workflows:admin", AutomationPage, query=PAGE))
def list_automation(request: HttpRequest) -> HttpResponse:
    """In the order in which they are asked."""
    actor = actor_of(request)
    require(actor, "automation.view")
    return listing(
        request, AutomationRule.objects.visible_to(actor), IN_ORDER, lambda found: [_plain(row) for row in found]
    )


@router.post("/automation-rules", summary="New automation rule", **writes("workflows:admin", {201: AutomationOut}, 409))
def post_automation(request: HttpRequest, body: AutomationIn) -> HttpResponse:
    """For admins; behind all others. What does not go with what is there is 409, with the sentence at its place."""
    actor = actor_of(request)
    require(actor, "automation.configure")

    def effect() -> Answer:
        row = _save(actor, None, **body.model_dump())
        return Answer(201, _plain(row), {"Location": f"/api/v1/automation-rules/{row.pk}"})

    return once(request, effect)


@router.get("/automation-rules/{id}", summary="One automation rule", **reads("workflows:admin", AutomationOut, 404))
def get_automation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """As data and in words."""
    require(actor_of(request), "automation.view")
    return answer(_plain(_named(request, id)))


@router.patch(
    "/automation-rules/{id}",
    summary="Change an automation rule",
    **writes("workflows:admin", {200: AutomationOut}, 404, 409),
)
def patch_automation(request: HttpRequest, id: str, body: AutomationPatch) -> HttpResponse:  # noqa: A002
    """For admins. `paused: false` ends a pause; `position` counts from 1, the others make room."""
    actor = actor_of(request)
    require(actor, "automation.configure")
    row = _named(request, id)
    given = body.model_dump(exclude_none=True)
    paused, position = given.pop("paused", None), given.pop("position", None)
    if given:
        row = _save(actor, row, **{**{name: getattr(row, name) for name in SAVED}, **given})
    if paused is False:
        row = resume_automation(actor, row)
    if position is not None:
        row = move_automation(actor, row, to=position - 1)
    return answer(_plain(row))


@router.delete(
    "/automation-rules/{id}",
    summary="Delete an automation rule",
    **writes("workflows:admin", {204: None}, 404, media=()),
)
def remove_automation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """For admins. What it did stays, and so does its log."""
    actor = actor_of(request)
    require(actor, "automation.configure")
    delete_automation(actor, _named(request, id))
    return answer(None, 204)


@router.get(
    "/automation-rules/{id}/matches", summary="Which tickets fit", **reads("workflows:admin", FittingTickets, 404)
)
def get_automation_matches(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Those of the last 200 tickets you see that the condition fits as they are today; at most 20 are named."""
    actor = actor_of(request)
    require(actor, "automation.view")
    found = Trial(actor).matches(_named(request, id).condition)
    tickets = [ticket_ref(ticket) for ticket in found.tickets]
    return answer({"checked": found.of, "fitting": found.number, "tickets": tickets})


@router.get(
    "/automation-rules/{id}/runs",
    summary="What a rule did",
    **reads("workflows:admin", AutomationRunPage, 404, query=PAGE),
)
def list_automation_runs(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """On tickets that you work, the newest first."""
    actor = actor_of(request)
    require(actor, "automation.view")
    rows = AutomationRun.objects.visible_to(actor).filter(rule=_named(request, id)).select_related("ticket")
    return listing(request, rows, NEWEST, lambda found: [_plain_run(row) for row in found])


def _named(request: HttpRequest, text: str) -> AutomationRule:
    found = AutomationRule.objects.visible_to(actor_of(request)).filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This rule does not exist."))
    return found


def _save(actor: Any, rule: AutomationRule | None, **values: Any) -> AutomationRule:
    for name in ("condition", "options"):
        checked_document(values[name], name)
    checked_document({"actions": values["actions"]}, "actions")
    with at_odds():
        return save_automation(actor, rule, **values)


def _plain(row: AutomationRule) -> Plain:
    said = sentence(row, known_fields())
    return {
        "id": row.pk,
        "position": row.position,
        "name": row.name,
        "active": row.active,
        "paused": row.is_paused,
        "pause_reason": row.pause_words,
        "trigger": row.trigger,
        "options": row.options,
        "condition": row.condition,
        "actions": row.actions,
        "stop": row.stop,
        "words": {"when": said.trigger, "and": said.condition, "then": list(said.actions)},
    }


def _plain_run(row: AutomationRun) -> Plain:
    return {
        "id": row.pk,
        "ticket": ticket_ref(row.ticket),
        "outcome": row.outcome,
        "code": row.code,
        "error": why_words(row),
        "actions": [{"do": one["do"], "state": one["state"]} for one in row.results],
        "depth": row.depth,
        "milliseconds": row.milliseconds,
        "created_at": stamp(row.created_at),
    }
