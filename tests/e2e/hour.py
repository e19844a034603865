"""Twenty tickets as they come in during an hour at a German-English company, and what the desk has ready for them."""

from typing import Any

from desk.commands import save_canned_reply
from desk.commands.macros import save_macro
from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.factories import make_person, make_ticket

# key: (subject, text, who asks)
COMING: dict[str, tuple[str, str, str]] = {
    "till": (
        "Kasse 3 druckt keine Bons mehr",
        "Seit 8:10 Uhr kommt nur leeres Papier. Die Schlange wird länger.",
        "karla",
    ),
    "mail": (
        "Outlook asks for my password every few minutes",
        "Since the update last night. Restarting did not help.",
        "ben",
    ),
    "room": (
        "Raumbuchung „Elbe“ zeigt zwei Termine zur selben Zeit",
        "Donnerstag 14 Uhr, wir und der Vertrieb.",
        "karla",
    ),
    "badge": ("Neuer Ausweis öffnet die Tiefgarage nicht", "Haupteingang geht, Schranke bleibt zu.", "omar"),
    "loan": (
        "Loan laptop for the trade fair in Porto",
        "Two weeks from Monday, with the presentation software.",
        "chloe",
    ),
    "vpn1": (
        "VPN trennt alle zehn Minuten im Homeoffice",
        "Betrifft auch zwei Kolleginnen aus der Buchhaltung.",
        "karla",
    ),
    "vpn2": ("VPN connection drops again and again", "Error 809, only from home.", "ben"),
    "vpn3": ("VPN geht nicht", "Seit heute früh.", "omar"),
    "toner": ("Toner für den Drucker im 2. Stock fehlt", "Der letzte wurde gestern eingesetzt.", "karla"),
    "chair": ("Bildschirmarm am Platz 4.12 wackelt", "Die Klemme hält nicht mehr.", "omar"),
    "sign": ("Signature in mails shows the old address", "It still says Hafenstraße 4.", "chloe"),
    "scan": ("Scanner verschickt nur leere Seiten", "Im Raum 1.04, Einzug und Glas.", "karla"),
    "list": ("Add Chloe to the distribution list sales-eu", "She started on Monday.", "ben"),
    "excel": (
        "Excel-Makro „Monatsabschluss“ bricht mit Fehler 1004 ab",
        "Datei liegt im Ordner Finanzen/2026.",
        "omar",
    ),
    "phone": ("Desk phone rings at the wrong extension", "4471 rings at 4417 and the other way round.", "chloe"),
    "space": ("Laufwerk P: ist voll", "Noch 12 MB frei, wir können nichts mehr speichern.", "karla"),
    "wifi": ("Gäste-WLAN: Anmeldeseite erscheint nicht", "Auf drei Telefonen probiert.", "omar"),
    "font": ("Corporate font missing on the new MacBook", "Slides look wrong with the replacement.", "ben"),
    "crm": ("Kein Zugriff auf CRM nach Abteilungswechsel", "Region Süd fehlt, Nord sehe ich noch.", "karla"),
    "cam": ("Webcam in meeting room “Weser” stays black", "The light is on, no picture in any program.", "chloe"),
}
NAMES = {"karla": "Karla Busch", "omar": "Omar Haddad", "ben": "Ben Okafor", "chloe": "Chloe Barnett"}
REPLIES = {
    "Wir sind dran": ("Guten Tag {{ requester.name }},\n\nwir sind dran und melden uns.", "Hello {{ requester.first_name }},\n\nwe are on it."),
    "Frage zurück": ("Bitte nennen Sie uns Raum und Uhrzeit.", "Please tell us the room and the time."),
    "Ist erledigt": ("Es ist erledigt. Melden Sie sich, wenn etwas fehlt.", "It is done. Tell us if anything is missing."),
}  # fmt: skip


def bring_in(department: Any, author: Any) -> dict[str, Ticket]:
    """All twenty, oldest first, and the texts and the macro of the desk."""
    people = {
        key: make_person(name, language="de" if key in ("karla", "omar") else "en") for key, name in NAMES.items()
    }
    actor = Actor(author, "web")
    for name, (german, english) in REPLIES.items():
        save_canned_reply(actor, None, name=name, text_de=german, text_en=english)
    steps = [{"do": "priority", "value": "low"}, {"do": "note", "value": "Geht an die Haustechnik."}]
    save_macro(actor, None, name_de="Haustechnik", name_en="Facility", steps=steps, audience="everybody")
    return {
        key: make_ticket(people[who], department, subject=subject, description=text)
        for key, (subject, text, who) in COMING.items()
    }
