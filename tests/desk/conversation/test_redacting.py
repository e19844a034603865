"""A secret is taken out for good: gone at every place, the fact and the chain of hashes stay."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from ai_assist.models import Suggestion
from desk.commands import add_comment, change_fields, redact_file, redact_text, save_composer_draft, schedule_message
from desk.models import ComposerDraft, ScheduledSend, Ticket
from flowtic.core import audit, clock, search
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Delivery, Event, IdempotencyKey
from flowtic.core.outbox import deliver
from tests.desk.conversation.test_drafts import browser, page

pytestmark = pytest.mark.django_db
SECRET = "Tr0ub4dor-99x"


@pytest.fixture
def spread(ticket, rita, alan, lea, as_web, api):
    """The secret in every place that a ticket has for text."""
    comment = add_comment(as_web(rita), ticket, body=f"My password is **{SECRET}**, please", internal=False)
    add_comment(as_web(alan), ticket, body=f"> My password is {SECRET}\n\nNever send it", internal=True)
    change_fields(as_web(alan), ticket, subject=f"Login with {SECRET}")
    change_fields(as_web(alan), ticket, subject="Login")
    save_composer_draft(as_web(lea), ticket, kind="note", body=f"look: {SECRET}")
    due = clock.now() + timedelta(hours=1)
    schedule_message(as_web(alan), ticket, kind="reply", body=f"{SECRET}!", due_at=due, held=False)
    body = json.dumps({"body": f"again {SECRET}"})
    headers = {"Idempotency-Key": "k1"}
    api(rita).post(f"/api/v1/tickets/{ticket.number}/comments", body, content_type="application/json", headers=headers)
    summary = {"key": "a" * 32, "feature": "summary", "engine": "llm", "created_at": clock.now()}
    Suggestion.objects.create(ticket=ticket, text=f"She wrote {SECRET}", **summary)
    audit.seal_new_events()
    return comment


def everywhere(ticket):
    parts = [ticket.subject, ticket.description]
    parts += [f"{row.body} {row.html}" for row in ticket.comments.all()]
    for model in (ComposerDraft, ScheduledSend):
        parts += [row.body for row in model.objects.all()]
    parts += [json.dumps([row.changes, row.data]) for row in Event.objects.filter(ticket_id=ticket.pk)]
    parts += [json.dumps(row.answer) for row in IdempotencyKey.objects.all()]
    return "\n".join(parts)


def found(ticket):
    return search.filter_by_text(Ticket.objects.all(), "ticket", SECRET, internal=True).exists()


def test_a_lead_takes_it_out_of_everything(spread, ticket, lea, rita, alan, as_web, api):
    assert SECRET in everywhere(ticket)
    assert found(ticket)
    redact_text(as_web(lea), ticket, comment=spread, text=SECRET)
    for delivery in Delivery.objects.filter(event__name="ticket.redacted"):
        assert deliver(delivery.pk)
    ticket.refresh_from_db()
    spread.refresh_from_db()
    assert SECRET not in everywhere(ticket)
    assert not found(ticket)
    assert not Suggestion.objects.exclude(text="").exists()
    assert "please" in spread.body
    assert spread.redacted_at
    out = StringIO()
    call_command("audit_verify", stdout=out)
    shown = page(alan, ticket)
    assert "Lea Leitung</b> removed a text for good" in shown
    assert "A text was removed" in shown
    fact = Event.objects.get(name="ticket.redacted")
    assert fact.public
    assert SECRET not in json.dumps(fact.data)
    assert "ticket.redacted" in api(rita).get(f"/api/v1/tickets/{ticket.number}/events").content.decode()


def test_only_what_a_fact_names_may_be_missing(spread, ticket, lea, as_web):
    redact_text(as_web(lea), ticket, comment=spread, text=SECRET)
    audit.seal_new_events()
    changed = Event.objects.get(pk=min(map(int, Event.objects.get(name="ticket.redacted").data["erased"])))
    QuerySet(Event).filter(pk=changed.pk).update(data={**changed.data, "more": 1})
    with pytest.raises(CommandError, match="content was changed"):
        call_command("audit_verify", stdout=StringIO())


def test_authors_take_out_what_they_wrote_and_nothing_else(spread, ticket, rita, alan, otto, hanna, as_web):
    note = ticket.comments.get(is_internal=True)
    for person in (otto, hanna):
        with pytest.raises(Forbidden):
            redact_text(as_web(person), ticket, comment=spread, text=SECRET)
    with pytest.raises(Forbidden):
        redact_text(as_web(alan), ticket, comment=spread, text=SECRET)
    with pytest.raises(Forbidden):
        redact_text(as_web(rita), ticket, comment=note, text="Never")
    redact_text(as_web(rita), ticket, comment=spread, text=SECRET)
    note.refresh_from_db()
    assert SECRET in note.body, "a colleague's words are not hers to change"
    assert SECRET not in "".join(row.body for row in ticket.comments.filter(author=rita))
    redact_text(as_web(rita), ticket, text="E-403")
    ticket.refresh_from_db()
    assert "E-403" not in ticket.description
    for wrong in ("not in there", "\0"):
        with pytest.raises(Invalid):
            redact_text(as_web(rita), ticket, comment=spread, text=wrong)


def test_a_whole_message_and_its_files(ticket, rita, sven, as_web):
    file = SimpleUploadedFile("passwords.txt", b"x")
    comment = add_comment(as_web(rita), ticket, body=SECRET, internal=False, files=[file])
    other = add_comment(as_web(rita), ticket, body="ok", internal=False, files=[SimpleUploadedFile("b.txt", b"x")])
    redact_file(as_web(sven), comment.attachments.get())
    assert "passwords.txt" not in everywhere(ticket)
    redact_text(as_web(sven), ticket, comment=comment)
    redact_text(as_web(sven), ticket, comment=other)
    assert not ticket.attachments.exists()
    assert {row.body for row in ticket.comments.all()} == {"\u2588" * 5}


def test_the_page_and_the_door_for_programs(spread, ticket, lea, alan, rita, hanna, otto, api):
    path = f"/tickets/{ticket.number}/messages/c-{spread.pk}/redaction"
    assert SECRET in browser(lea).get(path).content.decode()
    for key in ("c-999999", "t-999999", "x-1", "c-", f"c-{'9' * 30}"):
        assert browser(lea).get(f"/tickets/{ticket.number}/messages/{key}/redaction").status_code == 404
    assert browser(alan).post(path, {"text": SECRET}).status_code == 403
    assert browser(lea).post(path, {"text": ""}).status_code == 422
    assert browser(lea).post(path, {"text": "nowhere"}).status_code == 422
    assert browser(lea).post(path, {"text": SECRET})["Location"] == f"/tickets/{ticket.number}#c-{spread.pk}"
    where, body = f"/api/v1/tickets/{ticket.number}/redactions", {"text": "please", "comment": spread.pk}
    assert api(hanna).post(where, body, content_type="application/json").status_code == 404
    assert api(otto).post(where, body, content_type="application/json").status_code == 404
    assert api(alan).post(where, body, content_type="application/json").status_code == 403
    assert api(rita, "tickets:read").post(where, body, content_type="application/json").status_code == 403
    note = ticket.comments.filter(is_internal=True).get()
    hidden = api(rita).post(where, {"text": "Never", "comment": note.pk}, content_type="application/json")
    assert hidden.status_code == 403
    assert api(rita).post(where, body, content_type="application/json").status_code == 200
    spread.refresh_from_db()
    assert "please" not in spread.body


def test_what_is_gone_already_is_a_conflict_and_no_wrong_input(api, ticket, sven):
    for status in (200, 409):
        path = f"/api/v1/tickets/{ticket.number}/redactions"
        assert api(sven).post(path, "{}", content_type="application/json").status_code == status
