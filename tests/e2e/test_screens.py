"""Every page in both languages, both themes, both widths: axe, no side scroll, no script or policy error."""

import pytest

from accounts.models import User
from desk.commands import add_comment, add_watcher, change_fields, claim_ticket
from desk.models import Priority
from tests.e2e.looks import VARIANTS
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "login": (None, "/accounts/login/"),
    "signup": (None, "/accounts/signup/"),
    "reset": (None, "/accounts/password/reset/"),
    "pending": ("pia", "/pending"),
    "list": ("alan", "/tickets"),
    "list-empty": ("alan", "/tickets?q=nothinglikethis"),
    "ticket": ("alan", "{ticket}"),
    "new": ("alan", "/tickets/new"),
    "portal": ("rita", "/portal"),
    "portal-tickets": ("rita", "/portal/tickets"),
    "portal-new": ("rita", "/portal/new"),
    "portal-ticket": ("rita", "/portal{ticket}"),
    "profile": ("alan", "/me/profile"),
    "tokens": ("alan", "/me/tokens"),
    "person": ("alan", "/people/{rita}"),
    "people": ("ada", "/settings/people"),
    "people-pending": ("ada", "/settings/people/pending"),
    "departments": ("ada", "/settings/departments"),
    "outbox": ("ada", "/settings/outbox"),
    "not-found": ("alan", "/tickets/FT-2000-000001"),
}


@pytest.fixture
def world(as_web, alan, lea, rita, otto, ada, pia, it):
    """A desk in which every kind of row occurs."""
    subjects = ["VPN trennt alle zehn Minuten im Homeoffice", "Invoice 88120 booked twice", "Raumbuchung hängt"]
    for number in range(12):
        make_ticket(rita, it, subject=f"{subjects[number % 3]} ({number})", assignee=alan if number % 2 else None)
    ticket = make_ticket(rita, it, subject="Kein Zugriff auf CRM nach Abteilungswechsel", tags=["crm", "zugang"])
    claim_ticket(as_web(alan), ticket)
    add_comment(as_web(alan), ticket, body="Guten Morgen,\n\n- welche **Region**?\n- seit wann?", internal=False)
    add_comment(as_web(lea), ticket, body="Gruppe `crm-sued` fehlt.", internal=True)
    add_comment(as_web(rita), ticket, body="Region 7 reicht mir.", internal=False)
    change_fields(as_web(alan), ticket, priority=Priority.objects.get(key="high"))
    add_watcher(as_web(alan), ticket, person=otto)
    people = {person.name.split()[0].lower(): person for person in (alan, lea, rita, otto, ada, pia)}
    return ticket, people


@pytest.mark.parametrize(("language", "theme", "size"), VARIANTS)
def test_every_page(world, open_page, check_page, language, theme, size):
    ticket, people = world
    User.objects.update(language=language, theme=theme)
    for name, (who, path) in PAGES.items():
        address = path.format(ticket=f"/tickets/{ticket.number}", rita=people["rita"].pk)
        page = open_page(people.get(who), address, size=size, theme=theme, language=language, same_browser=True)
        assert page.locator("html").get_attribute("lang") == language, name
        check_page(page, f"{name}-{language}-{theme}-{size}")
        page.close()
