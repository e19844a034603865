"""What was filled in, checked: kinds, bounds, conditions, crafted values."""

from datetime import UTC, datetime

import pytest

from desk import formschema
from flowtic.core.errors import Invalid

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Known:
    """Two people, one department, one file."""

    def person(self, value):
        return {"rita@example.test": 1, 1: 1, "lea@example.test": 2, 2: 2}.get(value)

    def department(self, value):
        return value if value == "it" else None

    def file(self, key):
        return key if key == "a" * 32 else None


def one(spec, value):
    schema = {"fields": [{"key": "x", **spec}]}
    return formschema.clean(schema, {"x": value}, now=NOW, lookups=Known())["x"]


@pytest.mark.parametrize(
    ("spec", "given", "stored"),
    [
        ({}, "  Room 4 ", "Room 4"),
        ({"kind": "long_text"}, "a\r\nb", "a\nb"),
        ({"kind": "number"}, "12.50", 12.5),
        ({"kind": "number"}, 3, 3),
        ({"kind": "number", "min": 1, "max": 5}, 5, 5),
        ({"kind": "money"}, "12.5", {"amount": "12.50", "currency": "EUR"}),
        ({"kind": "money"}, {"amount": 7, "currency": "EUR"}, {"amount": "7.00", "currency": "EUR"}),
        (
            {"kind": "money", "currencies": ["EUR", "CHF"]},
            {"amount": "1", "currency": "CHF"},
            {"amount": "1.00", "currency": "CHF"},
        ),
        ({"kind": "date"}, "2026-12-31", "2026-12-31"),
        ({"kind": "date", "min": "P1D"}, "2026-11-22", "2026-11-22"),
        ({"kind": "time"}, "9:30".zfill(5), "09:30"),
        ({"kind": "time"}, "14:30:00", "14:30"),
        ({"kind": "choice", "choices": ["a", {"value": "b", "label": {"de": "B", "en": "Bee"}}]}, "b", "b"),
        ({"kind": "multi_choice", "choices": ["a", "b"]}, ["b", "a", "b"], ["b", "a"]),
        ({"kind": "yes_no"}, False, False),
        ({"kind": "person"}, "rita@example.test", 1),
        ({"kind": "department"}, "it", "it"),
        ({"kind": "file"}, ["a" * 32], ["a" * 32]),
        ({"kind": "email"}, " Boss@Example.TEST ", "boss@example.test"),
        ({"kind": "phone"}, "+49 221  5550", "+49 221 5550"),
        ({"kind": "url"}, "https://example.test/a?b=c", "https://example.test/a?b=c"),
        ({"pattern": "[A-Z]{2}-[0-9]+"}, "AB-12", "AB-12"),
    ],
)
def test_a_value_gets_its_stored_form_and_keeps_it(spec, given, stored):
    assert one(spec, given) == stored
    assert one(spec, stored) == stored


@pytest.mark.parametrize(
    ("spec", "given", "said"),
    [
        ({}, 5, "text"),
        ({}, "a\x07b", "Control"),
        ({}, "two\nlines", "Control"),
        ({}, "x" * 1001, "1000"),
        ({"max": 3}, "abcd", "at most 3"),
        ({"min": 3}, "ab", "at least 3"),
        ({"pattern": "[0-9]+", "pattern_hint": {"en": "Only digits."}}, "x", "Only digits."),
        ({"kind": "number"}, "many", "number"),
        ({"kind": "number"}, True, "number"),
        ({"kind": "number"}, "NaN", "smaller"),
        ({"kind": "number"}, "1e400", "smaller"),
        ({"kind": "number", "min": 1}, 0, "at least 1"),
        ({"kind": "number", "max": 5}, "5.000001", "at most 5"),
        ({"kind": "money"}, "1.005", "two decimal"),
        ({"kind": "money"}, {"amount": "1", "currency": "USD"}, "EUR"),
        ({"kind": "money"}, {"amount": "1", "fee": 1}, "amount and a currency"),
        ({"kind": "date"}, "31.12.2026", "date"),
        ({"kind": "date"}, "2026-02-30", "date"),
        ({"kind": "date"}, "P1D", "date"),
        ({"kind": "date", "min": "P1D"}, "2026-11-21", "later"),
        ({"kind": "date", "max": "2026-11-30"}, "2026-12-01", "earlier"),
        ({"kind": "time"}, "25:00", "time"),
        ({"kind": "time", "max": "12:00"}, "12:30", "12:00"),
        ({"kind": "choice", "choices": ["a"]}, "b", "options"),
        ({"kind": "choice", "choices": ["a"]}, ["a"], "options"),
        ({"kind": "multi_choice", "choices": ["a"]}, ["a", "b"], "options"),
        ({"kind": "multi_choice", "choices": ["a", "b"], "max": 1}, ["a", "b"], "at most 1"),
        ({"kind": "yes_no"}, "yes", "yes or no"),
        ({"kind": "person"}, "nobody@example.test", "e-mail"),
        ({"kind": "person"}, True, "e-mail"),
        ({"kind": "department"}, "nowhere", "departments"),
        ({"kind": "file"}, ["b" * 32], "choose it again"),
        ({"kind": "file"}, ["../../etc/passwd"], "choose it again"),
        ({"kind": "email"}, "a@b", "e-mail"),
        ({"kind": "phone"}, "call me", "area code"),
        ({"kind": "url"}, "javascript:alert(1)", "https"),
        ({"kind": "heading"}, "x", ""),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(spec, given, said):
    if spec.get("kind") == "heading":
        assert formschema.examine({"fields": [{"key": "x", **spec}]}, {"x": given}, now=NOW).cleaned == {}
        return
    with pytest.raises(Invalid) as error:
        one(spec, given)
    (message,) = error.value.fields["fields.x"]
    assert said in message


PURCHASE = {
    "pages": [
        {
            "key": "what",
            "fields": [
                {"key": "item", "required": True},
                {"key": "amount", "kind": "money", "required": True},
            ],
        },
        {
            "key": "why",
            "fields": [
                {
                    "key": "reason",
                    "kind": "long_text",
                    "required": True,
                    "show_when": {"field": "amount", "op": "gt", "value": 500},
                },
                {
                    "key": "boss",
                    "kind": "person",
                    "required": True,
                    "show_when": {"field": "reason", "op": "not_empty"},
                },
                {"key": "cost_centre", "internal": True, "required": True},
            ],
        },
    ]
}


def fill(values, **options):
    return formschema.clean(PURCHASE, values, now=NOW, lookups=Known(), insider=False, **options)


def test_a_hidden_required_field_is_not_missing():
    assert fill({"item": "Mouse", "amount": "20"}) == {
        "item": "Mouse",
        "amount": {"amount": "20.00", "currency": "EUR"},
    }


def test_a_shown_required_field_cannot_be_skipped():
    with pytest.raises(Invalid) as error:
        fill({"item": "Server", "amount": "900"})
    assert set(error.value.fields) == {"fields.reason"}
    with pytest.raises(Invalid) as error:
        fill({"item": "Server", "amount": "900", "reason": "It broke"})
    assert set(error.value.fields) == {"fields.boss"}, "a field may depend on one that depends on another"


@pytest.mark.parametrize("key", ["reason", "boss", "cost_centre"])
def test_a_hidden_or_internal_field_cannot_be_smuggled(key):
    crafted = {"item": "Mouse", "amount": "20", key: "lea@example.test"}
    with pytest.raises(Invalid) as error:
        fill(crafted)
    assert set(error.value.fields) == {f"fields.{key}"}
    assert key not in fill(crafted, hidden="drop")


def test_an_unknown_field_is_refused_everywhere():
    for hidden in ("refuse", "drop"):
        with pytest.raises(Invalid) as error:
            fill({"item": "Mouse", "amount": "20", "is_admin": True}, hidden=hidden)
        assert set(error.value.fields) == {"fields.is_admin"}


def test_only_given_keys_are_refused_when_hidden():
    crafted = {"item": "Mouse", "amount": "20", "reason": "old", "boss": 2}
    assert set(fill(crafted, hidden={"amount"})) == {"item", "amount"}
    with pytest.raises(Invalid) as error:
        fill(crafted, hidden={"boss"})
    assert set(error.value.fields) == {"fields.boss"}


def test_one_page_looks_at_the_others():
    assert set(fill({"item": "Mouse", "amount": "900"}, partial_page="what")) == {"item", "amount"}
    with pytest.raises(Invalid):
        fill({}, partial_page="why", present={"amount": {"amount": "900.00", "currency": "EUR"}})
    assert fill({}, partial_page="why", present={"amount": {"amount": "9.00", "currency": "EUR"}}) == {}
    with pytest.raises(Invalid, match="not filled in"):
        fill({"item": "x"}, partial_page="why")


def test_conditions_may_look_at_the_context():
    schema = {
        "fields": [
            {"key": "why", "required": True, "show_when": {"field": "ticket.priority", "op": "is", "value": "high"}}
        ]
    }
    assert formschema.clean(schema, {}, now=NOW, present={"ticket.priority": "low"}) == {}
    with pytest.raises(Invalid):
        formschema.clean(schema, {}, now=NOW, present={"ticket.priority": "high"})


def test_who_works_it_is_asked_the_internal_fields_too():
    with pytest.raises(Invalid) as error:
        formschema.clean(PURCHASE, {"item": "Mouse", "amount": "20"}, now=NOW)
    assert set(error.value.fields) == {"fields.cost_centre"}
    values = {"item": "Mouse", "amount": "20"}
    assert formschema.clean(PURCHASE, values, now=NOW, may_miss={"cost_centre"}).keys() == values.keys()


def test_a_default_stands_in_for_what_was_not_named():
    schema = {
        "fields": [
            {"key": "when", "kind": "date", "default": "P7D"},
            {"key": "size", "kind": "choice", "choices": ["S", "L"], "default": "S", "required": True},
        ]
    }
    assert formschema.clean(schema, {}, now=NOW) == {"when": "2026-11-28", "size": "S"}
    assert formschema.clean(schema, {"when": ""}, now=NOW) == {"size": "S"}
    with pytest.raises(Invalid):
        formschema.clean(schema, {"size": None}, now=NOW)
    assert formschema.clean(schema, {"size": "L"}, now=NOW, defaults=False) == {"size": "L"}
