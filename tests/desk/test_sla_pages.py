"""The pages about promises: why a due date, the rules and their examples."""

import json
from datetime import UTC, datetime

import pytest

from desk.commands import change_fields, change_status
from desk.models import Priority, SlaPolicy, Status, Ticket
from desk.sla_input import join_condition, parse_length, split_condition
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.factories import make_ticket

TARGETS = {"first_response": {"normal": "PT1H"}, "resolution": {"normal": "PT8H"}}
FORM = {"key": "gold", "name_de": "Gold", "name_en": "Gold", "active": "on", "resolution_normal": "8 h"}


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def policy(db):
    return SlaPolicy.objects.create(key="all", name_de="Alle", name_en="All tickets", targets=TARGETS)


@pytest.fixture
def friday(policy, rita, it):
    """Written on Friday at 16:40 in Berlin."""
    with clock.travel(at(20, 15, 40)):
        return make_ticket(rita, it)


@pytest.fixture
def alans(client, alan):
    client.force_login(alan)
    return client


@pytest.fixture
def adas(client, ada):
    client.force_login(ada)
    return client


def test_why_friday_becomes_monday(friday, alans):
    assert Ticket.objects.get(pk=friday.pk).due_at == at(23, 8, 40)
    page = alans.get(f"/tickets/{friday.number}/due").content.decode()
    for text in (
        "Fri 11/20/2026 16:40 – 17:00",
        "Outside working hours",
        "No working day",
        "09:00 – 09:40",
        "20 min",
        "40 min",
    ):
        assert text in page
    for text in ("Due Mon 11/23/2026 09:40.", "1 h of working time", "All tickets", "always", "Office hours"):
        assert text in page
    fragment = alans.get(f"/tickets/{friday.number}/due", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "16:40" in fragment
    assert f"/tickets/{friday.number}/due" in alans.get(f"/tickets/{friday.number}").content.decode()


def test_why_in_german_and_in_another_zone(friday, alan, alans):
    alan.language, alan.time_zone = "de", "America/New_York"
    alan.save()
    page = alans.get(f"/tickets/{friday.number}/due").content.decode()
    assert "10:40" in page
    assert "03:40" in page
    assert "Europe/Berlin" in page
    assert "20.11.2026" in page


def test_why_tells_of_pauses_and_of_dates_by_hand(friday, alan, alans, as_web):
    for key, when in (("waiting_requester", at(23, 8, 10)), ("in_progress", at(23, 10))):
        with clock.travel(when):
            change_status(Actor.system("x"), friday, status=Status.objects.get(key=key))
    page = alans.get(f"/tickets/{friday.number}/due").content.decode()
    assert "The ticket waited" in page
    assert "Mon 11/23/2026 11:00 – 11:30" in page
    change_fields(as_web(alan), friday, due_at=at(30, 8))
    assert "was set by hand" in alans.get(f"/tickets/{friday.number}/due").content.decode()


def test_nothing_promised_is_said(ticket, alans):
    assert "no rule fits" in alans.get(f"/tickets/{ticket.number}/due").content.decode()


def test_requesters_and_strangers_do_not_read_it(friday, client, rita, hanna):
    client.force_login(rita)
    assert client.get(f"/tickets/{friday.number}/due").headers["Location"].startswith("/portal")
    client.force_login(hanna)
    assert client.get(f"/tickets/{friday.number}/due").status_code == 404


def test_the_list_shows_matrix_condition_and_order(adas, policy, it):
    condition = {"field": "ticket.department", "op": "in", "value": ["it"]}
    gold = SlaPolicy.objects.create(
        key="gold", name_de="Gold", name_en="Gold", targets=TARGETS, position=1, condition=condition
    )
    page = adas.get("/settings/sla").content.decode()
    assert "Department is one of IT operations" in page
    assert page.index("All tickets") < page.index("Gold")
    adas.post(f"/settings/sla/{gold.pk}/place", {"to": "up"})
    assert [row.key for row in SlaPolicy.objects.all()] == ["gold", "all"]
    adas.post(f"/settings/sla/{gold.pk}/place", {"to": "up"})
    adas.post("/settings/sla/999999/place", {"to": "up"})
    assert [row.key for row in SlaPolicy.objects.all()] == ["gold", "all"]


def test_a_rule_is_made_and_changed_on_its_page(adas, it, hr):
    body = {
        **FORM,
        "departments": ["it", "hr"],
        "condition": '{"field": "ticket.kind", "op": "is", "value": "incident"}',
    }
    assert adas.post("/settings/sla/new", body).status_code == 302
    row = SlaPolicy.objects.get()
    assert row.targets == {"resolution": {"normal": "PT8H"}}
    assert row.condition == {
        "all": [
            {"field": "ticket.department", "op": "in", "value": ["hr", "it"]},
            {"field": "ticket.kind", "op": "is", "value": "incident"},
        ]
    }
    page = adas.get(f"/settings/sla/{row.pk}?at=2026-11-20T16:40").content.decode()
    assert "Mon 11/23/2026 16:40" in page
    assert 'value="8 h"' in page
    assert "incident" in page
    assert adas.post(f"/settings/sla/{row.pk}", {**body, "departments": ["it"]}).status_code == 302
    row.refresh_from_db()
    assert row.condition["all"][0]["value"] == ["it"]
    assert adas.get(f"/settings/sla/{row.pk}?at=x").status_code == 400
    adas.post(f"/settings/sla/{row.pk}/removal")
    assert not SlaPolicy.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"resolution_normal": "soon"}, "Write hours and minutes"),
        ({"resolution_normal": ""}, "Give at least one target"),
        ({"condition": "{"}, "This is no JSON"),
        ({"condition": "[" * 15000}, "This is no JSON"),
        ({"condition": '{"field": "ticket.colour", "op": "is", "value": "x"}'}, "ticket.colour"),
        ({"key": "a b"}, "small letters"),
    ],
)
def test_what_is_wrong_is_said_and_kept(adas, wrong, sentence):
    answer = adas.post("/settings/sla/new", {**FORM, **wrong})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert not SlaPolicy.objects.exists()


def test_a_rule_in_use_is_not_deleted(adas, friday, policy):
    adas.post(f"/settings/sla/{policy.pk}/removal")
    assert SlaPolicy.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""), ("4", "PT4H"), ("4h", "PT4H"), ("4 h 30 min", "PT4H30M"), ("4:30", "PT4H30M"), ("90 min", "PT1H30M"),
        ("2 Std.", "PT2H"), ("40 h", "P1DT16H"), ("pt8h", "PT8H"), ("1 Stunde", "PT1H"), ("1 x", None), ("-1", None), ("0", None),
        ("4:75", None), ("2 d", None), ("P", None), ("1e9", None),
    ],
)  # fmt: skip
def test_lengths_as_people_type_them(typed, stored):
    if stored is None:
        with pytest.raises(ValueError):
            parse_length(typed)
    else:
        assert parse_length(typed) == stored


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"field": "ticket.department", "op": "in", "value": ["it"]},
        {"field": "ticket.department", "op": "is", "value": "it"},
        {"any": [{"field": "ticket.kind", "op": "is", "value": "incident"}, {"formula": "true"}]},
        {
            "all": [
                {"field": "ticket.department", "op": "in", "value": ["hr", "it"]},
                {"field": "ticket.request_type", "op": "in", "value": ["laptop"]},
                {"not": {"field": "requester.role", "op": "is", "value": "admin"}},
                {"formula": "true"},
            ]
        },
    ],
    ids=json.dumps,
)
def test_conditions_survive_the_form(condition):
    chosen, rest = split_condition(condition)
    assert join_condition(chosen, rest) == condition


def test_the_priority_of_the_matrix_is_the_ticket_s(policy, rita, it):
    policy.targets = {"resolution": {"urgent": "PT1H"}}
    policy.save()
    assert not make_ticket(rita, it).promises.exists()
    assert make_ticket(rita, it, priority=Priority.objects.get(key="urgent")).promises.count() == 1
