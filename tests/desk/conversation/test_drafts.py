"""Drafts of the composer: on every device, shared with colleagues, never seen by who asked."""

from datetime import timedelta

import pytest
from django.test import Client

from desk.commands import add_comment, save_composer_draft
from desk.commands.creation import MAX_TEXT
from desk.models import ComposerDraft
from desk.schedule import forget_old_drafts
from flowtic.core import clock
from flowtic.core.errors import Forbidden, NotFound, Stale
from flowtic.core.models import Event

pytestmark = pytest.mark.django_db
SECRET = "Not yet meant for anybody 4711"


def browser(person, **headers):
    client = Client(headers=headers)
    client.force_login(person)
    return client


def save(person, ticket, **data):
    return browser(person).post(f"/tickets/{ticket.number}/draft", {"kind": "reply", "body": "", **data})


def page(person, ticket, query=""):
    return browser(person).get(f"/tickets/{ticket.number}{query}").content.decode()


def test_reply_and_note_are_kept_apart_on_every_device_and_go_with_the_sending(ticket, alan):
    facts = Event.objects.count()
    first = save(alan, ticket, body=f"{SECRET} <b>", revision="0").json()
    assert (first["revision"], first["shared"], bool(first["at"])) == (1, False, True)
    assert save(alan, ticket, kind="note", body="A note", revision="0").status_code == 200
    shown = page(alan, ticket)
    assert f"{SECRET} &lt;b&gt;</textarea>" in shown
    assert '<template data-draft-of="note" data-revision="1"' in shown
    assert Event.objects.count() == facts
    # The same text again counts nothing up; emptied, it is gone.
    assert save(alan, ticket, body=f"{SECRET} <b>", revision="1").json()["revision"] == 1
    assert save(alan, ticket, kind="note", body=" ", revision="1").json() == {
        "id": None, "revision": 0, "shared": False, "at": "",
    }  # fmt: skip
    browser(alan).post(f"/tickets/{ticket.number}/comments", {"kind": "reply", "body": "Sent"})
    assert not ComposerDraft.objects.exists()


def test_two_devices_see_both_texts(ticket, alan):
    save(alan, ticket, body="One", revision="0")
    save(alan, ticket, body="Two", revision="1")
    answer = save(alan, ticket, body="Three", revision="1")
    assert answer.status_code == 409
    assert {"body": "Two", "revision": 2, "by": alan.name}.items() <= answer.json().items()
    assert ComposerDraft.objects.get().body == "Two"
    # Sent somewhere else meanwhile: nothing is brought back to life by a late key.
    ComposerDraft.objects.all().delete()
    assert save(alan, ticket, body="Three", revision="2").status_code == 409
    assert save(alan, ticket, body="x" * (MAX_TEXT + 1)).status_code == 422


def test_a_shared_draft_is_finished_by_a_colleague(ticket, alan, lea, as_web):
    draft = save_composer_draft(as_web(alan), ticket, kind="reply", body=SECRET)
    assert SECRET not in page(lea, ticket)
    with pytest.raises(NotFound):
        save_composer_draft(as_web(lea), ticket, kind="reply", body="x", draft=draft)
    save(alan, ticket, body=SECRET, revision="1", shared="true")
    assert "Draft by Alan Agent" in page(lea, ticket)
    assert f"{SECRET}</textarea>" in page(lea, ticket, f"?draft={draft.pk}")
    assert save(lea, ticket, body="Better", revision="2", draft=draft.pk).json()["revision"] == 3
    assert save(alan, ticket, body="Mine", revision="2").json()["by"] == lea.name
    with pytest.raises(Forbidden):
        save_composer_draft(as_web(lea), ticket, kind="reply", body="", draft=draft)
    with pytest.raises(Stale):
        save_composer_draft(as_web(lea), ticket, kind="reply", body="Old", draft=draft, revision=1)
    browser(lea).post(f"/tickets/{ticket.number}/comments", {"kind": "reply", "body": "Better", "draft": draft.pk})
    assert ticket.comments.get().author == lea
    assert not ComposerDraft.objects.exists()


def test_nobody_else_reads_a_draft(ticket, alan, hanna, rita, otto, sven, as_web, api):
    draft = save_composer_draft(as_web(alan), ticket, kind="reply", body=SECRET, shared=True)
    for person in (rita, otto, hanna):
        assert not ComposerDraft.objects.visible_to(as_web(person)).exists()
        assert save(person, ticket, body="x", draft=draft.pk).status_code in (403, 404)
        client = browser(person)
        for path in (f"/portal/tickets/{ticket.number}", f"/tickets/{ticket.number}?draft={draft.pk}"):
            assert SECRET not in client.get(path, follow=True).content.decode()
        for part in ("", "/comments", "/events"):
            assert SECRET not in api(person).get(f"/api/v1/tickets/{ticket.number}{part}").content.decode()
    assert ComposerDraft.objects.visible_to(as_web(sven)).exists()
    # Requesters have no drafts here, and nobody reaches a draft through another ticket.
    assert browser(rita).post(f"/tickets/{ticket.number}/draft", {"kind": "reply", "body": "x"}).status_code == 403


def test_old_drafts_are_forgotten(ticket, alan, lea, as_web):
    for person in (alan, lea):
        save_composer_draft(as_web(person), ticket, kind="note", body="x")
    ComposerDraft.objects.filter(person=alan).update(updated_at=clock.now() - timedelta(days=31))
    assert forget_old_drafts() == 1
    assert ComposerDraft.objects.get().person == lea
    add_comment(as_web(lea), ticket, body="By another door", internal=True)
    assert ComposerDraft.objects.exists()
