"""Names of what happens to tickets. Public ones are part of the requester's history too."""

from django.utils.translation import gettext_lazy as _

from flowtic.core.erasure import told_by
from flowtic.core.events import declare

CREATED = declare("ticket.created", _("%(actor)s created the ticket"), public=True)
COMMENTED = declare("ticket.commented", _("%(actor)s replied"), public=True)
NOTED = declare("ticket.noted", _("%(actor)s added an internal note"))
ASSIGNED = declare("ticket.assigned", _("%(actor)s assigned the ticket to %(new)s"), public=True)
CLAIMED = declare("ticket.claimed", _("%(actor)s took over the ticket"), public=True)
RELEASED = declare("ticket.released", _("%(actor)s gave the ticket back"))
RETURNED = declare("ticket.returned", _("%(actor)s took the ticket from %(old)s back into the queue"))
NOT_ASSIGNED = declare("ticket.not_assigned", _("%(actor)s found nobody for the ticket"))
STATUS_CHANGED = declare(
    "ticket.status_changed", _("%(actor)s changed the status from %(old)s to %(new)s"), public=True
)
REOPENED = declare("ticket.reopened", _("%(actor)s reopened the ticket"), public=True)
CHANGED = declare("ticket.changed", _("%(actor)s changed %(field)s from %(old)s to %(new)s"))
DEPARTMENT_CHANGED = declare(
    "ticket.department_changed", _("%(actor)s moved the ticket from %(old)s to %(new)s"), public=True
)
WATCHER_ADDED = declare("ticket.watcher_added", _("%(actor)s added %(new)s as watcher"))
WATCHER_REMOVED = declare("ticket.watcher_removed", _("%(actor)s removed %(old)s as watcher"))
LINKED = declare("ticket.linked", _("%(actor)s linked the ticket: %(new)s"))
UNLINKED = declare("ticket.unlinked", _("%(actor)s removed the link: %(old)s"))
MERGED = declare("ticket.merged", _("%(actor)s merged the ticket into %(new)s"), public=True)
UNMERGED = declare("ticket.unmerged", _("%(actor)s undid the merge into %(old)s"), public=True)
RECEIVED = declare("ticket.received", _("%(actor)s merged %(new)s into this ticket"))
SPLIT = declare("ticket.split", _("%(actor)s split %(new)s off this ticket"))
ATTACHED = declare("ticket.attached", _("%(actor)s attached %(new)s"), public=True)
DETACHED = declare("ticket.detached", _("%(actor)s removed the file %(old)s"))
FOLLOWED_UP = declare("ticket.followed_up", _("%(actor)s opened the follow-up %(new)s"), public=True)
PROMISE_WARNED = declare("ticket.promise_warned", _("%(promise)s: %(level)s %% of the promised time is used up"))
PROMISE_BROKEN = declare("ticket.promise_broken", _("%(promise)s: the promised time is over"))
SNOOZED = declare("ticket.snoozed", _("%(actor)s put the ticket off until %(new)s"))
WOKEN = declare("ticket.woken", _("%(actor)s brought the ticket back"))
SEND_PLANNED = declare("ticket.send_planned", _("%(actor)s planned a message"))
SEND_CANCELLED = declare("ticket.send_cancelled", _("%(actor)s took a planned message back"))
SEND_FAILED = declare("ticket.send_failed", _("A planned message of %(actor)s could not be sent"))
REDACTED = declare("ticket.redacted", _("%(actor)s removed a text for good"), public=True)
told_by(REDACTED)
CONFIG_CHANGED = declare("configuration.changed", _("%(actor)s changed %(subject)s"))
RATED = declare("ticket.rated", _("%(actor)s rated how it went: %(new)s"))
AUDIT_EXPORTED = declare("audit.exported", _("%(actor)s exported the record of changes"))
FORM_PUBLISHED = declare("form.published", _("%(actor)s published version %(new)s of the form %(subject)s"))
FORM_DRAFT_SAVED = declare("form.draft_saved", _("%(actor)s changed the draft of the form %(subject)s"))
TEMPLATE_SAVED = declare("ticket_template.saved", _("%(actor)s saved the ticket template %(subject)s"))
BULK_CHANGED = declare("tickets.bulk_changed", _("%(actor)s changed several tickets at once"))
MACRO_RUN = declare("ticket.macro_run", _("%(actor)s ran the macro %(subject)s"))
VIEW_SAVED = declare("view.saved", _("%(actor)s saved the shared view %(subject)s"))
VIEW_DELETED = declare("view.deleted", _("%(actor)s deleted the shared view %(subject)s"))
