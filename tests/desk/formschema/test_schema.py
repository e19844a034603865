"""A schema is checked before anybody fills it in: each problem with its path."""

import pytest

from desk.formschema import check, fields_of, pages_of
from tests.desk.formschema.test_cleaning import PURCHASE


def problems(schema):
    return {problem.path: problem.message for problem in check(schema)}


def field(**spec):
    return {"fields": [{"key": "x", **spec}]}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"fields": []},
        PURCHASE,
        field(kind="choice", choices=["a", {"value": "b", "label": {"de": "B", "en": "B"}}], default="b"),
        field(kind="date", min="P0D", max="2030-01-01", default="P7D"),
        field(kind="heading", label={"de": "Teil 1", "en": "Part 1"}),
        field(kind="choice", choices=["low", "urgent"], maps_to="priority"),
        field(kind="money", currencies=["EUR", "CHF"], min=1, max=100),
        field(kind="department", default="it", maps_to="department"),
        field(label_de="Alt", label_en="Old", pattern="[0-9]{5}"),
    ],
)
def test_good_schemas_have_no_problem(schema):
    assert problems(schema) == {}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ([], ""),
        ({"pages": []}, "pages"),
        ({"pages": [{"key": "a"}]}, "pages.0.fields"),
        ({"pages": [{"key": "a", "fields": [{"key": "x"}]}, {"key": "a", "fields": [{"key": "y"}]}]}, "pages.1.key"),
        ({"fields": [], "pages": [{"key": "a", "fields": [{"key": "x"}]}]}, "fields"),
        ({"fields": "x"}, "fields"),
        ({"fields": ["x"]}, "fields.0"),
        ({"fields": [{"key": "A b"}]}, "fields.0.key"),
        ({"fields": [{"key": "x"}, {"key": "x"}]}, "fields.1.key"),
        ({"fields": [{"key": "ticket"}]}, "fields.0.key"),
        ({"fields": [{"key": f"f{n}"} for n in range(201)]}, "fields"),
        (field(kind="script"), "fields.0.kind"),
        (field(required="yes"), "fields.0.required"),
        (field(onclick="x"), "fields.0.onclick"),
        (field(label=5), "fields.0.label"),
        (field(label={"fr": "x"}), "fields.0.label"),
        (field(help="x" * 2001), "fields.0.help"),
        (field(kind="choice"), "fields.0.choices"),
        (field(kind="choice", choices=["a", "a"]), "fields.0.choices.1"),
        (field(kind="choice", choices=[{"value": ""}]), "fields.0.choices.0"),
        (field(choices=["a"]), "fields.0.choices"),
        (field(kind="money", currencies=["euro"]), "fields.0.currencies"),
        (field(kind="number", min="1"), "fields.0.min"),
        (field(kind="number", min=5, max=1), "fields.0.max"),
        (field(kind="yes_no", min=1), "fields.0.min"),
        (field(kind="date", max="soon"), "fields.0.max"),
        (field(pattern="(a"), "fields.0.pattern"),
        (field(kind="number", pattern="a"), "fields.0.pattern"),
        (field(kind="number", default="many"), "fields.0.default"),
        (field(kind="choice", choices=["a"], default="b"), "fields.0.default"),
        (field(kind="file", default="x"), "fields.0.default"),
        (field(maps_to="status"), "fields.0.maps_to"),
        (field(kind="date", maps_to="subject"), "fields.0.maps_to"),
        (field(kind="choice", choices=["a"], maps_to="priority"), "fields.0.maps_to"),
        (
            {"fields": [{"key": "a", "maps_to": "subject"}, {"key": "b", "maps_to": "subject"}]},
            "fields.1.maps_to",
        ),
        (field(show_when={"field": "later", "op": "is", "value": 1}), "fields.0.show_when.field"),
        (field(show_when={"field": "x", "op": "is", "value": 1}), "fields.0.show_when.field"),
        (field(default=float("nan")), ""),
    ],
)
def test_each_problem_is_told_with_its_path(schema, path):
    found = problems(schema)
    assert set(found) == {path}
    assert found[path]


def test_a_condition_looks_only_at_fields_before_it():
    first = {"key": "a", "kind": "yes_no"}
    second = {"key": "b", "show_when": {"field": "a", "op": "is", "value": True}}
    assert problems({"fields": [first, second]}) == {}
    assert set(problems({"fields": [second, first]})) == {"fields.0.show_when.field"}


def test_the_flat_form_is_one_page():
    assert [page.key for page in pages_of({"fields": [{"key": "a"}]})] == ["form"]
    assert pages_of({"fields": []}) == []


@pytest.mark.parametrize("junk", [None, 5, [], {"pages": "x"}, {"pages": [None, {"fields": [3, {"kind": "x"}]}]}])
def test_junk_reads_as_a_form_without_fields(junk):
    assert fields_of(junk) == []
