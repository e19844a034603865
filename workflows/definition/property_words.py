"""What the properties of steps and workflows are called, for comparisons and histories."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_NAMES = {
    "name": gettext_noop("Name"),
    "description": gettext_noop("Description"),
    "start": gettext_noop("Begins with"),
    "max_visits": gettext_noop("Most rounds"),
    "kind": gettext_noop("Kind"),
    "help": gettext_noop("Help"),
    "public": gettext_noop("Seen by the requester"),
    "ticket_status": gettext_noop("Status of the ticket"),
    "owner": gettext_noop("Done by"),
    "due": gettext_noop("Deadline"),
    "form": gettext_noop("Form"),
    "outcomes": gettext_noop("Outcomes"),
    "next": gettext_noop("Goes on with"),
    "approvers": gettext_noop("Approved by"),
    "mode": gettext_noop("Order"),
    "quorum": gettext_noop("Needed approvals"),
    "approve": gettext_noop("Approved: goes on with"),
    "reject": gettext_noop("Rejected: goes on with"),
    "approve_label": gettext_noop("Word for approving"),
    "reject_label": gettext_noop("Word for rejecting"),
    "method": gettext_noop("Method"),
    "url": gettext_noop("Address"),
    "headers": gettext_noop("Headers"),
    "body": gettext_noop("Body"),
    "result": gettext_noop("What is kept of the answer"),
    "retries": gettext_noop("Further tries"),
    "timeout": gettext_noop("At most"),
    "on_error": gettext_noop("When it fails, goes on with"),
    "on_timeout": gettext_noop("Then goes on with"),
    "topic": gettext_noop("Topic"),
    "fallback": gettext_noop("If no robot does it"),
    "branches": gettext_noop("Branches"),
    "otherwise": gettext_noop("Otherwise"),
    "join": gettext_noop("The branches meet at"),
    "wait": gettext_noop("Waits for"),
    "duration": gettext_noop("How long"),
    "clock": gettext_noop("Counted in"),
    "until": gettext_noop("Waits for"),
    "event": gettext_noop("Name of the event"),
    "values": gettext_noop("What is set"),
    "to": gettext_noop("To"),
    "subject": gettext_noop("Subject"),
    "text": gettext_noop("Text"),
    "tickets": gettext_noop("Tickets"),
    "fields": gettext_noop("Fields"),
    "status": gettext_noop("The ticket is"),
    "terminate": gettext_noop("Everything that still runs ends"),
}


def property_name(name: str) -> str:
    """The property in the reader's language; one without a word stands for itself."""
    return _(_NAMES[name]) if name in _NAMES else name
