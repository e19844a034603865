"""Rating a closed ticket: who, when, how often; through the portal and through the link in the mail."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from desk.commands import change_status, rate_by_link, rate_ticket, reopen_ticket
from desk.mail.wording import compose
from desk.models import Rating, Status, Ticket
from desk.notices import Reason
from desk.rating_links import link_token
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Forbidden, NotFound
from flowtic.core.models import Event
from tests.factories import make_ticket


@pytest.fixture
def closed(ticket, sven):
    change_status(Actor(sven, "web"), ticket, status=Status.objects.get(key="closed"))
    return Ticket.objects.get(pk=ticket.pk)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def test_once_per_closing_and_changeable(closed, rita, sven):
    rate_ticket(Actor(rita, "web"), closed, good=True, words="Fast\x00\u202e and kind")
    rate_ticket(Actor(rita, "web"), closed, good=False, words="On second thoughts")
    rating = Rating.objects.get()
    assert (rating.good, rating.words, rating.department_id) == (False, "On second thoughts", closed.department_id)
    event = Event.objects.filter(name="ticket.rated").latest("pk")
    assert event.changes == [{"field": "rating", "old": "good", "new": "bad"}]
    reopen_ticket(Actor(rita, "web"), closed)
    with pytest.raises(CommandError) as refused:
        rate_ticket(Actor(rita, "web"), closed, good=True)
    assert refused.value.code == "too_late_to_rate"
    change_status(Actor(sven, "web"), closed, status=Status.objects.get(key="closed"))
    rate_ticket(Actor(rita, "web"), closed, good=True)
    assert Rating.objects.count() == 2


@pytest.mark.parametrize("who", ["otto", "alan", "ada"])
def test_nobody_rates_somebody_elses_ticket(closed, who, request):
    person = request.getfixturevalue(who)
    with pytest.raises(Forbidden):
        rate_ticket(Actor(person, "web"), closed, good=False)
    answer = browser(person).post(f"/portal/tickets/{closed.number}/rating", {"verdict": "bad"})
    assert answer.status_code == (404 if who == "otto" else 403)
    assert not Rating.objects.exists()


def test_fourteen_days(closed, rita, monkeypatch):
    later = closed.closed_at + dt.timedelta(days=14, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(CommandError) as refused:
        rate_ticket(Actor(rita, "web"), closed, good=True)
    assert refused.value.code == "too_late_to_rate"
    assert 'id="rating"' not in browser(rita).get(f"/portal/tickets/{closed.number}").content.decode()


def test_the_portal_asks_takes_and_shows_and_the_desk_reads(closed, rita, alan):
    page = f"/portal/tickets/{closed.number}"
    assert "How did it go?" in browser(rita).get(page).content.decode()
    refused = browser(rita).post(f"{page}/rating", {"words": "I keep <b>this</b>"})
    assert refused.status_code == 422
    assert "I keep &lt;b&gt;this&lt;/b&gt;" in refused.content.decode()
    answer = browser(rita).post(f"{page}/rating", {"verdict": "bad", "words": "Too <slow>"}, follow=True)
    assert "You are not satisfied." in answer.content.decode()
    desk = browser(alan).get(f"/tickets/{closed.number}").content.decode()
    assert "not satisfied" in desk
    assert "Too &lt;slow&gt;" in desk


def test_the_mail_of_the_closing_has_a_link_only_for_who_asked(closed, rita, otto, sven):
    event = Event.objects.filter(name="ticket.status_changed").latest("pk")
    notice = compose(event, rita, Reason.REQUESTER)
    assert "/rate/" in notice.rate_url
    assert compose(event, sven, Reason.WATCHER).rate_url == ""


def test_the_link_shows_a_page_and_rates_only_by_post(closed, rita):
    url = f"/rate/{link_token(closed)}"
    page = Client().get(url)
    assert (page.status_code, page["Referrer-Policy"], page["X-Robots-Tag"]) == (200, "same-origin", "noindex")
    assert "no-store" in page["Cache-Control"]
    assert not Rating.objects.exists()
    assert Client(enforce_csrf_checks=True).post(url, {"verdict": "good"}).status_code == 403
    assert Client().post(url, {"verdict": "good", "words": "Thanks"}).status_code == 200
    rating = Rating.objects.get()
    assert (rating.good, rating.person_id) == (True, rita.pk)
    assert Event.objects.filter(name="ticket.rated").latest("pk").via == "email"
    assert Client().post(url, {"verdict": "bad"}).status_code == 200  # the same link changes it
    assert Rating.objects.get().good is False


def test_forged_foreign_and_replayed_links_are_dead(closed, rita, otto, it, sven):
    token = link_token(closed)
    for forged in (token[:-2] + "xx", "x", "a" * 5000, f"{token}:1"):
        assert Client().get(f"/rate/{forged}").status_code == 404
        with pytest.raises(NotFound):
            rate_by_link(Actor.anonymous("email"), forged, good=True)
    # A link of one purpose opens nothing else: another salt signs it.
    from django.core import signing

    other = signing.dumps([closed.pk, rita.pk, "0"], salt="desk.something")
    assert Client().get(f"/rate/{other}").status_code == 404
    # Sent before a reopening, used after the next closing.
    reopen_ticket(Actor(rita, "web"), closed)
    change_status(Actor(sven, "web"), closed, status=Status.objects.get(key="closed"))
    assert Client().get(f"/rate/{token}").status_code == 410
    assert Client().post(f"/rate/{token}", {"verdict": "good"}).status_code == 410
    # The ticket has another requester now.
    token = link_token(Ticket.objects.get(pk=closed.pk))
    Ticket.objects.filter(pk=closed.pk).update(requester=otto)
    assert Client().post(f"/rate/{token}", {"verdict": "good"}).status_code == 404
    # Who was turned away rates nothing.
    Ticket.objects.filter(pk=closed.pk).update(requester=rita)
    User.objects.filter(pk=rita.pk).update(state=User.State.SUSPENDED)
    assert Client().post(f"/rate/{token}", {"verdict": "good"}).status_code == 404
    assert not Rating.objects.exists()


def test_a_contact_without_an_account_rates_through_the_link(it, sven, django_capture_on_commit_callbacks):
    contact = User.objects.create(
        email="c@example.test", name="=Con <b>Tact", state=User.State.CONTACT, is_active=False
    )
    ticket = make_ticket(contact, it, subject="Buy cheap things")
    with django_capture_on_commit_callbacks(execute=True):
        change_status(Actor(sven, "web"), ticket, status=Status.objects.get(key="closed"))
    url = re.search(r"http\S+(/rate/\S+)", mail.outbox[-1].body).group(1)
    page = Client().get(url).content.decode()
    assert ticket.number in page
    assert "Buy cheap things" not in page  # words that a stranger could have typed
    assert Client().post(url, {"verdict": "good", "words": "=1+1"}).status_code == 200


def test_the_report_counts_by_department_and_its_cells_do_not_calculate(closed, rita, lea, hanna, sven, hr):
    rate_ticket(Actor(rita, "web"), closed, good=True, words="=cmd|' /C calc'!A0")
    other = make_ticket(rita, hr)
    change_status(Actor(sven, "web"), other, status=Status.objects.get(key="closed"))
    rate_ticket(Actor(rita, "web"), Ticket.objects.get(pk=other.pk), good=False, words="Only for HR")
    page = browser(sven).get("/reports/satisfaction").content.decode()
    assert "50 %" in page
    assert "Only for HR" in page
    mine = browser(lea).get("/reports/satisfaction").content.decode()
    assert "100 %" in mine
    assert "Only for HR" not in mine
    text = browser(sven).get("/reports/satisfaction.csv").content.decode()
    assert "'=cmd" in text
    assert "Only for HR" not in browser(lea).get("/reports/satisfaction.csv").content.decode()
    assert browser(hanna).get("/reports/satisfaction").status_code == 403
    assert browser(sven).get("/reports/satisfaction?first=x").status_code == 400
