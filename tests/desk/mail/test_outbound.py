"""How mails go out: headers, once per event and person, refusals that are tried again, a real SMTP conversation."""

import re
import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.commands import change_profile
from accounts.models import User
from desk.commands import add_comment, add_watcher, claim_ticket, create_ticket
from desk.mail import outbound, threading
from desk.models import OutgoingMail
from flowtic.core import clock, events, outbox
from flowtic.core.models import Delivery, Event
from tests.desk.mail.smtp_peer import SmtpPeer

NASTY = "Hello\r\nBcc: victim@evil.test\r\n\r\n<b>body</b>\x00\x1b[31m\u2028x"


@pytest.fixture
def peer(settings):
    """A real mail server for one test."""
    server = SmtpPeer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 3
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


@pytest.fixture
def reply(as_web, alan, otto, sven, ticket, quiet):
    """Alan replies; Rita and Otto are to be told. Returns the event."""
    claim_ticket(as_web(alan), ticket)
    add_watcher(as_web(sven), ticket, person=otto)
    quiet()
    add_comment(as_web(alan), ticket, body="Fixed.\n.\n.hidden line", internal=False)
    return Event.objects.get(name="ticket.commented")


def delivery_of(event):
    return Delivery.objects.get(event=event, subscriber="desk.notices")


def try_again(event):
    """The delivery as the relay would do it later."""
    Delivery.objects.filter(event=event).update(next_try=timezone.now())
    return outbox.deliver(delivery_of(event).pk)


# ---- headers -----------------------------------------------------------------------------


def test_headers_keep_machines_from_answering(reply, ticket, rita, deliver, settings):
    settings.DEFAULT_FROM_EMAIL = "Help desk <desk@example.org>"
    sent = next(message for message in deliver() if message.to == [rita.email]).message()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["X-Auto-Response-Suppress"] == "All"
    assert sent["List-Id"] == "<tickets.example.org>"
    assert sent["From"] == '"Alan Agent (Help desk)" <desk@example.org>'
    assert sent["Subject"] == f"[{ticket.number}] {ticket.subject}"
    assert re.fullmatch(rf"<{reply.pk}\.{rita.pk}\.[0-9a-f]{{24}}@example\.org>", sent["Message-ID"])
    assert sent["In-Reply-To"] == sent["References"] == threading.thread_id(ticket)


def test_mails_of_one_ticket_are_one_thread(as_web, alan, ticket, reply, deliver):
    add_comment(as_web(alan), ticket, body="More", internal=False)
    sent = [message.message() for message in deliver()]
    assert len({message["References"] for message in sent}) == 1
    assert len({message["Message-ID"] for message in sent}) == len(sent) == 4


def test_message_ids_cannot_be_guessed(settings):
    first = threading.message_id(1, 2)
    settings.SECRET_KEY = "another key of another installation"
    assert threading.message_id(1, 2) != first


@pytest.mark.parametrize("text", [NASTY, "a\nb", "a\rb", "a\x0bb", "a\x85b", "x" * 3000])
def test_no_text_becomes_a_header(text, as_web, rita, it, deliver):
    """MAIL-01 through every text that reaches a header."""
    create_ticket(as_web(rita), subject=text[:200], description="D", department=it)
    change_profile(as_web(rita), rita, name=text[:100])
    (sent,) = deliver()
    message = sent.message()
    assert message["Bcc"] is None
    assert message.get_all("To") == [rita.email]
    assert "\n" not in str(message["Subject"]).replace("\n ", "")


def test_a_subject_that_slipped_in_elsewhere_is_made_one_line(rita, ticket, deliver, quiet, as_web, alan):
    """Imports and older rows: what leaves the house is cleaned once more."""
    type(ticket).objects.filter(pk=ticket.pk).update(subject=NASTY)
    quiet()
    add_comment(as_web(alan), ticket, body="x", internal=False)
    (sent,) = deliver()
    head = sent.message().as_string().partition("\n\n")[0]
    assert not re.search(r"^Bcc:", head, re.MULTILINE)
    assert sent.message()["Bcc"] is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Änne Müller-Lüdenscheidt", "Änne Müller-Lüdenscheidt (Desk)"),
        ('security@bank.test" <a@evil.test>,', "security bank.test a evil.test (Desk)"),
        ("a\r\nBcc: x@evil.test", "a Bcc x evil.test (Desk)"),
        ('<>"@,;:', "Desk"),
        ("\u202eevil", "evil (Desk)"),
    ],
)
def test_the_sender_is_the_desk_whatever_the_author_is_called(name, shown, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@example.org>"
    message = mail.EmailMessage("s", "b", outbound.sender(User(name=name)), ["a@example.test"]).message()
    parsed = message_from_bytes(message.as_bytes(), policy=default)["From"].addresses
    assert parsed == (Address(shown, "desk", "example.org"),)


# ---- once, and again when it failed --------------------------------------------------------


def test_every_mail_has_a_row_that_was_there_before(reply, rita, otto, monkeypatch):
    seen = []
    monkeypatch.setattr(
        mail.EmailMultiAlternatives,
        "send",
        lambda self: seen.append(OutgoingMail.objects.get(recipient__email=self.to[0]).sent_at),
    )
    assert outbox.deliver(delivery_of(reply).pk)
    assert seen == [None, None]
    rows = OutgoingMail.objects.filter(event=reply).order_by("pk")
    assert [(row.recipient, row.reason) for row in rows] == [(rita, "requester"), (otto, "watcher")]
    assert all(row.sent_at for row in rows)


def test_a_delivery_that_runs_twice_mails_once(reply, deliver):
    assert len(deliver()) == 2
    Delivery.objects.filter(event=reply).update(state="pending", attempts=0)
    assert deliver() == []
    events.subscriber("desk.notices")(reply)
    assert len(mail.outbox) == 2


def test_killed_between_sending_and_noting_the_repeat_is_the_same_mail(reply, deliver):
    """RACE-08: the mail server took it, the worker died before it could write that down."""
    first = {message.to[0]: message.message()["Message-ID"] for message in deliver()}
    OutgoingMail.objects.update(sent_at=None)
    Delivery.objects.filter(event=reply).update(state="pending")
    again = {message.to[0]: message.message()["Message-ID"] for message in deliver()}
    assert first == again


def test_a_dead_server_leaves_the_delivery_for_later(reply, settings, rita):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert outbox.deliver(delivery_of(reply).pk) is False
    waiting = delivery_of(reply)
    assert (waiting.state, waiting.attempts) == ("pending", 1)
    assert "ConnectionRefusedError" in waiting.last_error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert try_again(reply) is True
    assert len(mail.outbox) == 2
    assert OutgoingMail.objects.filter(event=reply, sent_at__isnull=False).count() == 2


def test_one_refused_address_does_not_hold_up_the_others(reply, peer, rita, otto):
    peer.refused = {rita.email}
    assert outbox.deliver(delivery_of(reply).pk) is False
    assert [to for to, _message, _raw in peer.received] == [[otto.email]]
    assert "550" in delivery_of(reply).last_error
    peer.refused = set()
    assert try_again(reply) is True
    assert [to for to, _message, _raw in peer.received] == [[otto.email], [rita.email]]


def test_a_refusal_for_ever_ends_as_a_dead_letter(reply, peer, rita, otto):
    peer.refused = {rita.email}
    for _attempt in range(outbox.MAX_ATTEMPTS):
        try_again(reply)
    assert delivery_of(reply).state == "dead"
    assert [to for to, _message, _raw in peer.received] == [[otto.email]]


def test_a_bug_in_one_mail_does_not_hold_up_the_others(reply, deliver, monkeypatch, rita, otto):
    def broken(event, person, notice, message_id, build=outbound.build):
        if person == rita:
            raise ValueError("cannot be built")
        return build(event, person, notice, message_id)

    monkeypatch.setattr(outbound, "build", broken)
    assert [message.to for message in deliver()] == [[otto.email]]
    assert "cannot be built" in delivery_of(reply).last_error


def test_a_hanging_server_is_left_after_the_time_out(reply, settings, monkeypatch):
    def hang(*args, **kwargs):
        assert kwargs["timeout"] == settings.EMAIL_TIMEOUT == 15
        raise TimeoutError("timed out")

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(smtplib, "SMTP", hang)
    assert outbox.deliver(delivery_of(reply).pk) is False
    assert "TimeoutError" in delivery_of(reply).last_error


def test_the_server_gets_a_proper_mail(reply, peer, rita, ticket):
    assert outbox.deliver(delivery_of(reply).pk) is True
    recipients, message, raw = next(entry for entry in peer.received if entry[0] == [rita.email])
    assert recipients == [rita.email]
    assert message["Subject"] == f"[{ticket.number}] {ticket.subject}"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert ".hidden line" in message.get_body(("plain",)).get_content()
    assert "<blockquote><p>Fixed." in message.get_body(("html",)).get_content()
    assert raw.count(b"Message-ID:") == 1


def test_nothing_is_sent_for_demo_content_and_imports(as_web, rita, it, deliver):
    with events.muted():
        create_ticket(as_web(rita), subject="S", description="D", department=it)
    assert not Delivery.objects.exists()
    assert deliver() == []


def test_the_request_itself_sends_nothing(as_web, rita, it):
    create_ticket(as_web(rita), subject="S", description="D", department=it)
    assert mail.outbox == []
    assert Delivery.objects.get(subscriber="desk.notices").state == "pending"


def test_a_rolled_back_change_is_told_to_nobody(as_web, rita, it, deliver):
    """RACE-09."""
    with pytest.raises(RuntimeError), transaction.atomic():
        create_ticket(as_web(rita), subject="S", description="D", department=it)
        raise RuntimeError
    assert deliver() == []
    assert not Event.objects.exists()


def test_the_time_of_sending_is_noted(reply, deliver):
    moment = timezone.now() + timedelta(days=365)
    with clock.travel(moment):
        deliver()
    assert set(OutgoingMail.objects.values_list("sent_at", flat=True)) == {moment}
