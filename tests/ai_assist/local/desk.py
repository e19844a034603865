"""A desk with a few hundred solved tickets: three departments that speak of different things, in two languages."""

import random
from datetime import timedelta
from typing import Any

from desk.models import Comment, Priority, RequestType, Status, Ticket
from desk.search import KIND
from flowtic.core import clock, search
from tests.factories import make_department, make_person

SUBJECTS = {
    "it": {
        "de": ["VPN Zertifikat abgelaufen", "Drucker druckt nicht", "Laptop startet nicht", "Passwort vergessen"],
        "en": ["VPN certificate expired", "Printer does not print", "Laptop does not boot", "Password forgotten"],
    },
    "hr": {
        "de": ["Urlaubsantrag fehlt", "Gehaltsabrechnung falsch", "Elternzeit beantragen", "Arbeitsvertrag ändern"],
        "en": ["Leave request is missing", "Payslip is wrong", "Parental leave", "Change of contract"],
    },
    "facility": {
        "de": ["Heizung defekt im Büro", "Fenster klemmt", "Parkplatz gesucht", "Schlüssel verloren"],
        "en": ["Heating broken in office", "Window is stuck", "Parking space needed", "Key is lost"],
    },
}
FILLER = {
    "de": [
        "seit",
        "gestern",
        "wieder",
        "in",
        "unserem",
        "Gebäude",
        "am",
        "Standort",
        "Nord",
        "bitte",
        "dringend",
        "um",
        "Hilfe",
        "weil",
        "wir",
        "so",
        "nicht",
        "weiter",
        "arbeiten",
        "können",
        "vielen",
        "Dank",
        "Kollegen",
        "Raum",
        "Etage",
        "Montag",
        "Termin",
        "Kunde",
        "Frage",
        "Antwort",
        "melden",
        "Stelle",
        "Rückruf",
    ],
    "en": [
        "since",
        "yesterday",
        "again",
        "in",
        "our",
        "building",
        "at",
        "site",
        "north",
        "please",
        "help",
        "us",
        "because",
        "we",
        "cannot",
        "go",
        "on",
        "like",
        "this",
        "many",
        "thanks",
        "colleagues",
        "room",
        "floor",
        "monday",
        "meeting",
        "customer",
        "question",
        "answer",
        "report",
        "place",
        "callback",
    ],
}


def text_of(chance: random.Random, language: str) -> str:
    return " ".join(chance.choice(FILLER[language]) for _ in range(14))


def departments() -> dict[str, Any]:
    return {
        "it": make_department("it", name_de="IT-Betrieb", name_en="IT operations"),
        "hr": make_department("hr", name_de="Personal", name_en="Human resources"),
        "facility": make_department("facility", name_de="Gebäude", name_en="Facility"),
    }


def solved_tickets(number: int, *, seed: int = 1, days: int = 50) -> list[Ticket]:
    """Closed tickets of all departments in turn, in the search index, with times from a few hours to two weeks."""
    chance = random.Random(seed)
    places, people = departments(), [make_person(f"Person Nummer {n}") for n in range(6)]
    closed = Status.objects.get(key="closed")
    ranks = {priority.key: priority for priority in Priority.objects.all()}
    laptop = RequestType.objects.get_or_create(key="laptop", defaults={"name_de": "Laptop", "name_en": "Laptop"})[0]
    rows = []
    for at in range(number):
        key, language = list(places)[at % 3], ("de", "en")[at // 3 % 2]
        subject = chance.choice(SUBJECTS[key][language])
        created = clock.now() - timedelta(days=chance.uniform(1, days))
        hours = {"it": 4, "hr": 40, "facility": 120}[key] * chance.uniform(0.5, 2)
        ended = min(created + timedelta(hours=hours), clock.now())
        rows.append(
            Ticket(
                number=f"FT-T-{seed}-{at:05d}",
                subject=subject,
                description=text_of(chance, language),
                language=language,
                requester=people[at % 3 * 2 + at // 3 % 2],
                department=places[key],
                status=closed,
                priority=ranks["high" if "VPN" in subject else "normal"],
                request_type=laptop if "Laptop" in subject else None,
                is_open=False,
                created_at=created,
                updated_at=ended,
                resolved_at=ended,
                closed_at=ended,
            )
        )
    Ticket.objects.bulk_create(rows)
    rows = list(Ticket.objects.filter(number__startswith=f"FT-T-{seed}-").order_by("pk"))
    documents = [(row.pk, f"{row.number} {row.subject}", row.description, "") for row in rows]
    search.index_many(KIND, documents, new=True)
    return rows


def answer(ticket: Ticket, author: Any, body: str, **fields: Any) -> Comment:
    return Comment.objects.create(
        ticket=ticket, author=author, body=body, via="web", created_at=fields.pop("at", clock.now()), **fields
    )
