"""What the mails say, to whom, in which language: LEAK-03, LEAK-09, MAIL-13, XSS-10."""

import pytest
from django.utils import timezone

from desk.commands import (
    add_comment,
    add_watcher,
    assign_ticket,
    change_status,
    claim_ticket,
    create_ticket,
    merge_ticket,
)
from desk.models import OutgoingMail, Status
from flowtic.core import clock
from tests.factories import make_person, make_ticket

CANARY = "INTERNAL-9f3c"


@pytest.fixture
def worked(as_web, alan, ticket, quiet):
    claim_ticket(as_web(alan), ticket)
    ticket.refresh_from_db()
    quiet()
    return ticket


def parts(message):
    """Subject, text and HTML in one string."""
    return f"{message.subject}\n{message.body}\n{html(message)}"


def html(message):
    return message.alternatives[0].content


def test_the_receipt_has_the_number_and_the_way_to_the_ticket(as_web, rita, it, deliver, settings):
    settings.BASE_URL = "https://desk.example.org"
    ticket = create_ticket(as_web(rita), subject="No network", description="Since nine.", department=it)
    (sent,) = deliver()
    assert sent.to == [rita.email]
    assert sent.subject == f"[{ticket.number}] No network"
    for text in (sent.body, html(sent)):
        assert "We have received your request." in text
        assert f"https://desk.example.org/portal/tickets/{ticket.number}" in text
        assert "You get this because the ticket was opened in your name." in text
    assert "Since nine." not in parts(sent)
    assert rita.name not in sent.from_email


def test_a_reply_carries_its_text_in_both_parts(as_web, alan, worked, deliver):
    add_comment(as_web(alan), worked, body="Please **restart** it.", internal=False)
    (sent,) = deliver()
    assert "Alan Agent wrote:" in sent.body
    assert "Please **restart** it." in sent.body
    assert "<strong>restart</strong>" in html(sent)
    assert "You get this because you are the requester." in sent.body
    assert "Being worked on" in sent.body


def test_the_assignee_is_led_to_the_desk(as_web, rita, alan, worked, deliver):
    add_comment(as_web(rita), worked, body="And now?", internal=False)
    (sent,) = deliver()
    assert sent.to == [alan.email]
    assert f"/tickets/{worked.number}" in sent.body
    assert "/portal/" not in sent.body
    assert "You get this because you are the assignee." in sent.body


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("waiting_requester", "The ticket has a new state: We wait for your answer."),
        ("resolved", "If something is missing, answer in the ticket and it is open again."),
        ("closed", "You can answer in the ticket until Dec. 15, 2026;"),
        ("rejected", "The ticket has a new state: Declined."),
    ],
)
def test_states_are_told_in_plain_words(key, words, as_web, alan, worked, deliver, settings):
    moment = timezone.now().replace(year=2026, month=12, day=1, hour=12)
    with clock.travel(moment):
        change_status(as_web(alan), worked, status=Status.objects.get(key=key))
        (sent,) = deliver()
    assert words in sent.body


def test_every_person_reads_the_own_language(as_web, rita, otto, sven, alan, worked, deliver):
    rita.language, otto.language = "de", "en"
    for person in (rita, otto):
        person.save()
    add_watcher(as_web(sven), worked, person=otto)
    add_comment(as_web(alan), worked, body="Done.", internal=False)
    by_language = {message.to[0]: message for message in deliver()}
    assert '<html lang="de">' in html(by_language[rita.email])
    assert '<html lang="en">' in html(by_language[otto.email])


def test_the_assignee_of_a_free_hand_gets_the_description(as_web, lea, alan, ticket, deliver, quiet):
    quiet()
    assign_ticket(as_web(lea), ticket, assignee=alan)
    (sent,) = deliver()
    assert "Lea Leitung assigned this ticket to you." in sent.body
    assert ticket.description in sent.body


def test_who_lost_the_role_before_sending_is_not_shown_the_ticket(as_web, lea, alan, ticket, deliver, quiet):
    quiet()
    assign_ticket(as_web(lea), ticket, assignee=alan)
    alan.role = "user"
    alan.save()
    assert deliver() == []


# ---- what stays inside -------------------------------------------------------------------


def test_a_note_reaches_only_who_may_read_it(as_web, lea, alan, sven, otto, worked, deliver):
    add_watcher(as_web(sven), worked, person=otto)
    add_comment(as_web(lea), worked, body=f"{CANARY} he broke it", internal=True)
    (sent,) = deliver()
    assert sent.to == [alan.email]
    assert CANARY in sent.body


def test_a_note_is_not_sent_to_an_assignee_who_lost_the_right(as_web, lea, alan, hr, worked, deliver):
    """Checked when it is sent, not when it was written."""
    add_comment(as_web(lea), worked, body=CANARY, internal=True)
    alan.state = "suspended"
    alan.save()
    assert deliver() == []
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("watches", [False, True])
def test_an_assignee_who_no_longer_works_tickets_reads_as_everybody(watches, as_web, sven, alan, rita, worked, deliver):
    """The role was taken away, the ticket still names the person: notes stay inside, public news need a relation."""
    if watches:
        add_watcher(as_web(sven), worked, person=alan)
    alan.role = "user"
    alan.save()
    add_comment(as_web(sven), worked, body=CANARY, internal=True)
    add_comment(as_web(sven), worked, body="PUBLIC-11bb", internal=False)
    to_alan = [message for message in deliver() if message.to == [alan.email]]
    assert ["PUBLIC-11bb" in message.body for message in to_alan] == ([True] if watches else [])
    assert not any(CANARY in parts(message) for message in to_alan)


def test_nothing_of_the_inside_travels_with_public_news(as_web, lea, alan, sven, rita, otto, worked, deliver):
    """LEAK-03: a note before, between and after; every mail to the requester and to watchers is searched."""
    add_watcher(as_web(sven), worked, person=otto)
    add_comment(as_web(lea), worked, body=CANARY, internal=True)
    add_comment(as_web(alan), worked, body="PUBLIC-11bb", internal=False)
    add_comment(as_web(lea), worked, body=CANARY, internal=True)
    change_status(as_web(alan), worked, status=Status.objects.get(key="resolved"))
    outside = [message for message in deliver() if message.to[0] in (rita.email, otto.email)]
    assert len(outside) == 4
    assert sum("PUBLIC-11bb" in message.body for message in outside) == 2
    for message in outside:
        assert CANARY not in message.message().as_string()
        assert CANARY not in parts(message)


def test_a_watcher_who_was_removed_before_sending_gets_nothing(as_web, sven, alan, otto, rita, worked, deliver):
    add_watcher(as_web(sven), worked, person=otto)
    add_comment(as_web(alan), worked, body="News", internal=False)
    worked.participants.filter(reason="watcher").delete()
    assert [message.to for message in deliver()] == [[rita.email]]


def test_a_merge_names_the_other_ticket_only_to_who_sees_it(as_web, sven, rita, otto, it, ticket, deliver, quiet):
    hers, his = make_ticket(rita, it), make_ticket(otto, it, subject="SECRET-77aa")
    second = make_ticket(rita, it)
    quiet()
    merge_ticket(as_web(sven), ticket, into=hers)
    merge_ticket(as_web(sven), second, into=his)
    known, unknown = deliver()
    assert f"The ticket was joined with {hers.number}." in known.body
    assert "joined with another one about the same matter" in unknown.body
    assert his.number not in parts(unknown)
    assert "SECRET-77aa" not in parts(unknown)


# ---- hostile words -----------------------------------------------------------------------

HOSTILE = '<a href="//evil.test">Reset</a><img src=x onerror=alert(1)>'


def test_names_and_subjects_are_text(as_web, alan, it, deliver, quiet):
    mallory = make_person("Mallory", email="mallory@example.test")
    mallory.name = HOSTILE
    mallory.save()
    ticket = make_ticket(mallory, it, subject=HOSTILE, description="{{ settings.SECRET_KEY }} {% load x %}")
    claim_ticket(as_web(alan), ticket)
    quiet()
    add_comment(
        as_web(mallory), ticket, body=f"{HOSTILE} {{{{ ticket.comments }}}} [x](javascript:alert(1))", internal=False
    )
    (sent,) = deliver()
    assert "&lt;a href=" in html(sent)
    assert ">Reset<" not in html(sent)
    assert "<img" not in html(sent)
    assert 'href="javascript' not in html(sent)
    assert "{{ ticket.comments }}" in sent.body


def test_a_long_text_is_shortened(as_web, alan, worked, deliver):
    add_comment(as_web(alan), worked, body="x" * 50_000, internal=False)
    (sent,) = deliver()
    assert len(sent.body) < 21_000
    assert "(shortened, the whole text is in the ticket)" in sent.body
