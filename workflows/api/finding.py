"""What a request names: work items, instances and workflows, as far as the actor sees them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from flowtic.core.actor import Actor
from flowtic.core.api import expected_version, id_in_path, wrong_parameter
from flowtic.core.errors import Conflict, Invalid, NotFound, PreconditionFailed
from flowtic.core.json_values import MAX_DEPTH, depth_of, size_of
from flowtic.core.plain_text import KEY
from flowtic.core.policy import require
from workflows.api.bodies import MAX_DOCUMENT
from workflows.commands.drive import locked_ticket
from workflows.models import Instance, Workflow, WorkflowVersion, WorkItem

_KEY = re.compile(KEY)
# Large columns that rows of a list do not show.
HEAVY = ("instance__state", "instance__version__document", "instance__version__workflow__draft")


class AtOdds(Conflict):
    """The body is well formed; it does not go with what is there."""

    code = "at_odds"


def work_items(actor: Actor) -> QuerySet[WorkItem]:
    """Those the actor sees, with what an answer shows of them."""
    rows = WorkItem.objects.visible_to(actor).select_related(
        "ticket__requester", "instance__version__workflow", "department", "assignee", "completed_by"
    )
    return rows.defer(*HEAVY)


def work_item_named(actor: Actor, text: str) -> WorkItem:
    found = work_items(actor).filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This work item does not exist."))
    return found


def instances(actor: Actor) -> QuerySet[Instance]:
    rows = Instance.objects.visible_to(actor).select_related("ticket", "version__workflow")
    return rows.defer("version__document", "version__workflow__draft")


def instance_named(actor: Actor, text: str) -> Instance:
    found = instances(actor).filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This workflow run does not exist."))
    return found


def workflow_named(actor: Actor, key: str) -> Workflow:
    """The workflow of that key; raises Forbidden for those who may read none, NotFound for an unknown key."""
    require(actor, "workflow.view")
    rows = Workflow.objects.visible_to(actor).select_related("department", "live", "draft_by")
    found = rows.filter(key=key).first() if _KEY.match(key) else None
    if found is None:
        raise NotFound(_("This workflow does not exist."))
    return found


def version_numbered(workflow: Workflow, text: str) -> WorkflowVersion:
    """The version out of an address."""
    found = workflow.versions.select_related("author").filter(number=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This version does not exist."))
    return found


def version_wanted(workflow: Workflow, number: int, field: str) -> WorkflowVersion:
    """The version that a body names."""
    found = workflow.versions.filter(number=number).first()
    if found is None:
        raise AtOdds(_("This version does not exist."), fields={field: _("does not exist")})
    return found


def several(request: HttpRequest, name: str, allowed: list[str] | None = None) -> list[str]:
    """The values of a parameter, given repeatedly or with commas; raises BadRequest for one that cannot be."""
    found = [part.strip() for text in request.GET.getlist(name) for part in text.split(",")]
    if any(not part or len(part) > 100 or "\0" in part for part in found):
        raise wrong_parameter(name, _("This value is empty or too long."))
    if allowed is not None and not set(found) <= set(allowed):
        raise wrong_parameter(name, ", ".join(allowed))
    return found


def single(request: HttpRequest, name: str, schema: dict[str, Any]) -> str | None:
    """The text of a parameter with a pattern, None without it; raises BadRequest where it does not fit."""
    text = request.GET.get(name)
    if text is not None and not re.fullmatch(schema["pattern"], text, re.ASCII):
        raise wrong_parameter(name, _("This value cannot be."))
    return text


def etag(row: Any) -> dict[str, str]:
    return {"ETag": f'"{row.version}"'}


@contextmanager
def unless_stale(request: HttpRequest, item: WorkItem) -> Iterator[None]:
    """Around a change of a work item: raises PreconditionFailed when `If-Match` names another version."""
    expected = expected_version(request)
    if expected is None:
        yield
        return
    with transaction.atomic():
        locked_ticket(item.ticket_id)  # first, as every command does
        current = WorkItem.objects.lock(item.pk)
        if current.version != expected:
            raise PreconditionFailed(_("The work item has version %(version)s by now.") % {"version": current.version})
        yield


@contextmanager
def at_odds() -> Iterator[None]:
    """Around a command: what it finds wrong is 409, because the body itself is well formed."""
    try:
        yield
    except Invalid as error:
        error.status = 409
        raise


def checked_document(document: Any, field: str = "document") -> dict[str, Any]:
    """The object, if it is neither too large nor too deep to be kept. Raises Invalid."""
    if not isinstance(document, dict):
        raise Invalid(fields={field: _("Please give an object.")})
    if depth_of(document) > MAX_DEPTH:
        raise Invalid(fields={field: _("The document is nested too deeply.")})
    size = size_of(document)
    if size is None:
        raise Invalid(fields={field: _("The document holds something that JSON does not know.")})
    if size > MAX_DOCUMENT:
        raise Invalid(fields={field: _("The document is larger than 1 MB.")})
    return document
