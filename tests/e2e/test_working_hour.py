"""A whole working hour at the keyboard: twenty tickets, two agents who see each other, and not one touch of a mouse."""

import re

import pytest
from playwright.sync_api import expect

from desk.commands import create_ticket
from desk.models import Priority, Snooze, Ticket
from flowtic.core.actor import Actor
from tests.e2e.asgi import streaming_server
from tests.e2e.conftest import Seen
from tests.e2e.hour import bring_in
from tests.e2e.keyboard import Hand, refuse_the_mouse
from tests.factories import PASSWORD

# Alone it takes a minute and a half; on a machine that does other things too, more than pytest usually allows.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
SOON = 20_000
SEND, SEND_NEXT = "Control+Enter", "Control+Shift+Enter"


@pytest.fixture
def hour(settings, it, alan, lea, sven):
    """The twenty tickets; one of them burns."""
    lea.language = "de"
    lea.save(update_fields=["language"])
    tickets = bring_in(it, sven)
    Ticket.objects.filter(pk=tickets["till"].pk).update(priority=Priority.objects.get(key="urgent"))
    return tickets


@pytest.fixture
def sit_down(settings, open_page, monkeypatch):
    """`sit_down(person)`: a browser of their own, logged in by typing."""
    with streaming_server() as server:
        settings.BASE_URL = server.url
        refuse_the_mouse(monkeypatch)
        expect.set_options(timeout=SOON)

        def make(person, **options):
            page = open_page(None, "", **options)
            page.seen = Seen(page, server.url)
            hand = Hand(page, server.url)
            hand.log_in(person.email, PASSWORD)
            hand.sees("h1").to_have_text(re.compile("All open|Alle offenen"))
            return hand

        yield make
        expect.set_options(timeout=5_000)


def row(ticket):
    return f"#ticket-{ticket.pk}"


def on(ticket):
    return re.compile(rf"/tickets/{ticket.number}")


def reload(ticket):
    return Ticket.objects.select_related("status", "priority", "assignee", "department").get(pk=ticket.pk)


def leave(*hands):
    """Nothing was pointed at, and the browser complained of nothing."""
    for hand in hands:
        assert hand.pointed == []
        assert hand.page.seen.problems == []
        hand.page.context.close()


def open_by_palette(hand, ticket, words):
    hand.palette(words, ticket.subject)
    expect(hand.page).to_have_url(on(ticket))
    hand.sees(f"#ticket-{ticket.pk}-head h1").to_have_text(ticket.subject)


# Where the row stands beside the one with the focus: below (1), above (-1), there (0). Nothing focused: all are below.
WHERE = """(selector) => { const rows = [...document.querySelectorAll("tr.row")];
  return Math.sign(rows.indexOf(document.querySelector(selector)) - rows.indexOf(document.activeElement)); }"""


def to_row(hand, ticket):
    """J or K until the row of the ticket has the focus."""
    hand.sees(row(ticket)).to_be_visible()
    for _step in range(25):
        way = hand.page.evaluate(WHERE, row(ticket))
        if not way:
            return
        hand.keys("j" if way > 0 else "k")
    raise AssertionError(f"the keys do not reach {ticket.subject}")


def test_an_hour_at_the_desk(hour, sit_down, settings, alan, lea, rita, it):
    hers, mine = sit_down(lea, language="de"), sit_down(alan)
    hers.sees("tr.row").to_have_count(20)

    the_first_one_is_given(mine, hour, settings)
    hers.sees(f"{row(hour['till'])} .c-ass").to_contain_text("Alan")
    some_are_claimed_in_the_list(mine, hers, hour)
    two_at_one_ticket(mine, hers, hour)
    later_and_somebody_else(mine, hers, hour, lea)
    leave(mine, hers)

    # After a break, in browsers that know nothing of before.
    hers, mine = sit_down(lea, language="de"), sit_down(alan)
    three_of_the_same(mine, hers, hour)
    many_at_once(mine, hers, hour)
    new_ones_arrive(mine, rita, it)
    the_rest(mine, hour)

    leave(mine, hers)
    closed = {key for key, ticket in hour.items() if not reload(ticket).is_open}
    assert closed == set(hour) - {"till", "mail", "room", "badge", "loan", "vpn1"}


def the_first_one_is_given(mine, hour, settings):
    """N: the burning one. A canned reply is sent, taken back, changed, sent; the ticket waits for the requester."""
    till = hour["till"]
    mine.keys("g", "w")
    mine.sees("h1").to_have_text("My work")
    mine.keys("n")
    expect(mine.page).to_have_url(on(till))
    mine.keys("r")
    mine.sees("#composer-body").to_be_focused()
    settings.FLOWTIC_UNDO_SEND = 60
    mine.write("/wir")
    mine.sees("#composer-options [role=option]").to_have_count(1)
    mine.keys("Enter")
    mine.sees("#composer-body").to_have_value(re.compile("Karla Busch.*wir sind dran", re.DOTALL))
    mine.keys(SEND)
    mine.sees("[data-held]").to_contain_text("wir sind dran")
    mine.keys("z")
    mine.sees("#composer-body").to_have_value(re.compile("wir sind dran"))
    mine.sees("#composer-body").to_be_focused()
    settings.FLOWTIC_UNDO_SEND = 0
    mine.keys("Control+End")
    mine.write("\nZeigt die Kasse einen Fehler?")
    mine.keys(SEND)
    mine.sees("#thread .msg", has_text="Zeigt die Kasse einen Fehler?").to_be_focused()
    mine.keys("s", "w")
    mine.sees(".menu-i:focus").to_contain_text("Waiting for reply")
    mine.keys("Enter")
    mine.sees(f"#ticket-{till.pk}-status").to_contain_text("Waiting for reply")
    assert reload(till).status.key == "waiting_requester"


def some_are_claimed_in_the_list(mine, hers, hour):
    """B back to My work, on to the list; J and U: what was claimed shows in the other browser. A priority, a look."""
    mine.keys("b")
    mine.sees("h1").to_have_text("My work")
    mine.keys("g", "t")
    mine.sees("tr.row").to_have_count(20)
    for key in ("mail", "room", "badge"):
        to_row(mine, hour[key])
        mine.keys("u")
        mine.sees(f"{row(hour[key])} .c-ass").to_contain_text("Alan")
        mine.sees(row(hour[key])).to_be_focused()
    for key in ("mail", "room", "badge"):
        hers.sees(f"{row(hour[key])} .c-ass").to_contain_text("Alan")
    mine.keys("k", "p")
    mine.sees("#quick .menu-i:focus").to_have_count(1)
    mine.keys("h", "Enter")
    mine.sees(f"{row(hour['room'])} .g-high").to_be_visible()
    mine.sees(row(hour["room"])).to_be_focused()
    mine.keys("Space")
    mine.sees("#peek-title").to_have_text(hour["room"].subject)
    mine.keys("Escape")
    mine.sees(row(hour["room"])).to_be_focused()
    # Through tickets without the list: the place in it, the answer, and back to the row one came from.
    mine.keys("k", "Enter")
    expect(mine.page).to_have_url(on(hour["mail"]))
    mine.keys("r")
    mine.write("/wir")
    mine.sees("#composer-options [role=option]").to_have_count(1)
    mine.keys("Enter")
    mine.sees("#composer-body").to_have_value(re.compile("Hello Ben"))
    mine.keys(SEND_NEXT)
    expect(mine.page).not_to_have_url(on(hour["mail"]))
    mine.keys("b")
    mine.sees("tr.row:focus").to_have_count(1)


def two_at_one_ticket(mine, hers, hour):
    """A colleague is called with @, comes, types and answers first; the answer that was under way is warned."""
    room = hour["room"]
    open_by_palette(mine, room, "Raumbuchung")
    mine.keys("n")
    mine.write("Bitte einmal ansehen @lei")
    mine.sees("#composer-options [role=option]").to_contain_text("Lea Leitung")
    mine.keys("Enter")
    mine.keys(SEND)
    mine.sees(".msg-note", has_text="Bitte einmal ansehen").to_be_visible()
    hers.sees("[data-bell-count]").to_have_text("1")
    hers.keys("g", "n")
    hers.sees("#notices .notice").to_contain_text(room.number)
    hers.tab_to("#notices .notice a")
    hers.keys("Enter")
    expect(hers.page).to_have_url(on(room))
    mine.sees("[data-presence]").to_contain_text("Lea Leitung")
    mine.keys("r")
    mine.write("Wir haben den zweiten Termin")
    hers.keys("r")
    hers.write("Der Termin des Vertriebs ist verschoben.")
    mine.sees("[data-presence]").to_contain_text("Lea Leitung is typing")
    hers.keys(SEND)
    mine.sees("#thread").to_contain_text("Der Termin des Vertriebs ist verschoben.")
    mine.sees("#composer-body").to_be_focused()
    mine.sees("#composer-body").to_have_value("Wir haben den zweiten Termin")
    mine.write(" umgebucht.")
    mine.keys(SEND)
    mine.sees("#thread .msg", has_text="umgebucht.").to_be_visible()
    hers.sees("#thread").to_contain_text("umgebucht.")
    hers.keys("g", "t")
    hers.sees("tr.row").to_have_count(20)


def later_and_somebody_else(mine, hers, hour, lea):
    """One is put off, one is watched and handed over, taken back, and handed over again."""
    badge, loan = hour["badge"], hour["loan"]
    open_by_palette(mine, badge, "Tiefgarage")
    mine.keys("h", "t", "Enter")
    mine.sees(f"#ticket-{badge.pk}-snooze").to_contain_text("Put off until")
    assert Snooze.objects.filter(ticket=badge).exists()
    mine.keys("w")
    mine.sees("#live").to_contain_text("watch")
    open_by_palette(mine, loan, "Porto")
    mine.keys("u")
    mine.sees(f"#ticket-{loan.pk}-assignment").to_contain_text("Alan")
    mine.palette("assign to lea", "Lea Leitung")
    mine.sees(f"#ticket-{loan.pk}-assignment").to_contain_text("Lea Leitung")
    mine.keys("z")
    mine.sees(f"#ticket-{loan.pk}-assignment").to_contain_text("Alan")
    mine.keys("a", "l")
    mine.sees(".menu-i:focus").to_contain_text("Lea Leitung")
    mine.keys("Enter")
    mine.sees(f"#ticket-{loan.pk}-assignment").to_contain_text("Lea Leitung")
    hers.sees(f"{row(loan)} .c-ass").to_contain_text("Lea")
    assert reload(loan).assignee == lea


def three_of_the_same(mine, hers, hour):
    """Found by search, selected with Shift, merged into the oldest; undone, and merged again."""
    mine.keys("g", "t")
    mine.sees("tr.row").to_have_count(20)
    mine.keys("/")
    mine.write("VPN")
    mine.sees("tr.row").to_have_count(3)
    mine.keys("ArrowDown")
    mine.sees("tr.row:focus").to_have_count(1)
    for again in (False, True):
        mine.keys("x", "Shift+J", "Shift+J")
        mine.sees("[data-bulk]").to_contain_text("3 selected")
        mine.sees("[data-bulk] summary").not_to_have_count(0)
        mine.keys("m")
        mine.sees("input[name=chosen]").to_have_count(3)
        mine.sees("input[name=chosen]:focus").to_have_count(1)
        mine.keys("Space")
        for _step in range(3):
            if mine.page.locator(f"input[value='{hour['vpn1'].number}']:checked").count():
                break
            mine.keys("ArrowDown")
        mine.keys("Enter")
        mine.sees("main").to_contain_text("Will change")
        mine.sees("button.btn-primary:focus").to_have_count(1)
        mine.keys("Enter")
        mine.sees("main").to_contain_text("2 changed")
        if not again:
            mine.keys("z")
            mine.sees("main").to_contain_text("2 undone")
            mine.keys("b")
            mine.sees("tr.row").to_have_count(3)
            mine.keys("j")
    for key in ("vpn2", "vpn3"):
        hers.sees(row(hour[key])).to_contain_text("Geschlossen")
    assert reload(hour["vpn2"]).merged_into == reload(hour["vpn3"]).merged_into == hour["vpn1"]


def many_at_once(mine, hers, hour):
    """Four rows to Resolved, back, and again; the macro of the house for one of them first."""
    chosen = [hour[key] for key in ("toner", "chair", "sign", "scan")]
    open_by_palette(mine, hour["chair"], "Bildschirmarm")
    mine.keys("m")
    mine.sees(".menu-i", has_text="Facility").to_be_visible()
    mine.keys("f", "Enter")
    mine.sees("#macro-dialog").to_be_visible()
    mine.keys("Enter")
    mine.sees("#thread").to_contain_text("Geht an die Haustechnik.")
    mine.palette("unassigned", "Unassigned")
    expect(mine.page).to_have_url(re.compile("view=free"))
    for again in (False, True):
        for ticket in chosen:
            to_row(mine, ticket)
            mine.keys("x")
        mine.sees("[data-bulk]").to_contain_text("4 selected")
        mine.sees("[data-bulk] summary").not_to_have_count(0)
        mine.keys("s", "r", "Enter")
        mine.sees("[data-toast]", has_text="4 changed").to_be_visible()
        if not again:
            mine.keys("z")
            mine.sees("[data-toast]", has_text="4 undone").to_be_visible()
    for ticket in chosen:
        assert reload(ticket).status.key == "resolved"


def new_ones_arrive(mine, rita, it):
    """Three new ones wait behind a button, which is a key too."""
    mine.keys("g", "t")
    mine.sees("tr.row").not_to_have_count(0)
    mine.sees("html[data-stream=on]").to_have_count(1)
    before = mine.page.locator("tr.row").count()
    for subject in ("Beamer im Raum 2.01 bleibt dunkel", "Mouse is double clicking", "Passwort vergessen 🙈"):
        create_ticket(Actor(rita, "web"), requester=rita, department=it, source="web", subject=subject, description="…")
    mine.sees("#new-tickets").to_have_text("Show 3 new tickets")
    mine.sees("tr.row").to_have_count(before)
    mine.keys("n")
    mine.sees("tr.row", has_text="Passwort vergessen").to_be_visible()
    mine.sees("tr.row:focus").to_have_count(1)


def the_rest(mine, hour):
    """One after the other: claim, answer, solved, next."""
    for key, words in (
        *(("list", "distribution"), ("excel", "Monatsabschluss"), ("phone", "extension"), ("space", "Laufwerk")),
        *(("wifi", "Anmeldeseite"), ("font", "Corporate"), ("crm", "Abteilungswechsel"), ("cam", "Webcam")),
    ):
        ticket = hour[key]
        open_by_palette(mine, ticket, words)
        mine.keys("u")
        mine.sees(f"#ticket-{ticket.pk}-assignment").to_contain_text("Alan")
        mine.keys("r")
        mine.write("/ist")
        mine.sees("#composer-options [role=option]").to_have_count(1)
        mine.keys("Enter", SEND)
        mine.sees("#thread .msg:focus").to_have_count(1)
        mine.palette("> status closed", "Closed")
        mine.sees(f"#ticket-{ticket.pk}-status").to_contain_text("Closed")
