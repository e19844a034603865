"""What a condition says is what it does: every operation by table, every fault with its place."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from flowtic.core import conditions
from flowtic.core.conditions import FieldInfo, check, holds, names, words
from flowtic.core.formulas import FormulaError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIELDS = {
    "amount": FieldInfo("amount", {"de": "Betrag", "en": "Amount"}, "money"),
    "reason": FieldInfo("reason", "Reason", "long_text"),
    "urgent": FieldInfo("urgent", "Urgent", "yes_no"),
    "size": FieldInfo("size", "Size", "choice", {"s": {"de": "Klein", "en": "Small"}, "l": "Large"}),
    "extras": FieldInfo("extras", "Extras", "multi_choice", {"a": "Apple", "b": "Bread"}),
    "day": FieldInfo("day", "Day", "date"),
    "requester.department": FieldInfo("requester.department", "Department", "department", {"it": "IT"}),
}


def leaf(field, op, *value):
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("left", "op", "right", "expected"),
    [
        ("IT", "is", "it", True),
        ("STRASSE", "is", "straße", True),
        (5, "is", 5.0, True),
        (True, "is", 1, False),
        ("5", "is", 5, False),
        (None, "is", "x", False),
        (None, "is_not", "x", True),
        ("x", "is_not", "X", False),
        ("a", "in", ["A", "b"], True),
        (["q", "b"], "in", ["A", "b"], True),
        (None, "in", ["a"], False),
        (None, "not_in", ["a"], True),
        (600, "gt", 500, True),
        (500, "gt", 500, False),
        (500, "gte", 500, True),
        (0.1, "lte", 0.1, True),
        (499.99, "lt", 500, True),
        (None, "lt", 500, False),
        ("600", "gt", 500, False),
        (True, "gt", 0, False),
        ("2026-11-22", "gt", "2026-11-21", True),
        ("Laptop bag", "contains", "BAG", True),
        (["a", "b"], "contains", "B", True),
        (None, "contains", "a", False),
        (None, "not_contains", "a", True),
        (5, "contains", "5", False),
        ("Laptop", "starts_with", "lap", True),
        ("", "empty", None, True),
        ("  ", "empty", None, True),
        ([], "empty", None, True),
        (0, "empty", None, False),
        (False, "empty", None, False),
        (None, "not_empty", None, False),
        ("x", "not_empty", None, True),
        ("2026-11-20", "before", "2026-11-21", True),
        ("2026-11-21", "before", "2026-11-21", False),
        ("2026-11-23", "before", "P3D", True),
        ("2026-11-24", "before", "P3D", False),
        ("2026-11-21T11:00:00Z", "after", "-PT2H", True),
        ("2026-11-21T09:00:00Z", "after", "-PT2H", False),
        (date(2026, 1, 1), "before", "2026-01-02", True),
        (NOW, "after", "2026-11-21", False),
        ("P1D", "after", "2020-01-01", False),
        ("gibberish", "before", "P3D", False),
        ("x", "no_such_op", "x", False),
    ],
)
def test_operations(left, op, right, expected):
    assert holds({"field": "f", "op": op, "value": right}, {"f": left}, now=NOW) is expected


def test_groups_negation_paths_and_formulas():
    values = {"amount": 600, "requester": {"department": "IT"}, "ticket.priority": "high", "items": [{"n": 1}]}
    assert holds({}, {})
    assert holds(None, {})
    assert holds({"all": [leaf("amount", "gt", 500), leaf("requester.department", "is", "it")]}, values)
    assert not holds({"any": [leaf("amount", "lt", 500), leaf("ticket.priority", "is", "low")]}, values)
    assert holds({"not": leaf("ticket.priority", "is", "low")}, values)
    assert holds(leaf("items.0.n", "is", 1), values)
    assert holds({"formula": "amount > 500 && requester.department == 'IT'"}, values)
    with pytest.raises(FormulaError):
        holds({"formula": "amount > 500"}, {})
    with pytest.raises(FormulaError):
        holds({"formula": "amount + 1"}, values)


@pytest.mark.parametrize(
    "tree", ["x", 5, [], {"all": "x"}, {"what": 1}, {"field": 5, "op": "is"}, {"field": "a", "op": []}]
)
def test_what_is_no_condition_is_false_and_refused(tree):
    assert holds(tree, {"a": None}) is False
    assert check(tree)
    assert words(tree)


def test_names_include_those_of_formulas():
    tree = {"all": [leaf("a", "empty"), {"not": {"formula": "b.c > 1 && xs.exists(x, x > d)"}}]}
    assert names(tree) == {"a", "b.c", "xs", "d"}


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (leaf("nope", "is", "x"), "field"),
        (leaf("amount", "between", 1), "op"),
        (leaf("amount", "contains", "1"), "op"),
        (leaf("amount", "gt", "500"), "value"),
        (leaf("urgent", "is", "yes"), "value"),
        (leaf("size", "is", "xl"), "value"),
        (leaf("size", "in", ["s", "xl"]), "value.1"),
        (leaf("size", "in", []), "value"),
        (leaf("day", "before", "tomorrow"), "value"),
        (leaf("reason", "is", "x" * 501), "value"),
        (leaf("reason", "is"), "value"),
        (leaf("reason", "empty", "x"), "value"),
        ({"all": []}, "all"),
        ({"all": [leaf("amount", "gt", 5), {"any": [leaf("nope", "is", 1)]}]}, "all.1.any.0.field"),
        ({"all": [{}], "any": [{}]}, ""),
        ({"field": "amount", "op": "gt", "value": 1, "extra": 1}, ""),
        ({"not": {"formula": "amount >"}}, "not.formula"),
        ({"formula": "nope > 1"}, "formula"),
        ({"not": {"not": {"not": {"not": {"not": {"not": leaf("amount", "gt", 1)}}}}}}, "not.not.not.not.not.not"),
    ],
)
def test_check_names_the_place(tree, path):
    problems = check(tree, FIELDS)
    assert [problem.path for problem in problems] == [path]
    assert problems[0].message


def test_check_accepts_what_is_right_and_counts_leaves():
    good = [
        leaf("amount", "gte", 5),
        leaf("size", "in", ["s"]),
        leaf("day", "before", "P3D"),
        {"formula": "amount > 5"},
    ]
    assert check({"all": good}, FIELDS) == []
    assert check({"any": [leaf("whatever", "is", 1)]}, None) == []
    assert check({"any": [leaf("amount", "gt", 1)] * 100}, FIELDS) == []
    assert [problem.path for problem in check({"any": [leaf("amount", "gt", 1)] * 101}, FIELDS)] == [""]


def test_words_in_english():
    tree = {
        "all": [
            leaf("amount", "gt", 500),
            {"any": [leaf("requester.department", "is", "it"), leaf("extras", "in", ["a", "b"])]},
            {"not": leaf("urgent", "is", True)},
            leaf("day", "before", "-P3D"),
            {"formula": "amount * 2 > 5"},
        ]
    }
    with translation.override("en"):
        assert words(tree, FIELDS) == (
            "Amount is greater than 500 and (Department is IT or Extras is one of Apple or Bread)"
            " and not (Urgent is yes) and Day is before 3 days ago and (Amount * 2 > 5)"
        )
        assert words({}, FIELDS) == "always"
        assert words(leaf("size", "is", "s"), FIELDS) == "Size is Small"
    with translation.override("de"):
        assert "Betrag" in words(tree, FIELDS)
        assert "Klein" in words(leaf("size", "is", "s"), FIELDS)


def test_every_operation_has_a_sentence():
    for op in conditions.OPS:
        with translation.override("en"):
            said = words(leaf("amount", op, 5), FIELDS)
        assert said.startswith("Amount ")
