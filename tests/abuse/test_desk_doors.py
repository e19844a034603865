"""The desk's newer doors: exports that calculate or tell too much, and paper. Each with its control."""

import csv
import io

import pytest

from desk.commands import add_comment, change_status, rate_ticket
from desk.commands.checklists import add_item
from desk.commands.time_entries import add_time
from desk.models import Status, Ticket
from flowtic.core.actor import Actor
from tests.factories import make_ticket

FORMULAS = ('=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '"=cmd|x', "ok,\n=1+1")
CANARY = "c4n4ry"


def cells(response):
    return [cell for row in csv.reader(io.StringIO(response.content.decode())) for cell in row]


@pytest.fixture
def poisoned(alan, rita, sven, it):
    """Every text of an export is a formula."""
    for text in FORMULAS:
        ticket = make_ticket(rita, it, subject=f"{text} subject")
        add_time(Actor(alan, "web"), ticket, minutes=5, note=text)
        change_status(Actor(sven, "web"), ticket, status=Status.objects.get(key="closed"))
        rate_ticket(Actor(rita, "web"), Ticket.objects.get(pk=ticket.pk), good=False, words=text)


@pytest.mark.parametrize("door", ["/reports/time.csv", "/reports/satisfaction.csv", "/reports/promises.csv"])
def test_inj_05_no_cell_of_an_export_calculates(web, poisoned, lea, door):
    answer = web(lea).get(door)
    assert answer.status_code == 200
    found = cells(answer)
    assert found
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_inj_05_control_the_words_are_in_the_export(web, poisoned, lea):
    for door in ("/reports/time.csv", "/reports/satisfaction.csv"):
        text = " ".join(cells(web(lea).get(door)))
        assert "HYPERLINK" in text
        assert "SUM(A1)" in text


def test_exp_01_an_export_holds_only_ones_own_departments(web, poisoned, lea, hanna, alan, rita, sven, hr):
    foreign = make_ticket(rita, hr)
    add_time(Actor(hanna, "web"), foreign, minutes=7, note=CANARY)
    for door in ("/reports/time.csv", f"/reports/time.csv?person={hanna.pk}", "/reports/time.csv?department=hr"):
        assert CANARY not in web(lea).get(door).content.decode(), door
    assert CANARY in web(sven).get("/reports/time.csv").content.decode()  # the control
    for person in (alan, hanna):  # who leads nothing
        assert web(person).get("/reports/time.csv").status_code == 403
    assert web(None).get("/reports/time.csv").status_code == 302


def test_print_01_paper_holds_no_more_than_the_screen(web, alan, rita, ticket):
    """Printing is the page itself: what is not sent cannot be printed."""
    actor = Actor(alan, "web")
    add_comment(actor, ticket, body=f"{CANARY} note", internal=True)
    add_item(actor, ticket, text=f"{CANARY} line")
    add_time(actor, ticket, minutes=5, note=f"{CANARY} time")
    outside = web(rita).get(f"/portal/tickets/{ticket.number}").content.decode()
    assert CANARY not in outside
    assert "data-print" not in outside
    inside = web(alan).get(f"/tickets/{ticket.number}").content.decode()
    assert all(f"{CANARY} {word}" in inside for word in ("note", "line", "time"))  # the control
