"""The page of the outbox: what waits, what was given up, and the button that tries again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from flowtic.core.models import Delivery, Event, Job
from tests.factories import PASSWORD

URL = "/settings/outbox"


def browser(person):
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


@pytest.fixture
def dead(ticket):
    delivery = Delivery.objects.order_by("pk").first() or Delivery.objects.create(
        event=Event.objects.first(), subscriber="test", next_try=timezone.now(), created_at=timezone.now()
    )
    Delivery.objects.exclude(pk=delivery.pk).delete()
    values = {
        "state": "dead",
        "attempts": 12,
        "last_error": "<b>ConnectionError</b>: no mail server",
        "subscriber": "test.mail",
    }
    Delivery.objects.filter(pk=delivery.pk).update(**values)
    return delivery


def test_admins_see_what_was_given_up(ada, dead):
    Job.objects.create(
        kind="test.kind", state="dead", next_try=timezone.now(), created_at=timezone.now(), started_by=ada
    )
    page = browser(ada).get(URL).content.decode()
    for text in (
        "ticket.created",
        "test.mail",
        "test.kind",
        "Ada Admin",
        "&lt;b&gt;ConnectionError&lt;/b&gt;: no mail server",
    ):
        assert text in page
    assert page.count("Try again") == 2
    assert '<span class="tile-value text-danger">2</span>' in page


@pytest.mark.parametrize("hx", [True, False])
def test_a_retry_puts_the_row_back_to_work(ada, dead, hx):
    answer = browser(ada).post(f"{URL}/delivery/{dead.pk}/retry", headers={"HX-Request": "true"} if hx else {})
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    if hx:
        text = answer.content.decode()
        assert text.lstrip().startswith('<section id="outbox"')
        assert "data-toast" in text
    else:
        assert answer["Location"] == URL


def test_old_work_raises_a_warning(ada, dead):
    Delivery.objects.filter(pk=dead.pk).update(
        state="pending", attempts=0, next_try=timezone.now() - timedelta(minutes=5)
    )
    page = browser(ada).get(URL).content.decode()
    assert "Perhaps no worker is running." in page
    assert "5 min" in page
    assert "Nothing is stuck." not in page


def test_an_empty_outbox_says_so(ada):
    assert "Nothing is stuck." in browser(ada).get(URL).content.decode()


@pytest.mark.parametrize("who", ["rita", "alan", "sven"])
def test_others_may_not(request, dead, who):
    client = browser(request.getfixturevalue(who))
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}/delivery/{dead.pk}/retry").status_code == 403
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_unknown_kinds_and_rows_are_not_found(ada, dead):
    client = browser(ada)
    assert client.post(f"{URL}/user/{ada.pk}/retry").status_code == 404
    assert client.post(f"{URL}/job/999/retry").status_code == 404
    assert client.get(f"{URL}/delivery/{dead.pk}/retry").status_code == 405
