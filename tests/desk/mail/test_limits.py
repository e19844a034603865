"""People without an account, and fuses: MAIL-03, MAIL-13. Nobody sends mail to strangers through the desk."""

from datetime import timedelta

from django.core import mail
from django.utils import timezone

from accounts.commands import create_contact
from desk.commands import add_comment, add_watcher, create_ticket
from desk.models import OutgoingMail
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.factories import make_ticket

CANARY = "INTERNAL-9f3c"


def parts(message):
    """Subject, text and HTML in one string."""
    return f"{message.subject}\n{message.body}\n{message.alternatives[0].content}"


def test_an_unproved_address_gets_no_words_of_strangers(as_web, sven, it, deliver):
    guest = create_contact(as_web(sven), email="guest@example.test", name="Buy at evil.test")
    ticket = create_ticket(
        as_web(sven), subject="Cheap pills evil.test", description="evil.test", requester=guest, department=it
    )
    (sent,) = deliver()
    assert sent.subject == f"[{ticket.number}] Your request"
    assert "evil.test" not in sent.message().as_string()
    assert "evil.test" not in parts(sent)
    assert "http" not in sent.body


def test_an_unproved_address_gets_what_the_desk_writes(as_web, sven, rita, it, deliver, quiet):
    guest = create_contact(as_web(sven), email="guest@example.test", name="Guest")
    ticket = make_ticket(guest, it)
    add_watcher(as_web(sven), ticket, person=rita)
    quiet()
    add_comment(as_web(sven), ticket, body="Which building?", internal=False)
    add_comment(as_web(rita), ticket, body="STRANGER-22cc", internal=False)
    add_comment(as_web(sven), ticket, body=CANARY, internal=True)
    to_guest = [message for message in deliver() if message.to == ["guest@example.test"]]
    assert [message.body.count("Which building?") for message in to_guest] == [1]
    for secret in (CANARY, "STRANGER-22cc"):
        assert not any(secret in parts(message) for message in to_guest)
    assert any("STRANGER-22cc" in parts(message) for message in mail.outbox) is False


def test_a_flood_of_strangers_costs_few_neutral_mails(as_web, sven, it, deliver):
    """MAIL-13: a thousand foreign addresses are not a way to send mail through the desk."""
    for number in range(40):
        guest = create_contact(as_web(sven), email=f"victim{number}@foreign.test", name="V")
        create_ticket(as_web(sven), subject="evil.test", description="evil.test", requester=guest, department=it)
    assert len(deliver()) == 20
    assert OutgoingMail.objects.filter(reason="capped:receipt").count() == 20


def test_receipts_to_one_address_are_capped_and_the_hour_passes(as_web, rita, it, deliver):
    start = timezone.now()
    for number in range(8):
        create_ticket(as_web(rita), subject=f"S{number}", description="D", department=it)
    assert len(deliver()) == 5
    with clock.travel(start + timedelta(minutes=61)):
        create_ticket(as_web(rita), subject="Later", description="D", department=it)
        assert len(deliver()) == 1


def test_two_machines_that_answer_each_other_stop(as_web, sven, it, deliver, quiet):
    """MAIL-03: a robot answers every mail at once; the fuse ends it within the hour."""
    robot = create_contact(Actor.system("mail"), email="robot@foreign.test", name="Robot")
    ticket = make_ticket(robot, it)
    quiet()
    for number in range(60):
        add_comment(as_web(sven), ticket, body=f"Round {number}", internal=False)
    assert len(deliver()) == 20
