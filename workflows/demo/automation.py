"""Two automation rules of the demo: one that acts, one that is only looked at.

A rule has one name and one text for readers of every language; these say it in both.
"""

import datetime as dt

from accounts.models import User
from desk.demo.parts import part
from flowtic.core import clock
from flowtic.core.actor import Actor
from workflows.commands.automation import save_automation

RULES = [
    {
        "name": "Phishing: Warnung / warning",
        "trigger": "created",
        "options": {},
        "condition": {"field": "ticket.subject", "op": "contains", "value": "phishing"},
        "actions": [
            {"do": "add_tags", "value": ["security"]},
            {
                "do": "note",
                "text": "{{ requester.name }} meldet Phishing. Bitte keine Links aus {{ ticket.number }} öffnen.\n"
                "{{ requester.name }} reports phishing. Please open no links out of {{ ticket.number }}.",
            },
        ],
        "active": True,
    },
    {
        "name": "7 Tage ohne Antwort / 7 days without an answer",
        "trigger": "time",
        "options": {"for": "P7D", "clock": "calendar"},
        "condition": {"field": "ticket.status", "op": "is", "value": "waiting_requester"},
        "actions": [
            {"do": "note", "text": "Seit sieben Tagen keine Antwort. / Nobody answered for seven days."},
            {"do": "status", "value": "resolved"},
        ],
        "active": False,
    },
]


@part
def automation(now: dt.datetime) -> int:
    """The rules of the demo; it makes no tickets."""
    admin = Actor(User.objects.get(email="ada@flowtic.example"), "web")
    with clock.travel(now - dt.timedelta(days=30)):
        for values in RULES:
            save_automation(admin, None, **values)  # type: ignore[arg-type]
    return 0
