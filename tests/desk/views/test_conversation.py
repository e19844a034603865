"""The composer of the ticket page: replies, notes, files; and a reply that becomes a ticket."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.commands import add_comment, merge_ticket
from desk.models import Comment, Ticket, TicketLink
from tests.factories import make_ticket

TOKEN = "1" * 32


def write(client, ticket, **data):
    return client.post(f"/tickets/{ticket.number}/comments", {"kind": "reply", "body": "Hello", **data})


def text(answer):
    return answer.content.decode()


def test_a_reply_with_a_file_and_the_status_that_follows(alan_web, alan, ticket):
    file = SimpleUploadedFile("a.txt", b"x")
    answer = write(alan_web, ticket, body="Please **try** again", status="waiting_requester", files=file)
    comment = Comment.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.number}#c-{comment.pk}"
    assert (comment.body, comment.author, comment.is_internal, comment.via) == (
        "Please **try** again",
        alan,
        False,
        "web",
    )
    assert comment.attachments.get().name == "a.txt"
    ticket.refresh_from_db()
    assert ticket.status.key == "waiting_requester"


def test_a_note_is_internal(alan_htmx, ticket):
    answer = write(alan_htmx, ticket, kind="note", body="Only for us")
    comment = Comment.objects.get()
    page = text(answer)
    assert comment.is_internal
    assert f'data-focus="#c-{comment.pk}"' in page
    assert f'<article class="msg msg-note" id="c-{comment.pk}" tabindex="-1"' in page
    assert re.search(r'id="composer-state" hx-swap-oob="outerHTML"', page)
    assert "alert-danger" not in page
    assert "<textarea" not in page, "what was typed meanwhile stays"


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": " \n "},
        {"files": SimpleUploadedFile("virus.exe", b"MZ")},
        {"status": "nonsense"},
        {"kind": "shout"},
    ],
    ids=str,
)
def test_whatever_is_wrong_the_text_stays(wrong, alan_web, alan_htmx, ticket):
    data = {"body": "Keep <me>", "kind": "note", **wrong}
    answer = write(alan_web, ticket, **data)
    page = text(answer)
    assert answer.status_code == 422
    assert "<html" in page
    assert "data-error-summary" in page
    if data["body"].strip():
        assert re.search(r"<textarea[^>]*>Keep &lt;me&gt;</textarea>", page)
    if data["kind"] == "note":
        assert re.search(r'value="note" checked', page)
    for upload in [value for value in data.values() if hasattr(value, "seek")]:
        upload.seek(0)
    fragment = write(alan_htmx, ticket, **data)
    assert fragment.status_code == 422
    assert text(fragment).lstrip().startswith('<div class="contents" id="composer-state">')
    assert "<textarea" not in text(fragment)
    assert "data-error-summary" in text(fragment)
    assert not ticket.comments.exists()


def test_a_status_that_is_not_allowed_sends_nothing(alan_htmx, ticket):
    answer = write(alan_htmx, ticket, status="new")
    assert answer.status_code == 409
    assert "cannot change" in text(answer)
    assert not ticket.comments.exists()


def test_sent_twice_it_is_written_once(alan_web, ticket):
    first, second = write(alan_web, ticket, token=TOKEN), write(alan_web, ticket, token=TOKEN)
    assert ticket.comments.count() == 1
    assert first["Location"] == second["Location"]
    changed = write(alan_web, ticket, token=TOKEN, body="Something else")
    assert changed.status_code == 422
    assert f'value="{TOKEN}"' not in text(changed)


def test_every_page_and_answer_brings_a_token_of_its_own(alan_web, alan_htmx, ticket):
    def token(page):
        return re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)

    pages = [text(alan_web.get(f"/tickets/{ticket.number}")) for _ in range(2)] + [text(write(alan_htmx, ticket))]
    assert len({token(page) for page in pages}) == 3


def test_a_reply_to_a_merged_ticket_goes_where_the_work_is(alan_web, web_of, alan, as_web, rita, it, ticket):
    target = make_ticket(rita, it)
    merge_ticket(as_web(alan), ticket, into=target)
    answer = write(alan_web, ticket, body="Late")
    assert answer["Location"] == f"/tickets/{target.number}#c-{target.comments.get().pk}"
    htmx = write(web_of(alan, htmx=True), ticket, body="Later")
    assert htmx["HX-Redirect"].startswith(f"/tickets/{target.number}#c-")


def test_who_may_write(web_of, hanna, rita, pia, ticket):
    assert write(web_of(hanna), ticket).status_code == 404
    assert write(web_of(rita), ticket).status_code == 403
    assert write(web_of(pia), ticket)["Location"] == "/pending"
    assert not ticket.comments.exists()


def test_a_reply_becomes_a_ticket_of_its_own(alan_web, as_web, alan, rita, ticket):
    comment = add_comment(as_web(rita), ticket, body="And my <b>monitor</b> is dark", internal=False)
    url = f"/tickets/{ticket.number}/comments/{comment.pk}/split"
    assert url in text(alan_web.get(f"/tickets/{ticket.number}"))
    page = text(alan_web.get(url))
    assert "my &lt;b&gt;monitor&lt;/b&gt; is dark" in page
    assert alan_web.post(url, {"subject": " "}).status_code == 422
    answer = alan_web.post(url, {"subject": "Dark monitor"})
    new = Ticket.objects.get(subject="Dark monitor")
    assert answer["Location"] == f"/tickets/{new.number}"
    assert (new.requester, new.description) == (rita, comment.body)
    assert TicketLink.objects.get(source=new).target == ticket


def test_a_note_cannot_be_split_off(alan_web, as_web, alan, ticket):
    note = add_comment(as_web(alan), ticket, body="internal", internal=True)
    assert alan_web.get(f"/tickets/{ticket.number}/comments/{note.pk}/split").status_code == 404


def test_a_file_is_removed_and_the_history_keeps_it(alan_web, alan_htmx, web_of, hanna, as_web, rita, ticket):
    files = [SimpleUploadedFile("secret.txt", b"x"), SimpleUploadedFile("other.txt", b"x")]
    add_comment(as_web(rita), ticket, body="See", internal=False, files=files)
    first, second = ticket.attachments.order_by("pk")
    url = f"/tickets/{ticket.number}/files/{{}}/removal"
    assert web_of(hanna).post(url.format(first.key)).status_code == 404
    assert alan_web.post(url.format(first.key))["Location"] == f"/tickets/{ticket.number}"
    assert alan_htmx.post(url.format(second.key)).status_code == 200
    assert alan_htmx.post(url.format("0" * 32)).status_code == 404
    assert not ticket.attachments.exists()
    assert "removed the file secret.txt" in text(alan_web.get(f"/tickets/{ticket.number}?panel=history"))
