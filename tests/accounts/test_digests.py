"""Digest mails: one mail, once, with everything that waited, in the words and under the rights of its reader."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts import digests
from accounts.commands import save_notification_settings, set_departments
from accounts.models import Digest, Notification
from desk.commands import add_comment, assign_ticket
from desk.notifying import write_notifications
from flowtic.core import clock, jobs
from flowtic.core.models import Event, Job
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 11, 20, 9, 10, tzinfo=BERLIN)


@pytest.fixture
def waiting(as_web, alan, sven, ticket):
    """Makes notes at a moment that wait for Alan's digest; without one the channel is "hourly"."""
    alan.time_zone, alan.language = "Europe/Berlin", "de"
    alan.save()
    assign_ticket(as_web(sven), ticket, assignee=alan)
    ticket.refresh_from_db()

    def make(*moments, channel="hourly", on=ticket):
        save_notification_settings(as_web(alan), choices={"note": {"in_app": True, "mail": channel}})
        for moment in moments:
            with clock.travel(moment):
                add_comment(as_web(sven), on, body="CANARY-1b7e", internal=True)
                write_notifications(Event.objects.filter(name="ticket.noted").latest("pk"))

    return make


def collect(moment):
    with clock.travel(moment):
        return digests.collect_digests()


def run_jobs():
    """As a worker would, also one that comes twice."""
    for pk in list(Job.objects.filter(kind=digests.JOB).values_list("pk", flat=True)):
        jobs.run(pk)
        jobs.run(pk)


def test_one_mail_per_hour_grouped_by_ticket_in_the_readers_language(waiting, alan, rita, ticket):
    other = make_ticket(rita, ticket.department, assignee=alan)
    waiting(MORNING, MORNING + timedelta(minutes=5))
    waiting(MORNING + timedelta(minutes=10), on=other)
    assert collect(MORNING + timedelta(minutes=20)) == 0, "the hour is not over"
    assert collect(MORNING + timedelta(hours=1)) == 1
    assert collect(MORNING + timedelta(hours=1)) == 0, "nothing is left"
    run_jobs()
    (sent,) = mail.outbox
    assert sent.to == [alan.email]
    html = sent.alternatives[0][0]
    for text in (sent.body, html):
        heads = [f"{one.number} {one.subject}" for one in (ticket, other)]
        assert [text.count(head) for head in heads] == [1, 1]
        assert "CANARY" not in text, "names what happened, not what was written"
    assert 'lang="de"' in html and "/me/notifications" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert Notification.objects.filter(sent_in=None).exclude(digest="").count() == 0


def test_a_worker_that_dies_neither_loses_nor_doubles_the_mail(waiting, monkeypatch):
    waiting(MORNING)
    collect(MORNING + timedelta(hours=1))
    send = mail.EmailMessage.send
    first = []

    def dies(self, *args, **kwargs):
        first.append(self.extra_headers["Message-ID"])
        raise ConnectionResetError("killed")

    monkeypatch.setattr(mail.EmailMessage, "send", dies)
    job = Job.objects.get(kind=digests.JOB)
    assert jobs.run(job.pk) is False
    assert (Digest.objects.get().sent_at, mail.outbox) == (None, [])
    monkeypatch.setattr(mail.EmailMessage, "send", send)
    Job.objects.update(next_try=clock.now())
    # Meanwhile the schedule comes by again and finds nothing to collect.
    assert collect(MORNING + timedelta(hours=2)) == 0
    assert jobs.run(job.pk) is True
    Job.objects.update(state="pending", next_try=clock.now())
    assert jobs.run(job.pk) is True
    assert [one.extra_headers["Message-ID"] for one in mail.outbox] == first


def test_what_comes_late_waits_for_the_next_one(waiting):
    waiting(MORNING)
    collect(MORNING + timedelta(hours=1))
    # Written by a slow worker: of the hour before, but the mail of that hour is made already.
    waiting(MORNING + timedelta(minutes=1))
    assert collect(MORNING + timedelta(hours=1, minutes=5)) == 0
    assert collect(MORNING + timedelta(hours=2)) == 1
    run_jobs()
    assert len(mail.outbox) == 2


def test_once_a_day_by_the_readers_own_clock(waiting, alan):
    waiting(MORNING, MORNING + timedelta(hours=8), channel="daily")
    assert collect(MORNING + timedelta(hours=9)) == 0
    assert collect(datetime(2026, 11, 21, 6, 59, tzinfo=BERLIN)) == 0
    assert collect(datetime(2026, 11, 21, 7, 1, tzinfo=BERLIN)) == 1
    run_jobs()
    assert len(mail.outbox) == 1 and Digest.objects.get().notifications.count() == 2


def test_quiet_hours_end_with_one_mail(waiting, as_web, alan):
    waiting()
    save_notification_settings(as_web(alan), quiet=(time(20), time(6, 30)))
    night = datetime(2026, 11, 20, 23, 0, tzinfo=BERLIN)
    with clock.travel(night):
        ticket_event = Event.objects.filter(name="ticket.assigned").latest("pk")
        Event(
            pk=ticket_event.pk + 1000, name="ticket.assigned", via="web", ticket_id=ticket_event.ticket_id,
            subject_type="desk.ticket", changes=ticket_event.changes, created_at=night,
        ).save(force_insert=True)  # fmt: skip
        write_notifications(Event.objects.get(pk=ticket_event.pk + 1000))
    assert collect(night + timedelta(hours=2)) == 0
    assert collect(datetime(2026, 11, 21, 6, 31, tzinfo=BERLIN)) == 1
    run_jobs()
    assert len(mail.outbox) == 1


def test_a_digest_says_only_what_may_be_read_when_it_is_sent(waiting, as_web, ada, sven, lea, alan, hr, ticket):
    waiting(MORNING)
    collect(MORNING + timedelta(hours=1))
    assign_ticket(as_web(sven), ticket, assignee=lea)
    set_departments(as_web(ada), alan, departments={hr: False})
    run_jobs()
    assert mail.outbox == [] and Digest.objects.get().sent_at is not None


def test_old_notifications_are_forgotten(waiting, settings):
    waiting(clock.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["notification"] + 1), clock.now())
    assert digests.forget_old_notifications() == 1
    assert Notification.objects.count() == 1
