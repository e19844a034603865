"""Who may do what with workflows (DECISIONS.md 15 and 16)."""

from typing import Any

from flowtic.core.actor import Actor
from flowtic.core.policy import rule
from workflows.models import Instance, Workflow, WorkItem

READ, WRITE, ADMIN = "work:read", "work:write", "workflows:admin"


@rule("work_item.view", scope=READ)
def view_item(actor: Actor, item: WorkItem) -> bool:
    return item.assignee_id == actor.user.pk or item.can_be_claimed_by(actor) or item.ticket.internal_for(actor)


@rule("work_item.claim", scope=WRITE)
def claim_item(actor: Actor, item: WorkItem) -> bool:
    """Take a free item of one's own pool."""
    return item.can_be_claimed_by(actor)


@rule("work_item.release", scope=WRITE)
def release_item(actor: Actor, item: WorkItem) -> bool:
    return item.assignee_id == actor.user.pk or _dispatches(actor, item)


@rule("work_item.assign", scope=WRITE)
def assign_item(actor: Actor, item: WorkItem) -> bool:
    """Give it to somebody else, or take it from somebody."""
    return _dispatches(actor, item)


@rule("work_item.complete", scope=WRITE)
def complete_item(actor: Actor, item: WorkItem) -> bool:
    """Whoever holds it, or could take it while it is free; who dispatches there may do tasks in others' stead."""
    if item.assignee_id is None and item.can_be_claimed_by(actor):
        return True
    return item.assignee_id == actor.user.pk or (_dispatches(actor, item) and item.kind != WorkItem.Kind.APPROVAL)


@rule("external_task.work", scope=WRITE)
def work_external(actor: Actor, item: Any) -> bool:
    """Robots: any working account whose token may write; `item` narrows it to the account's departments."""
    return actor.can_work and (item is None or actor.works_in(item.ticket.department_id))


@rule("instance.view", scope=READ)
def view_instance(actor: Actor, instance: Instance) -> bool:
    return instance.ticket.internal_for(actor)


@rule("instance.start", scope=WRITE)
def start(actor: Actor, ticket: Any) -> bool:
    return bool(ticket.internal_for(actor))


@rule("instance.operate", scope=ADMIN)
def operate(actor: Actor, instance: Instance) -> bool:
    """Retry, skip, repeat, jump, cancel, move to another version."""
    return actor.is_admin or (actor.can_work and actor.leads(instance.version.workflow.department_id))


@rule("workflow.view", scope=ADMIN)
def view_workflow(actor: Actor, _workflow: Workflow) -> bool:
    return actor.can_work


@rule("workflow.edit", scope=ADMIN)
def edit_workflow(actor: Actor, workflow: Workflow | None) -> bool:
    """Drafts: admins, and the leads of the owning department."""
    if actor.is_admin:
        return True
    return workflow is not None and actor.can_work and (workflow.department_id in actor.lead_department_ids)


@rule("workflow.publish", scope=ADMIN)
def publish_workflow(actor: Actor, workflow: Workflow) -> bool:
    """Admins, and the leads of the owning department where admins leave that to them."""
    return actor.is_admin or (workflow.leads_publish and edit_workflow(actor, workflow))


@rule("workflow.configure", scope=ADMIN)
def configure(actor: Actor, _subject: Any) -> bool:
    """New workflows, and the rules of which workflow a ticket gets."""
    return actor.is_admin


@rule("automation.view", scope=ADMIN)
def view_automation(actor: Actor, _subject: Any) -> bool:
    """Why the desk moves by itself: everybody who works tickets."""
    return actor.can_work


@rule("automation.configure", scope=ADMIN)
def configure_automation(actor: Actor, _subject: Any) -> bool:
    """Rules act on every ticket, with the rights of the machine."""
    return actor.is_admin


@rule("automation.run", scope=ADMIN)
def run_automation(_actor: Actor, _subject: Any) -> bool:
    """Acting by a rule: the machine."""
    return False


@rule("rehearsal.cancel", scope=ADMIN)
def cancel_rehearsal(actor: Actor, rehearsal: Any) -> bool:
    """Whoever began it, and admins."""
    return actor.is_admin or rehearsal.started_by_id == actor.user.pk


@rule("workflow.roll_up", scope=ADMIN)
def roll_up(_actor: Actor, _subject: Any) -> bool:
    """Counting for the reports: the machine."""
    return False


@rule("workflow.report", scope=READ)
def report(actor: Actor, _subject: Any) -> bool:
    """Numbers by workflow, step and person: support all, leads those of their departments."""
    return actor.is_support or bool(actor.lead_department_ids)


def _dispatches(actor: Actor, item: WorkItem) -> bool:
    department = item.department_id or item.ticket.department_id
    return actor.can_work and actor.leads(department)
