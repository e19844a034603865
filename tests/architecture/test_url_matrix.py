"""Role x method x address: everybody knocks at every door (see url_rules.py)."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from accounts.calendars import default_calendar
from accounts.commands import create_token, save_approved_domain
from accounts.models import Absence, ApiToken, CalendarDay, Skill
from desk.commands import add_comment, attach_files, claim_ticket, link_tickets, save_view
from desk.models import RequestType, SlaPolicy
from flowtic.core.actor import Actor
from flowtic.core.clock import now
from flowtic.core.models import Delivery, Event
from tests.architecture.url_rules import API, CAST, ELSEWHERE, PAGES
from tests.factories import make_ticket

# Who may enter is decided by rules, not by the database.
pytestmark = pytest.mark.once

# Django admin and allauth bring their own addresses; theirs are tested in tests/accounts.
FOREIGN = ("admin/", "accounts/", "avatars/", "^avatars/")
METHODS = ("get", "post", "put", "patch", "delete")
REFUSED = {401, 403, 404}
GATES = ("/accounts/login/", "/pending")


def routes(resolver, prefix=""):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes(entry, route)
        else:
            yield route


def test_every_address_has_a_rule():
    known = {*PAGES, *API, *ELSEWHERE}
    missing = {route for route in routes(get_resolver()) if not route.startswith(FOREIGN)} - known
    assert missing == set(), "add them to tests/architecture/url_rules.py"


def test_every_rule_has_an_address():
    existing = set(routes(get_resolver()))
    assert {*PAGES, *API, *ELSEWHERE} - existing == set()


PUBLIC_KEY = "c" * 32


@pytest.fixture
def world(rita, alan, hanna, lea, sven, ada, otto, pia, it):
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket = make_ticket(rita, it)
    file = attach_files(Actor(rita, "web"), ticket, files=[SimpleUploadedFile("a.txt", b"x")], internal=False)[0]
    other, comment = make_ticket(rita, it), add_comment(Actor(rita, "web"), ticket, body="x", internal=False)
    link = link_tickets(Actor(sven, "web"), ticket, other=make_ticket(rita, it), kind="related")
    domain = save_approved_domain(Actor.system("test"), domain="example.net", role="user", departments=[])
    event = Event.objects.first()
    dead = Delivery.objects.create(event=event, subscriber="x", state="dead", next_try=now(), created_at=now())
    own = create_token(Actor.system("test"), alan, name="x", scopes=["tickets:read"], expires_at=None)[0]
    calendar, skill = default_calendar(), Skill.objects.create(key="sql", name_de="x", name_en="x")
    free = CalendarDay.objects.create(calendar=calendar, date=now().date())
    away = Absence.objects.create(user=rita, starts_at=now(), ends_at=now() + timedelta(days=1))
    policy = SlaPolicy.objects.create(key="x", name_de="x", name_en="x", targets={"resolution": {"low": "PT8H"}})
    RequestType.objects.create(
        key="laptop", name_de="x", name_en="x", department=it, public_link=True, public_key=PUBLIC_KEY
    )
    return {
        "people": {
            "rita": rita,
            "alan": alan,
            "hanna": hanna,
            "lea": lea,
            "sven": sven,
            "ada": ada,
            "otto": otto,
            "pia": pia,
        },
        "ticket": ticket,
        "values": {
            "number": ticket.number,
            "key": file.key,
            "token_pk": own.pk,
            "day_pk": free.pk,
            "absence_pk": away.pk,
            "kind": "delivery",
        },
        "pks": {
            "tickets/<str:number>/comments": comment.pk,
            "tickets/<str:number>/watchers": otto.pk,
            "tickets/<str:number>/links": link.pk,
            "settings/domains": domain.pk,
            "settings/outbox": dead.pk,
            "settings/departments": it.pk,
            "settings/calendars": calendar.pk,
            "settings/skills": skill.pk,
            "settings/sla": policy.pk,
            "me/tokens": own.pk,
        },
        "words": {"other": other.number, "comment": comment.pk, "lea": lea.pk},
        "department": it,
        "view": save_view(Actor(alan, "web"), None, name_de="x", name_en="x").key,
    }


def address(route, world):
    values = dict(world["values"])
    if route.startswith(("people", "settings/people", "api/v1/people")):
        values |= {"pk": world["people"]["rita"].pk, "id": world["people"]["rita"].pk}
    for start, pk in world["pks"].items():
        if route.startswith(start):
            values["pk"] = pk
    if "tokens/<int:token_pk>" in route:
        values["pk"] = world["people"]["alan"].pk
    if route.startswith(("tickets/new/", "portal/new/")):
        values |= {"key": "laptop", "page": "form"}
    if route.startswith("tickets/views/"):
        values["key"] = world["view"]
    if "/quick/" in route:
        values["name"] = "status"
    if route.startswith("request/"):
        values["key"] = PUBLIC_KEY
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part.group(1)]), route)
    return "/" + path


def filled(body, world):
    """The body with its placeholders replaced by what stands in the world; ids stay numbers."""
    words = world["words"]
    return {
        name: words[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for name, value in body.items()
    }


def visitor(who, world, *, api):
    if who == "anonymous":
        return Client()
    person = world["people"][who]
    if not api:
        client = Client()
        client.force_login(person)
        return client
    if person.state != "active":
        return None
    scopes = ["tickets:read", "tickets:write", "people:read", *(["admin"] if person.role == "admin" else [])]
    text = create_token(Actor.system("test"), person, name="matrix", scopes=scopes, expires_at=None)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def knock(client, method, path, body, *, api):
    """Whether the door opened: anything but refused, sent to the login or to the waiting room."""
    send = getattr(client, method)
    if method == "get":
        answer = send(path)
    else:
        answer = send(path, json.dumps(body), content_type="application/json") if api else send(path, body)
    if answer.status_code in (301, 302):
        return not answer.headers["Location"].startswith(GATES)
    assert answer.status_code < 500, (path, answer.status_code)
    assert answer.status_code != 405, f"{method} {path} is not offered"
    return answer.status_code not in REFUSED


def matrix(rules, world, route, *, api):
    rule, wrong = rules[route], []
    cache.clear()  # limits per minute count for each address by itself
    for method in METHODS:
        allowed = getattr(rule, method)
        if allowed is None:
            continue
        for who in CAST:
            before = transaction.savepoint()
            client = visitor(who, world, api=api)
            body = filled(rule.body, world)
            opened = client is not None and knock(client, method, address(route, world), body, api=api)
            transaction.savepoint_rollback(before)
            if opened != (who in allowed):
                wrong.append(f"{method} {route}: {who} {'got in' if opened else 'was kept out'}")
    return wrong


def rooms(rules, place):
    """The addresses by the word that stands at `place` in them: one world serves a whole room."""
    found = {}
    for route in rules:
        word = [*route.split("/"), "", "", ""][place]
        found.setdefault(word or "home", []).append(route)
    return [pytest.param(routes, id=word) for word, routes in found.items()]


@pytest.mark.parametrize("routes", rooms(PAGES, 0))
def test_pages(world, routes):
    assert [line for route in routes for line in matrix(PAGES, world, route, api=False)] == []


@pytest.mark.parametrize("routes", rooms(API, 2))
def test_api(world, routes):
    assert [line for route in routes for line in matrix(API, world, route, api=True)] == []


def test_a_session_opens_no_door_of_the_api(world):
    client = Client()
    client.force_login(world["people"]["ada"])
    for route, rule in API.items():
        if rule.get is not None:
            assert client.get(address(route, world)).status_code == 401, route


def test_a_revoked_token_opens_nothing(world, ada):
    client = visitor("ada", world, api=True)
    assert client.get("/api/v1/me").status_code == 200
    ApiToken.objects.filter(user=ada).update(revoked_at="2026-01-01T00:00:00Z")
    assert client.get("/api/v1/me").status_code == 401


def test_who_works_a_ticket_is_who_may_claim_it(world, as_web):
    """The matrix says INSIDE for the agents' doors; this is the positive control of one of them."""
    assert claim_ticket(as_web(world["people"]["alan"]), world["ticket"]).assignee == world["people"]["alan"]
