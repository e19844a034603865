"""Messages that wait: held for seconds, planned for later; nobody sees them early, nothing is sent twice or lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from desk.commands import add_comment, schedule_message, take_back
from desk.commands.sending import deliver
from desk.models import ComposerDraft, ScheduledSend, Status, WaitingFile
from flowtic.core import clock, jobs
from flowtic.core.errors import Forbidden
from flowtic.core.models import Event, Job
from tests.desk.conversation.test_drafts import browser, page

pytestmark = pytest.mark.django_db
SECRET = "Held back 4711"
TOKEN = "2" * 32


@pytest.fixture
def held(settings):
    settings.FLOWTIC_UNDO_SEND = 600


def send(person, ticket, **data):
    client = person if isinstance(person, Client) else browser(person)
    return client.post(f"/tickets/{ticket.number}/comments", {"kind": "reply", "body": SECRET, **data})


def later(seconds=601):
    return clock.travel(clock.now() + timedelta(seconds=seconds))


def plan(actor, ticket, **more):
    values = {"kind": "reply", "body": SECRET, "due_at": clock.now() + timedelta(hours=2), "held": False, **more}
    return schedule_message(actor, ticket, **values)


def test_a_reply_is_held_until_its_seconds_are_over_and_then_sent_once(
    held, ticket, alan, lea, rita, otto, api, django_capture_on_commit_callbacks
):
    status, file = "waiting_requester", SimpleUploadedFile("a.txt", b"x")
    with django_capture_on_commit_callbacks(execute=True):
        send(alan, ticket, token=TOKEN, status=status, files=file)
        send(alan, ticket, token=TOKEN, status=status, files=SimpleUploadedFile("a.txt", b"x"))
    row = ScheduledSend.objects.get()
    assert not ticket.comments.exists()
    assert not mail.outbox
    assert SECRET in page(alan, ticket)
    for person in (rita, otto, lea):
        client = browser(person)
        for path in (f"/portal/tickets/{ticket.number}", f"/tickets/{ticket.number}", "/search?q=Held"):
            assert SECRET not in client.get(path, follow=True).content.decode()
        for part in ("", "/comments", "/events", "/attachments"):
            assert SECRET not in api(person).get(f"/api/v1/tickets/{ticket.number}{part}").content.decode()
    assert deliver(row.pk) is None, "too early"
    with later():
        # The worker, the author's page and a repeated job: one of them writes it.
        jobs.run(Job.objects.get(kind="desk.send_message").pk)
        comment = deliver(row.pk) or ticket.comments.get()
        assert deliver(row.pk) is None
    assert (comment.body, comment.author, comment.via) == (SECRET, alan, "web")
    assert comment.attachments.get().name == "a.txt"
    ticket.refresh_from_db()
    assert ticket.status.key == status
    assert not ScheduledSend.objects.exists()


def test_notes_and_other_doors_are_not_held(held, ticket, alan, rita, api):
    send(alan, ticket, kind="note")
    api(alan).post(f"/api/v1/tickets/{ticket.number}/comments", {"body": "x"}, content_type="application/json")
    browser(rita).post(f"/portal/tickets/{ticket.number}/comments", {"body": "y"})
    assert ticket.comments.count() == 3
    assert not ScheduledSend.objects.exists()


def test_taken_back_it_is_the_draft_again_with_its_files(held, ticket, alan, lea, rita, settings):
    send(alan, ticket, files=SimpleUploadedFile("a.txt", b"x"))
    row = ScheduledSend.objects.get()
    path = f"/tickets/{ticket.number}/planned/{row.pk}"
    for person in (lea, rita):
        answer = browser(person).post(f"{path}/return", follow=True)
        assert SECRET not in answer.content.decode()
        assert browser(person).post(f"{path}/now").status_code in (403, 404, 409)
    assert ScheduledSend.objects.get().due_at == row.due_at
    answer = browser(alan).post(f"{path}/return")
    assert answer["Location"].startswith(f"/tickets/{ticket.number}?kind=reply")
    assert f"{SECRET}</textarea>" in page(alan, ticket)
    assert "a.txt" in page(alan, ticket)
    assert not ScheduledSend.objects.exists()
    assert browser(alan).post(f"{path}/return")["Location"] == f"/tickets/{ticket.number}", "gone: said, not an error"
    settings.FLOWTIC_UNDO_SEND = 0
    send(alan, ticket)
    assert ticket.comments.get().attachments.get().name == "a.txt"
    assert not (WaitingFile.objects.exists() or ComposerDraft.objects.exists())


def test_a_planned_message_asks_for_the_rights_of_its_time(ticket, alan, lea, rita, as_web):
    row = plan(as_web(alan), ticket, status=Status.objects.get(key="waiting_requester"))
    assert SECRET in page(lea, ticket)
    with pytest.raises(Forbidden):
        take_back(as_web(lea), row)
    User.objects.filter(pk=alan.pk).update(state="suspended")
    with later(7300):
        deliver(row.pk)
        row.refresh_from_db()
        assert row.failed
        assert not ticket.comments.exists()
        assert Event.objects.filter(name="ticket.send_failed", ticket_id=ticket.pk, public=False).count() == 1
        deliver(row.pk)
        assert SECRET not in page(lea, ticket), "what failed waits for its author alone"
        User.objects.filter(pk=alan.pk).update(state="active")
        alan.refresh_from_db()
        assert "Not sent" in page(alan, ticket)
        browser(alan).post(f"/tickets/{ticket.number}/planned/{row.pk}/now")
    assert ticket.comments.get().body == SECRET
    names = list(Event.objects.filter(ticket_id=ticket.pk, public=True).values_list("name", flat=True))
    assert "ticket.send_planned" not in names


def test_planning_in_the_composer(ticket, alan):
    assert send(alan, ticket, go="later").status_code == 422
    assert send(alan, ticket, go="later", at="2020-01-01T09:00").status_code == 422
    at = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT12:00")  # an hour that every day has
    answer = send(alan, ticket, go="later", at=at)
    row = ScheduledSend.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.number}#planned-{row.pk}"
    assert (row.held, row.kind, bool(row.due_at > clock.now() + timedelta(days=1))) == (False, "reply", True)


@pytest.mark.parametrize("seconds", [0, 8])
def test_what_came_meanwhile_is_read_first_or_answered_anyway(seconds, settings, ticket, alan, lea, rita, as_web):
    settings.FLOWTIC_UNDO_SEND = seconds
    mine = add_comment(as_web(alan), ticket, body="Mine", internal=False)
    news = add_comment(as_web(rita), ticket, body="It works again", internal=False)
    htmx = browser(alan, **{"HX-Request": "true", "HX-Request-Type": "partial"})
    answer = send(htmx, ticket, seen=mine.pk)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "1 message arrived since you opened this." in shown
    assert "It works again" in shown
    assert f'name="despite" value="{news.pk}"' in shown
    assert f"{SECRET}</textarea>" in send(alan, ticket, seen=mine.pk).content.decode(), "without scripts the text stays"
    # A third one while the second was being read.
    last = add_comment(as_web(lea), ticket, body="Note to all", internal=True)
    assert send(alan, ticket, seen=mine.pk, despite=news.pk).status_code == 409
    assert send(alan, ticket, seen=mine.pk, despite=last.pk).status_code == 302
    for row in ScheduledSend.objects.all():
        with later():
            deliver(row.pk)
    assert Event.objects.filter(ticket_id=ticket.pk).order_by("pk").last().data["despite"] == last.pk
    assert send(alan, ticket, seen=ticket.comments.last().pk, body="Next").status_code == 302


def test_send_and_open_the_next(ticket, alan, rita, it, otto):
    from tests.factories import make_ticket

    other, foreign = make_ticket(rita, it, assignee=alan), make_ticket(otto, it)
    assert send(alan, ticket, go="next")["Location"] == f"/tickets/{other.number}"
    offered = f"/tickets/{foreign.number}?view=mine"
    assert send(alan, ticket, go="next", next=offered)["Location"] == offered
    for evil in ("//evil.example", "https://evil.example/tickets/1", "/tickets/FT-0", "javascript:1"):
        assert send(alan, ticket, go="next", next=evil)["Location"] == f"/tickets/{other.number}"
