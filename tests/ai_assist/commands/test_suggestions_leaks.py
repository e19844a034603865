"""Abuse AI-09 and LEAK-06: the desk reads who accepted what from which model, requesters read nothing of it."""

import pytest
from django.core import mail

from ai_assist.commands import suggestions
from ai_assist.results import Source
from desk.commands import change_status
from desk.models import OutgoingMail, Status
from flowtic.core.models import Delivery
from flowtic.core.outbox import deliver
from tests.ai_assist.suggesting import suggest_priority
from tests.factories import make_ticket

CANARY = "SUGGESTED-4b1e"
MODEL = "model-7f"
PROMPT = "PROMPT-99aa"


@pytest.fixture
def told(as_web, alan, ticket):
    """A ticket with an accepted classification and an accepted reply of a language model."""
    row = suggest_priority(ticket, engine_version=MODEL, reasons=[{"code": "words", "words": [CANARY]}])
    suggestions.accept(as_web(alan), row)
    reply = suggestions.begin(as_web(alan), "reply", ticket=ticket, options={"instruction": PROMPT})
    suggestions.finish(reply, text=CANARY, sources=[Source("ticket", ticket.pk)], engine="llm", engine_version=MODEL)
    suggestions.accept(as_web(alan), reply)
    return ticket


def readers(web, rest, person, ticket):
    """Everything a requester can fetch about their ticket."""
    for path in ("/portal", "/portal/tickets", f"/portal/tickets/{ticket.number}", "/portal/tickets?q=SUGGESTED"):
        yield path, web(person).get(path, follow=True).content.decode()
    for path in (
        f"/tickets/{ticket.number}",
        f"/tickets/{ticket.number}/events",
        f"/tickets/{ticket.number}/suggestions",
    ):
        yield path, rest(person).get(path).content.decode()


def test_ai_09_the_history_names_the_model_and_who_accepted(rest, alan, told):
    events = rest(alan).get(f"/tickets/{told.number}/events?limit=100").json()["results"]
    found = [event for event in events if event["name"] == "suggestion.accepted"]
    assert [event["actor"]["name"] for event in found] == ["Alan Agent"] * 2
    assert all(MODEL in event["sentence"] and not event["public"] for event in found)
    assert PROMPT not in str(events)


def test_ai_09_leak_06_no_reader_of_the_requester_says_any_of_it(web_of, rest, rita, told):
    for path, text in readers(web_of, rest, rita, told):
        for secret in (CANARY, MODEL, PROMPT, "uggestion of the assistant"):
            assert secret not in text, (path, secret)


def test_leak_06_no_mail_tells_of_suggestions(as_web, alan, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        change_status(as_web(alan), told, status=Status.objects.get(key="resolved"))
        for pk in Delivery.objects.filter(state="pending").values_list("pk", flat=True):
            deliver(pk)
    texts = [f"{row.subject} {row.body}" for row in mail.outbox] + [
        str(row.__dict__) for row in OutgoingMail.objects.all()
    ]
    assert texts, "people were told that it is solved"
    for text in texts:
        assert not any(secret in text for secret in (CANARY, MODEL, PROMPT))


def test_a_similar_ticket_of_others_is_never_named(rest, as_web, alan, rita, hr, ticket):
    far = make_ticket(rita, hr, subject=CANARY)
    suggest_priority(ticket, reasons=[{"code": "similar", "tickets": [far.pk]}], sources=[Source("ticket", far.pk)])
    text = rest(alan).get(f"/tickets/{ticket.number}/suggestions").content.decode()
    assert CANARY not in text
    assert far.number not in text
    assert "similar to 1 ticket" in text
