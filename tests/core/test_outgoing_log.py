"""The log of calls: complete enough to understand, without a secret in it, and gone after its time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from flowtic.core.actor import Actor
from flowtic.core.models import OutgoingCall
from flowtic.core.outgoing import OutgoingAnswer, OutgoingRequest, log_call, mask
from flowtic.core.retention import clean_up

SECRET = 'p+"ä/7 x&='


def logged(**changes):
    call = {
        "kind": "workflow",
        "subject_type": "workflows.effectrun",
        "subject_id": 7,
        "request": OutgoingRequest("post", "https://api.example.test/a?q=1"),
        "answer": OutgoingAnswer(200, {"content-type": "text/plain"}, b"fine"),
        "error": "",
        "attempt": 1,
        "seconds": 0.25,
        "secrets": {"KEY": SECRET},
    }
    return log_call(**{**call, **changes})


@pytest.mark.django_db
def test_a_call_is_kept():
    row = logged()
    row.refresh_from_db()
    assert (row.method, row.url, row.status, row.milliseconds) == ("POST", "https://api.example.test/a?q=1", 200, 250)
    assert row.response_headers == {"content-type": "text/plain"}
    assert row.response_body == "fine"
    assert list(OutgoingCall.objects.about("workflows.effectrun", 7)) == [row]


@pytest.mark.django_db
def test_no_secret_is_kept_in_any_spelling():
    import base64
    import json
    from urllib.parse import quote, quote_plus

    spellings = [
        SECRET,
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
    ]
    spellings.append(base64.b64encode(SECRET.encode()).decode())
    text = " | ".join(spellings)
    row = logged(
        request=OutgoingRequest(
            "POST",
            f"https://x.test/?k={quote(SECRET)}&shown=1",
            {"Authorization": "Basic abc", "X-Note": text, "Cookie": "c"},
            text,
        ),
        answer=OutgoingAnswer(200, {"set-cookie": "session=abc", "x-echo": text}, text.encode()),
        error=f"failed with {SECRET}",
    )
    row.refresh_from_db()
    kept = f"{row.url}{row.request_headers}{row.request_body}{row.response_headers}{row.response_body}{row.error}"
    for spelling in spellings:
        assert spelling not in kept
    assert "abc" not in kept
    assert "&shown=1" in row.url


@pytest.mark.django_db
def test_bodies_are_cut_after_masking_and_odd_bytes_do_no_harm():
    body = b"x" * 9_995 + SECRET.encode() + b"tail" * 5000
    row = logged(request=OutgoingRequest("POST", "http://x.test/", {}, body), answer=None, error="\ud800 broke")
    assert len(row.request_body) == 10_000
    assert SECRET[:4] not in row.request_body
    assert (row.status, row.error) == (None, "? broke")
    assert logged(answer=OutgoingAnswer(200, {"x": "a\x00"}, b"\xff\x00")).response_body == "\ufffd\ufffd"


def test_mask_takes_the_longest_first():
    assert mask("abcdef abc", ["abc", "abcdef", ""]) == "••• •••"


@pytest.mark.django_db
def test_only_administrators_read_the_log(ada, sven, alan, rita):
    logged()
    seen = {
        person.role: OutgoingCall.objects.visible_to(Actor(person, "web")).count() for person in (ada, sven, alan, rita)
    }
    assert seen == {"admin": 1, "support": 0, "agent": 0, "user": 0}


@pytest.mark.django_db
def test_old_calls_are_removed(settings):
    old, young = logged(), logged()
    OutgoingCall.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert clean_up() == 1
    assert list(OutgoingCall.objects.all()) == [young]
