"""Places in the menus, and what workflows add to the pages of a ticket."""

from django.utils.translation import gettext_lazy as _

from desk import history
from desk.panels import panel
from desk.reports import report
from desk.row_marks import row_marks
from desk.strips import PORTAL, strip
from flowtic.core.policy import allows
from flowtic.core.shell import nav_item
from workflows import events
from workflows.queries.automation import has_log
from workflows.queries.row_marks import progress_marks
from workflows.queries.strip import has_runs
from workflows.queries.work import approval_count, open_count

nav_item(
    "work", _("My work"), "work", "workflows:work", lambda actor: bool(actor.can_work),
    order=10, count=open_count, tab=True, shortcut="g w",
)  # fmt: skip
nav_item(
    "approvals", _("Approvals"), "shield-check", "workflows:approvals", lambda actor: bool(actor.can_work),
    order=12, count=approval_count, shortcut="g a",
)  # fmt: skip
report("workflows", _("Workflows"), "workflows:report", lambda actor: allows(actor, "workflow.report"), order=10)
nav_item(
    "forms",
    _("Request types"),
    "form",
    "workflows:forms",
    lambda actor: bool(actor.is_admin),
    area="settings",
    order=55,
)
nav_item(
    "portal_approvals", _("Approvals"), "shield-check", "workflows:approvals", lambda actor: approval_count(actor) > 0,
    area="portal", order=25,
)  # fmt: skip

row_marks("workflow", progress_marks, order=10)
strip("workflow", _("Workflow"), "workflows:ticket_steps", has_runs)
strip("workflow", _("Steps of your request"), "workflows:tracking", has_runs, at=PORTAL)
panel(
    "workflow",
    _("Workflow"),
    "workflows:ticket_workflow",
    lambda actor, ticket: allows(actor, "instance.start", ticket),
    order=10,
)
panel(
    "rules",
    _("Rules"),
    "workflows:ticket_rules",
    has_log,
    order=90,
)
history.draw(
    {
        events.STARTED: "play",
        events.ADVANCED: "flow",
        events.FAILED: "alert",
        events.FINISHED: "check",
        events.CANCELLED: "x",
        events.RETRIED: "refresh",
        events.ITEM_OPENED: "clock",
        events.ITEM_CLAIMED: "user",
        events.ITEM_ASSIGNED: "user",
        events.ITEM_RELEASED: "undo",
        events.ITEM_RETURNED: "undo",
        events.ITEM_COMPLETED: "check",
        events.ITEM_REMINDED: "bell",
        events.ITEM_ESCALATED: "alert",
        events.ITEM_FAILED: "alert",
    }
)
