"""INJ: what people type is data for the database, the templates, the log and the queue."""

import json
import pickle
import re
from urllib.parse import quote

import pytest
from django.conf import settings
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads, prepare_accept_content

from desk.commands import add_comment, change_fields
from desk.models import RequestType
from flowtic.celery import app
from tests.abuse.doors import everything
from tests.factories import make_ticket

SQL = [
    "'",
    '"',
    "`",
    "')) OR 1=1 --",
    "1; DROP TABLE desk_ticket; --",
    "\\",
    "%",
    "_",
    "id/**/UNION/**/SELECT/**/password",
    "owner__password__startswith",
    "-password",
    "?",
    "RAND()",
    "{}",
    "\x00",
]
NAMES = [
    "requester__password__startswith",
    "requester__api_tokens__secret_hash",
    "id__in",
    "pk",
    "or",
    "_connector",
    "'",
    "a b",
]


@pytest.mark.parametrize("text", SQL)
@pytest.mark.parametrize(
    "name", ["sort", "cursor", "status", "department", "assignee", "priority", "tag", "q", "open", "created_after"]
)
def test_inj_01_values_of_the_list_are_checked_or_harmless(web, rest, alan, ticket, name, text):
    page, api = web(alan).get("/tickets", {name: text}), rest(alan).get(f"/tickets?{name}={quote(text)}")
    assert page.status_code in (200, 400)
    assert api.status_code in (200, 400)
    if name in ("sort", "cursor", "status", "open"):
        assert page.status_code == 400
        assert api.status_code == 400


@pytest.mark.parametrize("name", NAMES)
def test_inj_01_names_of_columns_are_no_filters(web, rest, alan, name):
    for answer in (web(alan).get("/tickets", {name: "a"}), rest(alan).get(f"/tickets?{quote(name)}=a")):
        assert answer.status_code == 400
    assert web(alan).get("/tickets", {"sort": "-created"}).status_code == 200


@pytest.mark.parametrize("text", SQL)
def test_inj_01_other_lists(web, ada, rita, text):
    for person, path, names in (
        (ada, "/settings/people", ("state", "role", "q", "cursor")),
        (rita, "/portal/tickets", ("state", "q", "cursor")),
        (ada, "/admin/accounts/user/", ("q", "o", "role__exact", "password__startswith", "e")),
    ):
        for name in names:
            answer = web(person).get(path, {name: text})
            assert answer.status_code in (200, 302, 400), (path, name)
            assert "md5$" not in everything(answer)


def test_inj_02_stored_words_are_data_when_they_are_used(web, rest, alan, as_web, ticket):
    """Tags full of quotes are stored, shown, filtered by and taken away again."""
    tags = ["o'brien", 'a"b', "x'); drop table desk_tag; --", "50%_off", "back\\slash", "{{ 7*7 }}"]
    change_fields(as_web(alan), ticket, tags=tags)
    for tag in tags:
        found = rest(alan).get(f"/tickets?tag={quote(tag)}").json()["results"]
        assert [row["number"] for row in found] == [ticket.number], tag
        assert web(alan).get("/tickets", {"tag": tag}).context["list"].page.rows == [ticket]
    assert rest(alan).get("/tickets?tag=50x_off").json()["results"] == []
    change_fields(as_web(alan), ticket, tags=[])
    assert not ticket.tags.exists()


def test_inj_02_keys_of_fields_are_plain_and_values_are_data(rest, ada, rita, it):
    bad = {"key": "x", "name_de": "x", "name_en": "x", "fields": [{"key": "a'; --", "label_de": "x", "label_en": "x"}]}
    assert rest(ada).post("/request-types", bad).status_code == 422
    good = {**bad, "fields": [{"key": "a", "label_de": "x'", "label_en": 'x"'}]}
    assert rest(ada).post("/request-types", good).status_code == 201
    body = {"subject": "S", "description": "D", "request_type": "x", "fields": {"a": "'); --"}}
    assert rest(rita).post("/tickets", body).json()["fields"] == {"a": "'); --"}
    assert RequestType.objects.count() == 1


# ---- templates ---------------------------------------------------------------------------

TEMPLATES = [
    "{{7*7}}",
    "{{ settings.SECRET_KEY }}",
    "{{ ticket.requester.password }}",
    "{% load static %}{% include '/etc/passwd' %}",
    "{% for x in '" + "x" * 50 + "' %}x{% endfor %}",
    "${7*7}",
    "#{7*7}",
    "%(subject)s",
    "{0.__class__}",
    "{actor.user.password}",
    "<%= 7*7 %>",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_inj_03_04_text_is_never_a_template(web, rest, rita, alan, as_web, it, text, deliver):
    """In subject, text, comment and name; on pages, in the API and in mails it is what was typed."""
    rita.name = text[:100]
    rita.save()
    ticket = make_ticket(rita, it, subject=text, description=text, assignee=alan)
    add_comment(as_web(rita), ticket, body=f"`{text}`", internal=False)
    shown = (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#x27;")
        .replace('"', "&quot;")
    )
    for person, path in (
        (rita, f"/portal/tickets/{ticket.number}"),
        (alan, f"/tickets/{ticket.number}"),
        (alan, "/tickets"),
    ):
        page = web(person).get(path).content.decode()
        assert shown in page, path
        assert settings.SECRET_KEY not in page
        assert rita.password not in page
    assert rest(alan).get(f"/tickets/{ticket.number}").json()["subject"] == text
    body = "".join(message.body + message.subject for message in deliver())
    assert text in body
    assert settings.SECRET_KEY not in body


# ---- log, queue --------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "console"])
def test_inj_07_one_event_is_one_line(log_of, client, rita, form):
    nasty = 'a\r\n2026-01-01 [info] login person=1 {"event": "x"}\x1b[2J\x1b]0;owned\x07\u2028b'
    with log_of(form) as log:
        client.get(f"/{quote(nasty)}", headers={"User-Agent": "x\\r\\ny", "X-Request-ID": "bad id\x1b[31m"})
        client.post("/accounts/login/", {"login": f"{nasty}@example.test", "password": "x"})
        text = log()
    lines = text.splitlines()
    assert lines
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028]", text)
    if form == "json":
        assert all(isinstance(json.loads(line), dict) for line in lines)
    assert all(re.match(r"\{|\d{4}-\d\d-\d\dT", line) for line in lines), lines


def test_inj_08_the_queue_takes_json_only():
    """A worker refuses what is no JSON before it is read; sessions are JSON, too."""
    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == "json"
    accepted = prepare_accept_content(app.conf.accept_content)  # as a worker does
    harmful = pickle.dumps({"harmless": True})
    for kind in ("application/x-python-serialize", "application/x-yaml", "application/x-msgpack"):
        with pytest.raises((ContentDisallowed, LookupError)):
            loads(harmful, kind, "binary", accept=accepted)
    assert loads('{"a": 1}', "application/json", "utf-8", accept=accepted) == {"a": 1}
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"


# ---- search ------------------------------------------------------------------------------

QUERIES = [
    "a OR " * 200,
    "NEAR(a b, 5)",
    'a NEAR b "unclosed',
    "subject: x",
    "^a* -b +c ~d (e) <f >g @h",
    "*" * 500,
    "* OR *",
    "-" * 300,
    "((((((((((",
    "%_\\",
    "a" * 1000,
    "x'||(SELECT 1)||'",
    "\U0001f600 \u202e ü",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", QUERIES, ids=range(len(QUERIES)))
def test_inj_10_operators_of_the_search_are_words(web, rest, rita, alan, it, text):
    ticket = make_ticket(rita, it, subject="Beamer flackert")
    for client, path in (
        (web(rita), "/portal/tickets?state=all&q={}"),
        (web(alan), "/tickets?view=all&q={}"),
        (web(alan), "/tickets/count?q={}"),
        (rest(alan).client, "/api/v1/tickets?q={}"),
    ):
        assert client.get(path.format(quote(text))).status_code in (200, 400), path
        assert client.get(path.format(quote("z" * 10_000))).status_code in (200, 400), path
    assert [row["number"] for row in rest(alan).get("/tickets?q=Beamer").json()["results"]] == [ticket.number]
