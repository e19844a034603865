"""Who may do what to a ticket. Rights follow the relation to the ticket (DECISIONS.md 4 and 15)."""

from typing import Any

from desk.dispatching.policies import may_take
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.policy import rule

READ, WRITE = "tickets:read", "tickets:write"
# Forms are what workflows begin with; only admins' tokens can have the scope "admin".
FORMS = "workflows:admin"


@rule("ticket.view", scope=READ)
def view(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor) or ticket.involves(actor)


@rule("ticket.view_internal", scope=READ)
def view_internal(actor: Actor, ticket: Ticket) -> bool:
    """Notes, internal files, the whole history."""
    return ticket.internal_for(actor)


@rule("ticket.create", scope=WRITE)
def create(actor: Actor, _subject: Any) -> bool:
    return True


@rule("ticket.create_for_others", scope=WRITE)
def create_for_others(actor: Actor, _subject: Any) -> bool:
    """In the name of a requester, with priority and tags."""
    return actor.can_work


@rule("ticket.reply", scope=WRITE)
def reply(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor) or ticket.involves(actor)


@rule("ticket.note", scope=WRITE)
def note(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor)


@rule("ticket.note_time", scope=WRITE)
def note_time(actor: Actor, ticket: Ticket) -> bool:
    """Note one's own time spent."""
    return actor.can_work and ticket.internal_for(actor)


@rule("time_entry.edit", scope=WRITE)
def edit_time(actor: Actor, entry: Any) -> bool:
    """Correct or remove time spent: one's own; anybody's support and admins."""
    own = actor.can_work and entry.person_id == actor.user.pk
    return entry.ticket.internal_for(actor) and (own or actor.is_support)


@rule("ticket.edit", scope=WRITE)
def edit(actor: Actor, ticket: Ticket) -> bool:
    """Subject, priority, department, tags, custom fields, due date."""
    return ticket.internal_for(actor)


@rule("ticket.bring_back", scope=WRITE)
def bring_back(actor: Actor, department: Any) -> bool:
    """Undo a move out of a department where one works, even though one no longer works the ticket."""
    return actor.can_work and actor.works_in(department.pk)


@rule("ticket.bulk", scope=WRITE)
def bulk(actor: Actor, _subject: Any) -> bool:
    """Change several tickets at once; each of them asks for its own right."""
    return actor.can_work


@rule("macro.edit", scope=WRITE)
def edit_macro(actor: Actor, macro: Any) -> bool:
    """One's own; a department's its leads; shared ones support and admins."""
    if not actor.can_work:
        return False
    if macro.audience == "own":
        return macro.owner_id == actor.user.pk
    return actor.is_support or (macro.audience == "department" and macro.department_id in actor.lead_department_ids)


@rule("operation.undo", scope=WRITE)
def undo(actor: Actor, operation: Any) -> bool:
    """Take back what one did oneself; each inverse command asks for its own right besides."""
    return operation.actor_id == actor.user.pk


@rule("ticket.claim", scope=WRITE)
def claim(actor: Actor, ticket: Ticket) -> bool:
    """Take a free ticket of one's departments, unless the department's lead hands them out."""
    return actor.can_work and actor.works_in(ticket.department_id) and may_take(actor, ticket.department_id)


@rule("ticket.release", scope=WRITE)
def release(actor: Actor, ticket: Ticket) -> bool:
    """Give back or hand over one's own ticket; others' tickets need dispatch."""
    return ticket.assignee_id == actor.user.pk or actor.leads(ticket.department_id)


@rule("ticket.dispatch", scope=WRITE)
def dispatch(actor: Actor, ticket: Ticket) -> bool:
    """Give a free ticket to, or take one from, somebody else."""
    return actor.leads(ticket.department_id)


@rule("ticket.change_status", scope=WRITE)
def change_status(actor: Actor, ticket: Ticket) -> bool:
    """Which statuses, the transitions of the acting role say."""
    return ticket.internal_for(actor) or ticket.requester_id == actor.user.pk


@rule("ticket.watch", scope=WRITE)
def watch(actor: Actor, ticket: Ticket) -> bool:
    """Watch it oneself."""
    return ticket.internal_for(actor) or ticket.involves(actor)


@rule("ticket.edit_watchers", scope=WRITE)
def edit_watchers(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor)


@rule("ticket.rate", scope=WRITE)
def rate(actor: Actor, ticket: Ticket) -> bool:
    """Say how it went: who asked, nobody in their stead."""
    return ticket.requester_id == actor.user.pk


@rule("ticket.link", scope=WRITE)
def link(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor)


@rule("ticket.merge", scope=WRITE)
def merge(actor: Actor, ticket: Ticket) -> bool:
    """Asked for both tickets: they must lie in the actor's own departments."""
    return actor.can_work and actor.works_in(ticket.department_id)


@rule("ticket.split", scope=WRITE)
def split(actor: Actor, ticket: Ticket) -> bool:
    return actor.can_work and actor.works_in(ticket.department_id)


@rule("ticket.attach", scope=WRITE)
def attach(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor) or ticket.involves(actor)


@rule("ticket.detach", scope=WRITE)
def detach(actor: Actor, ticket: Ticket) -> bool:
    return ticket.internal_for(actor)


@rule("ticket.redact", scope=WRITE)
def redact(actor: Actor, part: Any) -> bool:
    """Take a text out for good: the ticket's text, a comment or a file. Who leads the department, and its author."""
    ticket = part if isinstance(part, Ticket) else part.ticket
    names = ("author_id", "uploaded_by_id", "requester_id")
    author = next(getattr(part, name) for name in names if hasattr(part, name))
    own = author == actor.user.pk and (ticket.internal_for(actor) or ticket.involves(actor))
    return own or actor.leads(ticket.department_id)


@rule("canned_reply.edit", scope=WRITE)
def edit_canned_reply(actor: Actor, reply: Any) -> bool:
    """One's own; those of the desk: support and admins."""
    return actor.is_support if reply.owner_id is None else actor.can_work and reply.owner_id == actor.user.pk


@rule("tag.view", scope=READ)
def view_tags(actor: Actor, _subject: Any) -> bool:
    """Tags are the desk's own words."""
    return actor.can_work


@rule("report.view", scope=READ)
def view_reports(actor: Actor, _subject: Any) -> bool:
    """Figures: leads those of their departments, support and admins all."""
    return actor.is_support or bool(actor.lead_department_ids)


@rule("desk.configure", scope="admin")
def configure(actor: Actor, _subject: Any) -> bool:
    """Statuses, transitions, priorities, tags, request types."""
    return actor.is_admin


@rule("audit.view", scope="admin")
def view_audit(actor: Actor, _subject: Any) -> bool:
    """The record of everything that happened, and its export."""
    return actor.is_admin


@rule("form.edit", scope=FORMS)
def edit_form(actor: Actor, owned: Any) -> bool:
    """The draft of a request type's form, or a ticket template: the leads of its department, and admins."""
    return actor.is_admin or (owned is not None and owned.department_id in actor.lead_department_ids)


@rule("form.publish", scope="admin")
def publish_form(actor: Actor, _request_type: Any) -> bool:
    """A new version of a form goes live: admins, the machine."""
    return actor.is_admin


@rule("form.publish_draft", scope=FORMS)
def publish_form_draft(actor: Actor, request_type: Any) -> bool:
    """The draft goes live: admins, and the leads of its department where admins leave that to them."""
    return actor.is_admin or (request_type.leads_publish and edit_form(actor, request_type))


@rule("form.fill", scope=WRITE)
def fill_form(actor: Actor, request_type: Any) -> bool:
    """Everybody fills in the forms that are on offer."""
    return request_type is None or request_type.active


@rule("view.save", scope=WRITE)
def save_view(actor: Actor, _subject: Any) -> bool:
    """Views of one's own, and the order of all of them."""
    return actor.can_work


@rule("view.edit", scope=WRITE)
def edit_view(actor: Actor, saved: Any) -> bool:
    """One's own; those that are shared: leads for their department, support and admins all."""
    if saved.owner_id is not None:
        return actor.can_work and saved.owner_id == actor.user.pk
    return actor.is_support or (saved.department_id is not None and saved.department_id in actor.lead_department_ids)
