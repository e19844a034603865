"""Custom fields filter, sort and show in lists, through every kind of value; only fields of published forms."""

import pytest

from desk.commands import add_watcher, create_ticket
from tests.api.conftest import fields_of, problem
from tests.desk.portal.test_request_form import make_type

SCHEMA = {
    "fields": [
        {"key": "room", "label": "Room"},
        {"key": "amount", "kind": "money", "label": "Amount"},
        {"key": "seats", "kind": "number"},
        {"key": "day", "kind": "date"},
        {"key": "at", "kind": "time"},
        {"key": "size", "kind": "choice", "choices": ["S", "L"]},
        {"key": "extras", "kind": "multi_choice", "choices": ["Dock", "Bag"]},
        {"key": "express", "kind": "yes_no"},
        {"key": "boss", "kind": "person"},
        {"key": "cost", "internal": True},
    ]
}


@pytest.fixture
def tickets(as_web, sven, rita, otto, lea, it, hr):
    kind = make_type("move", SCHEMA)
    rows = {
        "a": (
            rita,
            it,
            {"room": "Berlin", "amount": "900", "seats": 3, "day": "2026-12-01", "at": "08:00", "size": "S"},
        ),
        "b": (
            rita,
            hr,
            {
                "room": "BERLIN ",
                "amount": "9.50",
                "seats": 12,
                "day": "2027-01-15",
                "extras": ["Bag", "Dock"],
                "express": False,
            },
        ),
        "c": (
            otto,
            it,
            {"room": "Rom", "express": True, "boss": lea.email, "cost": "4711", "at": "14:30", "size": "L"},
        ),
    }
    return {
        name: create_ticket(
            as_web(sven),
            subject=name,
            description="x",
            requester=person,
            department=department,
            request_type=kind,
            fields=fields,
        )
        for name, (person, department, fields) in rows.items()
    }


def found(client, query):
    return [row["subject"] for row in client.get(f"/tickets?{query}").json()["results"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("field.room=berlin", "ab"),
        ("field.room=Rom,Berlin", "abc"),
        ("field.room=Paris", ""),
        ("field.amount=900", "a"),
        ("field.amount__gte=9.5", "ab"),
        ("field.amount__gt=9.5", "a"),
        ("field.seats__lt=12", "a"),
        ("field.day__gte=2026-12-02", "b"),
        ("field.day__lte=2027-01-15&field.seats__gte=4", "b"),
        ("field.day=2026-12-01", "a"),
        ("field.at__gte=09:00", "c"),
        ("field.size=L", "c"),
        ("field.extras=Dock", "b"),
        ("field.express=true", "c"),
        ("field.express=false", "b"),
        ("field.boss=lea.leitung@example.test", "c"),
        ("field.boss=nobody@example.test", ""),
        ("field.cost=4711", "c"),
        ("field.room=berlin&request_type=move", "ab"),
    ],
)
def test_filters(rest, sven, tickets, query, names):
    assert sorted(found(rest(sven), query)) == list(names)


def test_requesters_filter_their_own(rest, rita, tickets):
    assert sorted(found(rest(rita), "field.room=berlin,rom")) == ["a", "b"]


@pytest.mark.parametrize(
    "query",
    [
        "field.colour=red",
        "field.room__gte=a",
        "field.amount=lots",
        "field.amount__gte=1,2",
        "field.day=tomorrow",
        "field.at=99:00",
        "field.express=maybe",
        "field.boss=Lea",
        "field.=x",
        "field.room__contains=x",
        "field.fields__room=x",
        "sort=field.colour",
        "sort=field.extras",
        "columns=field.colour",
        "columns=password",
        "columns=field.amount__gte",
        "columns=" + ",".join(f"field.f{n}" for n in range(6)),
    ],
)
def test_what_is_no_filter(rest, sven, tickets, query):
    problem(rest(sven).get(f"/tickets?{query}"), 400)


def test_internal_fields_are_for_who_works_the_ticket(rest, rita, alan, hanna, tickets, as_web, sven):
    for query in ("field.cost=4711", "sort=field.cost", "columns=field.cost"):
        assert problem(rest(rita).get(f"/tickets?{query}"), 400)
    add_watcher(as_web(sven), tickets["c"], person=hanna)
    assert found(rest(hanna), "field.room=rom") == ["c"], "who only watches sees the public part"
    assert found(rest(hanna), "field.cost=4711") == []
    assert found(rest(hanna), "sort=field.cost") == []
    row = next(row for row in rest(hanna).get("/tickets?columns=field.cost").json()["results"] if row["subject"] == "c")
    assert row["fields"] == {}
    assert found(rest(alan), "field.cost=4711") == ["c"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("field.amount", "ba"),
        ("-field.amount", "ab"),
        ("field.day", "ab"),
        ("-field.room", "cba"),
        ("field.size", "ca"),
        ("-field.at", "ca"),
    ],
)
def test_sorting_pages_through_all_that_have_a_value(rest, sven, tickets, sort, names):
    client, seen, cursor = rest(sven), [], ""
    while True:
        body = client.get(f"/tickets?sort={sort}&limit=1{cursor}").json()
        seen += [row["subject"] for row in body["results"]]
        if not body["next"]:
            break
        cursor = f"&cursor={body['next']}"
    assert "".join(seen) == names


def test_a_cursor_of_another_order_is_refused(rest, sven, tickets):
    cursor = rest(sven).get("/tickets?sort=field.amount&limit=1").json()["next"]
    for sort in ("field.day", "-field.amount", "updated"):
        assert "cursor" in fields_of(problem(rest(sven).get(f"/tickets?sort={sort}&cursor={cursor}"), 400))


def test_columns_are_the_fields_that_were_asked_for(rest, sven, tickets):
    rows = rest(sven).get("/tickets?columns=field.room,field.amount&sort=created").json()["results"]
    assert [row["fields"] for row in rows] == [
        {"room": "Berlin", "amount": {"amount": "900.00", "currency": "EUR"}},
        {"room": "BERLIN", "amount": {"amount": "9.50", "currency": "EUR"}},
        {"room": "Rom"},
    ]
    assert "fields" not in rest(sven).get("/tickets").json()["results"][0]


def test_a_key_of_two_kinds_needs_its_request_type(rest, sven, tickets):
    make_type("other", {"fields": [{"key": "room", "kind": "number"}]})
    problem(rest(sven).get("/tickets?field.room=berlin"), 400)
    assert sorted(found(rest(sven), "field.room=berlin&request_type=move")) == ["a", "b"]
