"""`/workflow-rules`: which workflow a new ticket gets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from desk.api.finding import row_keyed
from desk.models import Ticket
from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, id_in_path, listing, once, reads, stamp, writes
from flowtic.core.errors import NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.policy import require
from workflows.api.answers import Matches, RuleOut, RulePage
from workflows.api.bodies import RuleIn, RulePatch
from workflows.api.finding import at_odds, checked_document
from workflows.api.present import Plain, ticket_ref
from workflows.commands.drive import facts_of
from workflows.commands.rules import delete_rule, save_rule
from workflows.commands.starting import fits, form_values
from workflows.models import Workflow, WorkflowRule

router = Router(tags=["Workflow rules"])
IN_ORDER = Sort("position", ("position",))
LOOKED_AT = 200


@router.get("/workflow-rules", summary="Rules", **reads("workflows:admin", RulePage, query=PAGE))
def list_rules(request: HttpRequest) -> HttpResponse:
    """In their order: the first active one that fits decides."""
    require(actor_of(request), "workflow.view")
    rows = WorkflowRule.objects.select_related("workflow")
    return listing(request, rows, IN_ORDER, lambda found: [_plain(row) for row in found])


@router.post("/workflow-rules", summary="New rule", **writes("workflows:admin", {201: RuleOut}, 409))
def post_rule(request: HttpRequest, body: RuleIn) -> HttpResponse:
    """For admins. A condition that cannot be is 409 with the sentence at `condition`."""
    actor = actor_of(request)
    require(actor, "workflow.configure")

    def effect() -> Answer:
        row = _save(actor, None, **body.model_dump())
        return Answer(201, _plain(row), {"Location": f"/api/v1/workflow-rules/{row.pk}"})

    return once(request, effect)


@router.get("/workflow-rules/{id}", summary="One rule", **reads("workflows:admin", RuleOut, 404))
def get_rule(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """The condition as data and in words."""
    require(actor_of(request), "workflow.view")
    return answer(_plain(_named(id)))


@router.patch("/workflow-rules/{id}", summary="Change a rule", **writes("workflows:admin", {200: RuleOut}, 404, 409))
def patch_rule(request: HttpRequest, id: str, body: RulePatch) -> HttpResponse:  # noqa: A002
    """For admins. `workflow: null` means: such tickets run through none."""
    actor = actor_of(request)
    require(actor, "workflow.configure")
    row = _named(id)
    present = {name: getattr(row, name) for name in ("name", "condition", "position", "active")}
    given = body.model_dump(include=set(present), exclude_none=True)
    key = body.workflow if "workflow" in body.model_fields_set else row.workflow.key if row.workflow else None
    return answer(_plain(_save(actor, row, workflow=key, **{**present, **given})))


@router.delete("/workflow-rules/{id}", summary="Delete a rule", **writes("workflows:admin", {204: None}, 404, media=()))
def remove_rule(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """For admins. Tickets that have their workflow already keep it."""
    actor = actor_of(request)
    require(actor, "workflow.configure")
    delete_rule(actor, _named(id))
    return answer(None, 204)


@router.get("/workflow-rules/{id}/matches", summary="Which tickets fit", **reads("workflows:admin", Matches, 404))
def get_matches(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Those of the last 200 tickets you see that the condition fits; `decides` where no rule before it does."""
    actor = actor_of(request)
    require(actor, "workflow.view")
    rule = _named(id)
    related = ("requester", "priority", "department", "request_type", "form_version")
    tickets = list(Ticket.objects.visible_to(actor).select_related(*related).order_by("-pk")[:LOOKED_AT])
    earlier = _before(rule)
    tags = _tags([ticket.pk for ticket in tickets])
    found = []
    for ticket in tickets:
        values = {**form_values(ticket), **facts_of(ticket)}
        values["ticket"]["tags"] = sorted(tags.get(ticket.pk, []))
        if fits(rule, values):
            decides = not any(fits(other, values) for other in earlier)
            found.append({"ticket": ticket_ref(ticket), "created_at": stamp(ticket.created_at), "decides": decides})
    return answer({"checked": len(tickets), "matches": found})


def _before(rule: WorkflowRule) -> list[WorkflowRule]:
    """The active rules that are asked before this one."""
    active = WorkflowRule.objects.filter(active=True, position__lte=rule.position).order_by("position", "pk")
    return [one for one in active if (one.position, one.pk) < (rule.position, rule.pk)]


def _tags(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for pk, name in Ticket.tags.through.objects.filter(ticket__in=ids).values_list("ticket_id", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found


def _named(text: str) -> WorkflowRule:
    found = WorkflowRule.objects.select_related("workflow").filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This rule does not exist."))
    return found


def _save(actor: Actor, rule: WorkflowRule | None, *, workflow: str | None, **values: Any) -> WorkflowRule:
    checked_document(values["condition"], "condition")
    row = row_keyed(Workflow.objects.all(), workflow, "workflow")
    with at_odds():
        return save_rule(actor, rule, workflow=row, **values)


def _plain(row: WorkflowRule) -> Plain:
    return {
        "id": row.pk,
        "position": row.position,
        "name": row.name,
        "active": row.active,
        "condition": row.condition,
        "words": conditions.words(row.condition, None),
        "workflow": row.workflow.key if row.workflow else None,
    }
