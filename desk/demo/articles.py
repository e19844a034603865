"""The knowledge base's demo articles, and where the demo's agents used them."""

import datetime as dt

from accounts.models import User
from desk.demo.parts import part
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from knowledge.commands import note_use
from knowledge.demo.play import create_articles

WRITER = "sven@flowtic.example"
READERS = ("alan@flowtic.example", "lea@flowtic.example", "theo@flowtic.example", "grace@flowtic.example")
# The beginning of a ticket's subject and the article that was put into it.
USED = (
    ("VPN trennt", "vpn-bricht-ab"),
    ("Netzwerkdrucker 2. OG", "netzwerkdrucker-papierstau"),
    ("Konto nach drei Wochen", "konto-gesperrt"),
    ("Kein Zugriff auf das CRM", "crm-rechte-nach-wechsel"),
    ("Laptop battery is swelling", "battery-problems"),
)


@part
def play(now: dt.datetime) -> int:
    people = {person.email: Actor(person, "web") for person in User.objects.filter(email__in=(WRITER, *READERS))}
    if WRITER not in people:
        return 0
    readers = [people[email] for email in READERS if email in people]
    articles = create_articles(now, writer=people[WRITER], readers=readers)
    with clock.travel(now - dt.timedelta(hours=3)):
        for subject, name in USED:
            ticket = Ticket.objects.filter(subject__startswith=subject).first()
            if ticket is not None and readers:
                note_use(readers[0], articles[name], ticket_number=ticket.number)
    return 0
