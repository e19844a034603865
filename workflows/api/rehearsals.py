"""`/workflows/{key}/rehearsals`: past tickets through the draft or a version, with nothing changed."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, id_in_path, listing, once, reads, stamp, writes
from flowtic.core.errors import NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.policy import require
from workflows.api.bodies import RehearsalIn
from workflows.api.finding import AtOdds, at_odds, version_wanted, workflow_named
from workflows.api.present import Plain, ticket_ref
from workflows.api.rehearsal_answers import RehearsalOut, RehearsalPageOut
from workflows.commands.rehearsals import cancel_rehearsal, rehearse_workflow
from workflows.forms.rehearsals import beginning
from workflows.models import Rehearsal, Workflow
from workflows.queries.rehearsals import RehearsalPage

router = Router(tags=["Workflows"])
NEWEST = Sort("created", ("-pk",))


@router.get(
    "/workflows/{key}/rehearsals", summary="Rehearsals", **reads("workflows:admin", RehearsalPageOut, 404, query=PAGE)
)
def list_rehearsals(request: HttpRequest, key: str) -> HttpResponse:
    """Yours, the newest first; admins see everybody's. Without their groups."""
    actor = actor_of(request)
    workflow = _editable(actor, key)
    rows = Rehearsal.objects.visible_to(actor).filter(workflow=workflow).defer("content")
    return listing(request, rows, NEWEST, lambda found: [_plain(row) for row in found])


@router.post(
    "/workflows/{key}/rehearsals", summary="Rehearse", **writes("workflows:admin", {202: RehearsalOut}, 404, 409)
)
def post_rehearsal(request: HttpRequest, key: str, body: RehearsalIn) -> HttpResponse:
    """A worker plays the runs that began on the days `since` to `until` through the draft, or through `version`.

    Each goes with the answers and times that it really had; steps that are new take as long as such steps usually do.
    """
    actor = actor_of(request)
    workflow = _editable(actor, key)
    if body.version is not None:
        version_wanted(workflow, body.version, "version")

    def effect() -> Answer:
        since, until = beginning(_day(body.since, "since")), beginning(_day(body.until, "until") + timedelta(days=1))
        with at_odds():
            row = rehearse_workflow(actor, workflow, number=body.version, since=since, until=until)
        return Answer(202, _whole(actor, row), {"Location": f"/api/v1/workflows/{key}/rehearsals/{row.pk}"})

    return once(request, effect)


@router.get("/workflows/{key}/rehearsals/{id}", summary="One rehearsal", **reads("workflows:admin", RehearsalOut, 404))
def get_rehearsal(request: HttpRequest, key: str, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """How far it is; once it is `done` its figures, and the tickets that take another path as far as you see them."""
    actor = actor_of(request)
    return answer(_whole(actor, _named(actor, key, id)))


@router.post(
    "/workflows/{key}/rehearsals/{id}/cancel",
    summary="Cancel a rehearsal",
    **writes("workflows:admin", {200: RehearsalOut}, 404, media=()),
)
def post_cancel(request: HttpRequest, key: str, id: str) -> HttpResponse:  # noqa: A002
    """The worker stops at its next batch; one that is over stays as it is."""
    actor = actor_of(request)
    row = _named(actor, key, id)
    return once(request, lambda: Answer(200, _whole(actor, cancel_rehearsal(actor, row))))


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AtOdds(_("This day does not exist."), fields={field: _("does not exist")}) from None


def _editable(actor: Actor, key: str) -> Workflow:
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)
    return workflow


def _named(actor: Actor, key: str, text: str) -> Rehearsal:
    rows = Rehearsal.objects.visible_to(actor).filter(workflow=_editable(actor, key))
    found = rows.select_related("workflow").filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This rehearsal does not exist."))
    return found


def _plain(row: Rehearsal) -> Plain:
    return {
        "id": row.pk,
        "state": row.state,
        "version": row.number,
        "since": stamp(row.period_from),
        "until": stamp(row.period_to),
        "total": row.total,
        "done": row.done,
        "created_at": stamp(row.created_at),
        "finished_at": stamp(row.finished_at),
        "error": row.error,
        "figures": _figures(row.result) if row.state == Rehearsal.State.DONE else None,
    }


def _figures(result: dict[str, Any]) -> Plain:
    return {
        "tickets": result["total"],
        "same": result["same"],
        "other": result["other"],
        "ends": result["ends"],
        "length": result["length"],
        "steps": result["steps"],
        "people": [{"person": row.pop("id"), **row} for row in map(dict, result["people"])],
    }


def _whole(actor: Actor, row: Rehearsal) -> Plain:
    if row.state != Rehearsal.State.DONE:
        return {**_plain(row), "groups": None}
    stored = {one["group"]: one for one in row.result["groups"]}
    groups = [
        {
            "step": stored[group.number]["step"],
            "real": stored[group.number]["real"],
            "now": stored[group.number]["now"],
            "error": group.error,
            "number": group.total,
            "tickets": [ticket_ref(one.ticket) for one in group.tickets],
        }
        for group in RehearsalPage(actor, row).groups
    ]
    return {**_plain(row), "groups": groups}
