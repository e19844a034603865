"""Checklists and time spent in the demo: two lists, one half done, and some minutes on what was closed lately."""

import datetime as dt

from accounts.models import User
from desk.commands.checklist_templates import save_checklist
from desk.commands.checklists import tick_item, use_checklist
from desk.commands.time_entries import add_time
from desk.demo.parts import part
from desk.models import ChecklistTemplate, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor

LISTS = [
    ("Neue Kollegin, neuer Kollege", "New colleague", ["Konto anlegen", "Laptop ausgeben", "Türkarte bestellen"]),
    ("Laptop-Rückgabe", "Handing back a laptop", ["Daten gesichert", "Gerät gelöscht", "Inventar geändert", "Lager"]),
]
MINUTES = (15, 30, 45, 20, 90, 10)


@part
def play(now: dt.datetime) -> int:
    """The newest ticket in somebody's hands has the first list; each third closed one some time."""
    admin = User.objects.filter(role=User.Role.ADMIN, state=User.State.ACTIVE).order_by("pk").first()
    if admin is None or ChecklistTemplate.objects.exists():
        return 0
    with clock.travel(now - dt.timedelta(days=30)):
        made = [save_checklist(Actor(admin, "web"), None, name_de=de, name_en=en, items=all_) for de, en, all_ in LISTS]
    held = Ticket.objects.open().filter(assignee__isnull=False).select_related("assignee").order_by("-pk").first()
    if held is not None:
        actor = Actor(held.assignee, "web")
        for item in use_checklist(actor, held, template=made[0])[:2]:
            tick_item(actor, held, item=item.pk, done=True)
    closed = Ticket.objects.filter(closed_at__gt=now - dt.timedelta(days=60), assignee__state="active")
    for number, ticket in enumerate(closed.select_related("assignee").order_by("pk")[:90:3]):
        day = (ticket.closed_at or now).date()
        with clock.travel(min((ticket.closed_at or now) + dt.timedelta(minutes=5), now)):
            add_time(Actor(ticket.assignee, "web"), ticket, minutes=MINUTES[number % len(MINUTES)], day=day)
    return 0
