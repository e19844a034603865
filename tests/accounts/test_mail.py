"""Mails about accounts: who gets them, in which language, once, and never from within a request."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.template.loader import render_to_string

from accounts import mail as account_mail
from accounts.commands import approve_person, confirm_email, reject_person, suspend_person
from flowtic.core import jobs, outbox
from flowtic.core.actor import Actor
from flowtic.core.mail import build, message_id
from flowtic.core.models import Delivery, Event, Job
from tests.factories import make_person

MACHINE = Actor.system("test")


@pytest.fixture
def nora(db):
    return make_person("Nora Neu", state="unverified", reason="I <b>work</b> here\nBcc: evil@example.test")


def test_every_admin_hears_of_a_pending_person_in_their_language(nora, ada, worker, mails):
    berta = make_person("Berta Boss", "admin", language="de")
    make_person("Former Admin", "admin", state="suspended")
    make_person("Sonja Support", "support")
    with worker():
        confirm_email(nora)
    assert sorted(message.to[0] for message in mail.outbox) == [ada.email, berta.email]
    message = mails(ada.email)[0]
    assert message.subject == "Nora Neu waits for approval"
    assert "I <b>work</b> here" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "I &lt;b&gt;work&lt;/b&gt; here" in html
    assert '<html lang="en">' in html
    assert '<html lang="de">' in mails(berta.email)[0].alternatives[0][0]


def test_a_request_orders_mails_and_sends_none(client, ada, django_capture_on_commit_callbacks):
    form = {
        "name": "N",
        "email": "n@example.test",
        "reason": "x",
        "password1": "correct horse 99",
        "password2": "correct horse 99",
    }
    with django_capture_on_commit_callbacks(execute=False):
        client.post("/accounts/signup/", form)
        client.post("/accounts/password/reset/", {"email": ada.email})
        client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert mail.outbox == []
    assert sorted(job.payload["letter"] for job in Job.objects.filter(kind="accounts.mail")) == [
        "confirm",
        "reset",
        "unknown",
    ]
    for job in Job.objects.all():  # nothing that could open an account lies in the database
        assert "http" not in str(job.payload)


def test_a_broken_mail_server_breaks_no_page_and_loses_no_mail(client, ada, worker, monkeypatch):
    def fail(self, messages):
        raise ConnectionRefusedError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        with worker():
            assert client.post("/accounts/password/reset/", {"email": ada.email}).status_code == 302
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("pending", 1)
    Job.objects.update(next_try=job.created_at)
    assert jobs.run(job.pk)
    assert len(mail.outbox) == 1


def test_a_repeated_delivery_is_the_same_mail(nora, ada, worker):
    with worker():
        confirm_email(nora)
        approve_person(Actor(ada, "web"), nora, role="user", departments={}, reason="")
    Delivery.objects.filter(event__name="person.approved").update(state="pending")
    delivery = Delivery.objects.get(event__name="person.approved", subscriber="accounts.notices")
    outbox.deliver(delivery.pk)
    first, second = [message for message in mail.outbox if nora.email in message.to]
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    other = Event.objects.get(name="person.email_confirmed").pk
    assert first.extra_headers["Message-ID"] != message_id(f"{other}.{nora.pk}")


def test_one_wrong_admin_address_holds_up_nobody(nora, ada, worker, monkeypatch, mails):
    make_person("Aaron Admin", "admin", email="broken@example.test")
    send = EmailBackend.send_messages

    def picky(self, messages):
        if "broken@example.test" in messages[0].to:
            raise ConnectionError("unknown recipient")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    with worker():
        confirm_email(nora)
    assert len(mails(ada.email)) == 1
    for job in Job.objects.filter(state="pending"):
        jobs.run(job.pk)
    assert len(mails(ada.email)) == 1
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "pending"]


def test_the_decision_comes_in_the_language_of_the_person(nora, ada, worker, mails):
    nora.state, nora.language = "pending", "de"
    nora.save()
    with worker():
        reject_person(Actor(ada, "web"), nora, reason="Bitte Firmenadresse nehmen")
    message = mails(nora.email)[0]
    assert "Bitte Firmenadresse nehmen" in message.body
    assert '<html lang="de">' in message.alternatives[0][0]


def test_who_was_decided_about_meanwhile_is_no_news(nora, ada):
    confirm_email(nora)
    event = Event.objects.get(name="person.email_confirmed")
    account_mail.tell_admins(event, nora)
    approve_person(Actor(ada, "web"), nora, role="user", departments={}, reason="")
    for job in Job.objects.all():
        jobs.run(job.pk)
    assert mail.outbox == []


def test_names_cannot_break_headers(ada, worker, mails):
    evil = make_person("Eve\r\nBcc: all@example.test\u202e", state="unverified")
    with worker():
        confirm_email(evil)
    message = mails(ada.email)[0]
    assert message.subject == "Eve Bcc: all@example.test waits for approval"
    assert set(message.message().keys()) >= {"Subject", "Message-ID", "Auto-Submitted"}
    assert "Bcc" not in message.message()
    assert message.recipients() == [ada.email]


def test_without_an_address_nothing_is_sent(ada, worker):
    nobody = make_person("No Address", email=None)
    with worker():
        suspend_person(Actor(ada, "web"), nobody, reason="")
    assert mail.outbox == []
    assert not Delivery.objects.exclude(state="done").exists()


def test_both_parts_say_the_same(rita):
    from accounts.letters import Letter

    letter = Letter(
        subject="S",
        lines=("First <line>", "Second"),
        why="Because",
        name="A & B",
        facts=(("Key", "V<1>"),),
        quote="Q<2>",
        label="Open",
        url="https://desk.example.test/x?a=1&b=2",
    )
    context = {"subject": "S", "letter": letter, "reason": letter.why}
    message = build("a@example.test", template="accounts/mail/letter", context=context, message_id="<x@y>")
    for text in ("First <line>", "Second", "Because", "A & B", "V<1>", "Q<2>", "Open", "x?a=1&b=2"):
        assert text in message.body
    html = render_to_string("accounts/mail/letter.html", context)
    for text in (
        "First &lt;line&gt;",
        "A &amp; B",
        "V&lt;1&gt;",
        "Q&lt;2&gt;",
        'href="https://desk.example.test/x?a=1&amp;b=2"',
    ):
        assert text in html
