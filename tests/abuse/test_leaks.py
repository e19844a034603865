"""LEAK: one canary in everything internal, looked for in every answer that somebody outside can get.

The addresses come from the URL map: a new page is read here without being named.
"""

import re
from collections import deque
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.commands import (
    add_comment,
    add_watcher,
    assign_ticket,
    change_fields,
    change_status,
    link_tickets,
    merge_ticket,
)
from desk.models import Attachment, Comment, Priority, Status
from flowtic.core import outbox
from flowtic.core.models import Delivery
from tests.abuse.doors import addresses, everything
from tests.factories import make_ticket

CANARY = "c4n4ry"
SEARCHES = (
    *("/portal/tickets?state=all&q={}", "/tickets?q={}", "/tickets/count?q={}", "/people/search?q={}"),
    *("/search?q={}", "/search/quick?q={}"),
)
API_SEARCHES = ("/api/v1/tickets?q={}&count=true", "/api/v1/people?q={}", "/api/v1/search?q={}")


@pytest.fixture
def told(as_web, rita, otto, alan, lea, sven, it, hr, ticket):
    """Rita's ticket; the canary in a note, its file, an internal file, a tag, phones, and another requester's ticket."""
    for person in (alan, lea, sven):
        person.phone, person.email = f"+49 {CANARY}", f"{person.role}.{person.pk}.{CANARY}@example.test"
        person.save()
    otto.name = f"Otto {CANARY}"
    otto.save()
    secret = SimpleUploadedFile(f"{CANARY}-1.txt", CANARY.encode())
    add_comment(as_web(lea), ticket, body=f"note {CANARY}", internal=True, files=[secret])
    assign_ticket(as_web(lea), ticket, assignee=alan)
    change_fields(as_web(alan), ticket, tags=[CANARY], priority=Priority.objects.get(key="urgent"))
    add_watcher(as_web(alan), ticket, person=sven)
    other, linked = (make_ticket(otto, it, subject=f"{CANARY} subject", description=f"{CANARY} text") for _n in "ab")
    link_tickets(as_web(sven), ticket, other=linked, kind="related")
    merge_ticket(as_web(sven), other, into=ticket)
    add_comment(as_web(alan), ticket, body="PUBLIC-11bb", internal=False)
    change_status(as_web(alan), ticket, status=Status.objects.get(key="waiting_requester"))
    return ticket


def values(told, *people):
    return {
        "number": [told.number, "FT-2026-999999"],
        "key": [*Attachment.objects.values_list("key", flat=True), "0" * 32],
        "pk": [*(person.pk for person in people), *Comment.objects.values_list("pk", flat=True)],
        "id": [*(person.pk for person in people), 1],
        "person": ["me"],
        "kind": ["delivery"],
        "token_pk": [1],
    }


def read(client, paths):
    """What a client gets to see: path -> text, as a page, as a part of one and where each redirect leads."""
    found: dict[tuple[str, bool], str] = {}
    waiting = deque((path, part) for path in paths for part in (False, True))
    while waiting:
        path, part = waiting.popleft()
        if (path, part) in found:
            continue
        answer = client.get(path, headers={"HX-Request": "true"} if part else {})
        assert answer.status_code < 500, path
        found[path, part] = everything(answer)
        if answer.status_code in (301, 302, 303, 307, 308):
            waiting.append((urljoin(path, answer["Location"]), part))
    return found


def hits(found, word=CANARY):
    return {path for (path, _part), text in found.items() if word in text.lower()}


@pytest.mark.parametrize("who", ["rita", "pia", "nobody"])
def test_leak_01_no_page_shows_the_canary_to_who_is_outside(request, told, web, alan, lea, sven, otto, who):
    person = None if who == "nobody" else request.getfixturevalue(who)
    paths = addresses(values(told, told.requester, alan, lea, sven, otto), api=False)
    found = read(web(person), paths)
    assert len(found) > 100
    assert hits(found) == set()
    if who == "rita":
        assert len(hits(found, "public-11bb")) >= 1


def test_leak_01_no_answer_of_the_api_shows_the_canary_to_the_requester(told, rest, rita, alan, otto):
    paths = addresses(values(told, rita, alan, otto), api=True)
    found = read(rest(rita).client, paths)
    assert hits(found) == set()
    assert hits(found, "public-11bb")
    assert len(hits(read(rest(alan).client, paths))) >= 6  # the control: ticket, notes, files, tags, watchers, people …


def test_leak_01_the_canary_was_there_to_be_found(told, web, alan, rita, otto):
    """The control: the agent's own pages are full of it."""
    paths = ("/tickets", f"/tickets/{told.number}", f"/people/{otto.pk}", f"/people/{otto.pk}/card")
    assert set(paths) <= set(addresses(values(told, rita, alan, otto), api=False))
    assert hits(read(web(alan), paths)) == set(paths)


def test_leak_01_mails_to_the_requester_are_free_of_it(told, mailoutbox, rita, alan):
    for pk in Delivery.objects.filter(subscriber="desk.notices").order_by("event_id").values_list("pk", flat=True):
        outbox.deliver(pk)
    to_rita = [mail.message().as_string() + str(mail.alternatives) for mail in mailoutbox if rita.email in mail.to]
    assert any("PUBLIC-11bb" in text for text in to_rita)
    assert not [text for text in to_rita if CANARY in text.lower()]
    inside = [mail for mail in mailoutbox if mail.to == [alan.email]]
    assert any(CANARY in mail.body for mail in inside)


def test_leak_01_logs_hold_no_texts(told, web, rest, rita, alan, log_of):
    """What people write belongs into the database, not into the log."""
    with log_of("json") as log:
        read(web(alan), [f"/tickets/{told.number}", "/tickets"])
        rest(alan).post(f"/tickets/{told.number}/comments", {"body": f"more {CANARY}", "visibility": "internal"})
        web(rita).get("/portal/tickets", {"q": CANARY})
        assert "/portal/tickets" in log()
        assert CANARY not in log()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("word", [CANARY, CANARY[:4], f"note {CANARY}", f'"{CANARY}"', f"{CANARY}*"])
def test_leak_02_searching_the_canary_is_searching_nothing(told, web, rest, rita, alan, word):
    for client, patterns in ((web(rita), SEARCHES), (rest(rita).client, API_SEARCHES)):
        for pattern in patterns:
            texts = [everything(client.get(pattern.format(text), follow=True)) for text in (word, "zzzqqq")]
            assert plain(texts[0], word) == plain(texts[1], "zzzqqq"), pattern
    assert rest(alan).get(f"/tickets?q={CANARY}").json()["results"]


def plain(text, word):
    """Without what differs in any two answers: the word itself, nonces, tokens, request ids, lengths."""
    quoted = word.replace('"', "%22").replace("*", "%2A")
    for form in (word, word.replace('"', "&quot;"), quoted.replace(" ", "+"), quoted.replace(" ", "%20")):
        text = text.replace(form, "…")
    text = re.sub(r"[A-Za-z0-9+/]{22}==|[A-Za-z0-9]{64}", "", text)
    return re.sub(r"(X-Request-ID|Content-Length): \S+", "", text)


def test_leak_04_nothing_of_a_ticket_is_kept_by_browsers(told, web, rest, rita):
    """Nobody can switch a message between note and reply; pages and files are asked for anew each time."""
    for path in (f"/portal/tickets/{told.number}", "/portal", "/portal/tickets", "/me/profile"):
        assert "no-store" in web(rita).get(path)["Cache-Control"], path
    assert "no-store" in rest(rita).get(f"/tickets/{told.number}")["Cache-Control"]


def test_leak_06_the_history_says_only_what_is_public(told, web, rest, rita, alan, otto):
    page = everything(web(rita).get(f"/portal/tickets/{told.number}"))
    events = rest(rita).get(f"/tickets/{told.number}/events")
    assert all(event["public"] for event in events.json()["results"])
    for secret in (alan.email, otto.name, "urgent", "Urgent"):
        assert secret not in everything(events), secret
        assert secret not in page, secret
    assert len(events.json()["results"]) < len(rest(alan).get(f"/tickets/{told.number}/events").json()["results"])


WRONG = ["x" * 10_000, "%ff%fe", "%00", "-1", "99999999999999999999999", "..%2f..%2fetc%2fpasswd", "%E2%80%AE", "'\"<>"]
INSIDE = ("Traceback", "site-packages", 'File "', "SELECT ", "django.", "DoesNotExist", "sqlite", "MySQLdb")


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_leak_11_errors_tell_nothing_of_the_inside(told, web, alan, wrong):
    client = web(alan)
    paths = [
        "/tickets/{}",
        "/portal/tickets/{}",
        "/people/{}",
        "/attachments/{}",
        "/{}",
        "/tickets?cursor={}",
        "/tickets?{}=1",
    ]
    for path in paths:
        answer = client.get(path.format(wrong))
        text = everything(answer)
        assert 400 <= answer.status_code < 500, path
        assert not [word for word in INSIDE if word in text], path
        assert answer["X-Request-ID"] in text.partition("<html")[2], path


def test_leak_11_a_failure_inside_shows_its_number_only(told, web, rest, rita, monkeypatch, client):
    def fail(*_args, **_kwargs):
        raise RuntimeError("/srv/secret SELECT password FROM accounts_user")

    monkeypatch.setattr("desk.views.portal.portal_queries.latest", fail)
    browser = web(rita, raise_request_exception=False)
    answer = browser.get("/portal")
    text = everything(answer)
    assert answer.status_code == 500
    assert "secret" not in text
    assert not [word for word in INSIDE if word in text]
    assert answer["X-Request-ID"] in text
    monkeypatch.undo()
    assert browser.get("/portal").status_code == 200
