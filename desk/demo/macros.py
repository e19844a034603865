"""Five macros of the demo's desk."""

import datetime as dt
from typing import Any

from accounts.models import Department, User
from desk.commands.macros import save_macro
from desk.demo.parts import part
from desk.models import Macro
from flowtic.core import clock
from flowtic.core.actor import Actor

WRITER = "sven@flowtic.example"
MACROS: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "Übernehmen und beginnen",
        "Take over and begin",
        [{"do": "assignee", "value": "me"}, {"do": "status", "value": "in_progress"}],
    ),
    (
        "Rückfrage stellen",
        "Ask for details",
        [
            {
                "do": "reply",
                "value": "Guten Tag {{requester.name}},\n\nwir brauchen zu {{ticket.number}} noch etwas von Ihnen: "
                "Seit wann tritt es auf, und was steht genau auf dem Bildschirm? Ein Bild hilft uns sehr.\n\n"
                "Viele Grüße\n{{agent.name}}",
            },
            {"do": "status", "value": "waiting_requester"},
        ],
    ),
    (
        "Vor-Ort-Termin",
        "Visit on site",
        [
            {"do": "assignee", "value": "me"},
            {"do": "add_tags", "value": ["on-site"]},
            {"do": "note", "value": "Termin vor Ort mit {{requester.name}} abstimmen."},
            {"do": "status", "value": "in_progress"},
        ],
    ),
    (
        "Sicherheitsvorfall",
        "Security incident",
        [
            {"do": "priority", "value": "urgent"},
            {"do": "add_tags", "value": ["security"]},
            {"do": "watch", "value": True},
            {
                "do": "note",
                "value": "Sicherheitsvorfall: Passwort ändern lassen, Gerät vom Netz nehmen, Absender melden.",
            },
        ],
    ),
    (
        "Gelöst, mit Dank",
        "Resolved, with thanks",
        [
            {
                "do": "reply",
                "value": "Guten Tag {{requester.name}},\n\ndas Anliegen {{ticket.number}} ist erledigt. Falls noch "
                "etwas fehlt, antworten Sie einfach auf diese Nachricht.\n\nViele Grüße\n{{agent.name}}",
            },
            {"do": "status", "value": "resolved"},
        ],
    ),
]


@part
def play(now: dt.datetime) -> int:
    """For everybody, as the support made them some weeks ago; the one about security belongs to who grants access."""
    writer = User.objects.filter(email=WRITER).first()
    if writer is None:
        return 0
    access = Department.objects.filter(key="access").first()
    with clock.travel(now - dt.timedelta(days=30)):
        for name_de, name_en, steps in MACROS:
            own = access if name_en == "Security incident" else None
            audience = Macro.Audience.DEPARTMENT if own else Macro.Audience.EVERYBODY
            save_macro(
                Actor(writer, "web"),
                None,
                name_de=name_de,
                name_en=name_en,
                steps=steps,
                audience=audience,
                department=own,
            )
    return 0
