"""RACE: many at once on real threads, on SQLite and MariaDB (see tests/parallel.py)."""

import threading
import time
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from desk.commands import change_fields, claim_ticket, create_ticket, merge_ticket
from desk.commands.assignment import AlreadyTaken
from desk.commands.tagging import tags_named
from desk.models import Priority, Tag, Ticket, TicketMerge
from flowtic.core import outbox, ratelimit
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Conflict, Stale, TooMany
from flowtic.core.models import Delivery, Event, IdempotencyKey
from tests.factories import make_person, make_ticket
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(function):
    """'won', or the name of the refusal."""
    try:
        function()
    except CommandError as error:
        return type(error).__name__
    return "won"


def test_race_01_of_a_hundred_exactly_one_claims(it, rita, tmp_path):
    agents = [make_person(f"Agent {n}", "agent", departments=(it,)) for n in range(100)]
    for turn in range(3):
        ticket = make_ticket(rita, it)
        (tmp_path / str(turn)).mkdir()
        calls = [partial(outcome, partial(claim_ticket, Actor(agent, "web"), ticket)) for agent in agents]
        results = at_once(calls, tmp_path / str(turn))
        assert sorted(results) == sorted(["won"] + [AlreadyTaken.__name__] * 99)
        ticket.refresh_from_db()
        assert ticket.assignee == agents[results.index("won")]
        told = Event.objects.filter(ticket_id=ticket.pk, name="ticket.claimed")
        assert [event.actor_id for event in told] == [ticket.assignee_id]
        assert (
            Delivery.objects.filter(event__in=told).values("subscriber").distinct().count()
            == told[0].deliveries.count()
        )


def test_race_01_control_a_read_before_the_save_has_many_winners(it, rita, tmp_path):
    """What the conditional update is for: the same threads with the naive way all believe that they won."""
    ticket = make_ticket(rita, it)
    agents = [make_person(f"Agent {n}", "agent", departments=(it,)) for n in range(20)]

    def naive(agent):
        found = Ticket.objects.get(pk=ticket.pk)
        if found.assignee_id is not None:
            return False
        time.sleep(0.05)
        found.assignee = agent
        found.save(update_fields=["assignee"])
        return True

    assert sum(at_once([partial(naive, agent) for agent in agents], tmp_path)) > 1


def test_race_03_numbers_are_distinct_and_each_ticket_is_its_requesters(it, tmp_path, token):
    people = [make_person(f"Person {n}") for n in range(20)]
    clients = [Client(headers={"Authorization": f"Bearer {token(person)}"}) for person in people[10:]]

    def through_command(person):
        for turn in range(5):
            create_ticket(Actor(person, "web"), subject=f"{person.pk}", description=f"{turn}", department=it)

    def through_api(person, client):
        body = {"subject": f"{person.pk}", "description": "x"}
        for _turn in range(5):
            assert client.post("/api/v1/tickets", body, content_type="application/json").status_code == 201

    calls = [partial(through_command, person) for person in people[:10]]
    at_once([*calls, *map(partial, [through_api] * 10, people[10:], clients)], tmp_path)
    rows = list(Ticket.objects.values_list("number", "subject", "requester_id"))
    assert len(rows) == len({number for number, _subject, _pk in rows}) == 100
    assert all(subject == str(pk) for _number, subject, pk in rows)


def test_race_04_the_same_field_from_two_tabs_is_never_overwritten(it, rita, alan, lea, tmp_path):
    ticket = make_ticket(rita, it)
    writes = [
        partial(change_fields, Actor(person, "web"), ticket, seen=ticket.version, subject=f"by {n}")
        for n, person in enumerate([alan, lea] * 5)
    ]
    results = at_once([partial(outcome, write) for write in writes], tmp_path)
    assert sorted(results) == sorted(["won"] + [Stale.__name__] * 9)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.version) == (f"by {results.index('won')}", 2)


def test_race_04_different_fields_from_two_tabs_are_both_kept(it, rita, alan, lea, tmp_path):
    ticket, seen = make_ticket(rita, it), 1
    changes = [
        {"subject": "new"},
        {"priority": Priority.objects.get(key="urgent")},
        {"tags": ["x"]},
        {"kind": "incident"},
    ]
    actors = [Actor(person, "web") for person in (alan, lea, alan, lea)]
    writes = [
        partial(change_fields, actor, ticket, seen=seen, **change)
        for actor, change in zip(actors, changes, strict=True)
    ]
    assert at_once([partial(outcome, write) for write in writes], tmp_path) == ["won"] * 4
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority.key, ticket.kind, ticket.version) == ("new", "urgent", "incident", 5)
    assert list(ticket.tags.values_list("name", flat=True)) == ["x"]


@pytest.mark.parametrize("turn", range(3))
def test_race_05_two_tickets_are_not_merged_into_each_other(it, rita, alan, tmp_path, turn):
    one, two = make_ticket(rita, it), make_ticket(rita, it)
    calls = [
        partial(merge_ticket, Actor(alan, "web"), a, into=b) for a, b in ((one, two), (two, one)) for _n in range(4)
    ]
    results = at_once([partial(outcome, call) for call in calls], tmp_path)
    assert set(results) == {"won", Conflict.__name__}
    assert len(set(results[:4])) == len(set(results[4:])) == 1  # repeating one's own merge is no conflict
    assert TicketMerge.objects.filter(undone_at=None).count() == 1
    merged = Ticket.objects.exclude(merged_into=None)
    assert [ticket.merged_into.merged_into for ticket in merged] == [None]
    assert Event.objects.filter(name="ticket.merged").count() == 1


def test_race_06_the_same_new_tag_twenty_times_is_one_row(it, rita, alan, tmp_path):
    tickets = [make_ticket(rita, it) for _n in range(20)]
    calls = [
        partial(change_fields, Actor(alan, "web"), ticket, tags=["brand new", f"own {n}"])
        for n, ticket in enumerate(tickets)
    ]
    assert at_once([partial(outcome, call) for call in calls], tmp_path) == ["won"] * 20
    assert Tag.objects.filter(name="brand new").count() == 1
    assert Tag.objects.get(name="brand new").tickets.count() == 20
    assert Tag.objects.count() == 21
    assert [tag.name for tag in tags_named(["brand new"])] == ["brand new"]


def test_race_07_one_key_twenty_times_is_one_ticket_for_each_person(it, tmp_path, token):
    """The same key of two people, each ten times at once: two tickets, and every answer of a person is the same."""
    people = [make_person("Person 1"), make_person("Person 2")]
    clients = [Client(headers={"Authorization": f"Bearer {token(p)}", "Idempotency-Key": "same"}) for p in people]
    body = {"subject": "S", "description": "D"}
    post = [partial(c.post, "/api/v1/tickets", body, content_type="application/json") for c in clients * 10]
    answers = at_once(post, tmp_path)
    assert {answer.status_code for answer in answers} == {201}
    first, second = ({answer.json()["number"] for answer in answers[n::2]} for n in (0, 1))
    assert len(first) == len(second) == 1
    assert first != second
    assert (Ticket.objects.count(), IdempotencyKey.objects.count()) == (2, 2)
    other = clients[0].post("/api/v1/tickets", {**body, "subject": "Z"}, content_type="application/json")
    assert other.status_code == 422
    long = clients[0].post(
        "/api/v1/tickets", body, content_type="application/json", headers={"Idempotency-Key": "k" * 10_000}
    )
    assert long.status_code == 422
    assert Ticket.objects.count() == 2


def test_race_09_nobody_is_told_before_the_commit_or_of_what_was_undone(it, rita, monkeypatch):
    published = []

    def publish(event_ids):
        # Whoever is woken finds the row: the transaction is over.
        assert not connection.in_atomic_block
        published.append(Ticket.objects.filter(pk=Event.objects.get(pk=event_ids[0]).ticket_id).count())
        return True

    monkeypatch.setattr(outbox, "publish", publish)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)
        raise ZeroDivisionError
    assert (published, Ticket.objects.count(), Event.objects.filter(name="ticket.created").count()) == ([], 0, 0)
    assert not Delivery.objects.exists()
    with transaction.atomic():
        create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)
        time.sleep(0.3)
        assert published == []
    assert published == [1]


def test_race_10_a_limit_is_kept_by_fifty_at_once(settings):
    """In the caches that count in one step (Redis; here the test's own)."""
    settings.FLOWTIC_RATE_LIMITS = {"search": (10, 3600)}
    gate, passed = threading.Barrier(50), []

    def call():
        gate.wait(10)
        try:
            ratelimit.limit("search", "u1")
            passed.append(1)
        except TooMany:
            pass

    threads = [threading.Thread(target=call) for _n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(passed) == 10


def test_race_10_pauses_do_not_empty_an_hours_count(time_machine):
    """The cache of an installation without Redis: a table."""
    table = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_of_test"}}
    with override_settings(CACHES=table, FLOWTIC_RATE_LIMITS={"create_ticket": (3, 3600)}):
        call_command("createcachetable", verbosity=0)
        try:
            time_machine.move_to("2026-11-21T10:00:01Z", tick=False)
            for _n in range(3):
                ratelimit.limit("create_ticket", "u1")
            time_machine.shift(400)
            with pytest.raises(TooMany):
                ratelimit.limit("create_ticket", "u1")
            time_machine.shift(3600)
            ratelimit.limit("create_ticket", "u1")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE cache_of_test")
