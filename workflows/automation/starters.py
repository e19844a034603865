"""Three rules to begin with; they are added switched off."""

from typing import Any

from django.utils.translation import gettext as _


def starters() -> list[dict[str, Any]]:
    """What save_automation takes, in the reader's language."""
    return [
        {
            "name": _("Urgent tickets: tell who leads"),
            "trigger": "created",
            "options": {},
            "condition": {"field": "ticket.priority", "op": "is", "value": "urgent"},
            "actions": [
                {
                    "do": "notify",
                    "to": ["lead"],
                    "subject": _("Urgent: {{ ticket.subject }}"),
                    "text": _("{{ requester.name }} asks for help, urgently. Ticket {{ ticket.number }}."),
                }
            ],
        },
        {
            "name": _("No answer for seven days: close"),
            "trigger": "time",
            "options": {"for": "P7D", "clock": "calendar"},
            "condition": {"field": "ticket.status", "op": "is", "value": "waiting_requester"},
            "actions": [
                {"do": "note", "text": _("Nobody answered for seven days; the rule resolves the ticket.")},
                {"do": "status", "value": "resolved"},
            ],
        },
        {
            "name": _("Overdue: raise the priority"),
            "trigger": "due",
            "options": {"level": "100", "promise": ""},
            "condition": {"field": "ticket.priority", "op": "in", "value": ["low", "normal"]},
            "actions": [{"do": "priority", "value": "high"}, {"do": "add_tags", "value": ["overdue"]}],
        },
    ]
