"""Texts with {{ placeholders }}: filled once, typed in JSON, never logic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowtic.core.placeholders import CannotFill, as_json, check, check_json, fill, fill_json, names, secret_names

VALUES = {"name": "Rita", "amount": 12.5, "whole": 5.0, "on": True, "list": ["a", "b"], "ticket": {"number": "FT-1"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {{ name }}!", "Hello Rita!"),
        ("{{name}}{{  ticket.number  }}", "RitaFT-1"),
        ("{{ amount }} {{ whole }} {{ on }} {{ list }}", "12.5 5 true a, b"),
        ("[{{ missing }}][{{ ticket.gone.deep }}]", "[][]"),
        ("{{ name|upper }}{% now %}{{ 1+1 }}", "{% now %}"),
        ("{{ secret.KEY }}", ""),
        ("{ name } {{ name", "{ name } {{ name"),
    ],
)
def test_fill(text, expected):
    assert fill(text, VALUES) == expected


def test_values_are_not_filled_again():
    values = {"a": "{{ b }}{{ secret.KEY }}", "b": "x"}
    assert fill("{{ a }}", values, {"KEY": "hidden"}) == "{{ b }}{{ secret.KEY }}"
    assert fill_json({"k": "{{ a }}!"}, values, {"KEY": "hidden"}) == {"k": "{{ b }}{{ secret.KEY }}!"}


def test_values_cannot_break_out_of_an_address():
    assert fill("https://x/{{ a }}?q={{ a }}", {"a": "../&b=ä#"}, escape="url") == (
        "https://x/..%2F%26b%3D%C3%A4%23?q=..%2F%26b%3D%C3%A4%23"
    )
    assert fill("<{{ a }}>", {"a": "b"}, escape=str.upper) == "<B>"


def test_json_keeps_types():
    document = {"n": "{{ amount }}", "all": ["{{ list }}", "{{ missing }}", "is {{ on }}"], "{{ name }}": 1, "z": None}
    assert fill_json(document, VALUES) == {
        "n": 12.5,
        "all": [["a", "b"], None, "is true"],
        "Rita": 1,
        "z": None,
    }


def test_secrets_only_where_they_are_handed_in():
    assert fill("Bearer {{ secret.KEY }}", {"secret": {"KEY": "trap"}}, {"KEY": "s3"}) == "Bearer s3"
    assert fill("Bearer {{ secret.KEY }}", {"secret": {"KEY": "trap"}}) == "Bearer "
    with pytest.raises(CannotFill, match="KEY"):
        fill("{{ secret.KEY }}", {}, {})
    assert [problem.message for problem in check("{{ secret.KEY }}")]
    assert check("{{ secret.KEY }}", secrets=True) == []
    assert check("{{ secret.a-b }}", secrets=True)


def test_names():
    document = {"a": "{{ x.y }} {{ secret.K }}", "b": ["{{z}}", {"{{ k }}": "{{ bad name }}"}], "c": None}
    assert names(document) == {"x.y", "z", "k"}
    assert secret_names(document) == {"K"}
    assert names("{{ q }}") == {"q"}


@pytest.mark.parametrize(
    "text", ["{{ a|b }}", "{{ }}", "{{ a b }}", "{{ a", "{% if a %}", "{{ a.b() }}", "x" * 20_001, None]
)
def test_check_refuses(text):
    assert check(text)


def test_check_names_places_in_json():
    found = check_json({"a": ["ok {{ b }}", "{{ b|c }}"], "{{": 1})
    assert [problem.path for problem in found] == ["a.1", "{{"]


def test_results_are_bounded():
    with pytest.raises(CannotFill):
        fill("{{ a }}" * 1000, {"a": "x" * 1000})
    with pytest.raises(CannotFill):
        fill_json(["{{ a }}"] * 1000, {"a": "x" * 1000})
    nested = "x"
    for _ in range(30):
        nested = [nested]
    with pytest.raises(CannotFill):
        fill_json(nested, {})


@given(st.text(alphabet="{} ab.%|\n", max_size=200), st.dictionaries(st.sampled_from("ab"), st.text(max_size=10)))
def test_any_text_can_be_filled(text, values):
    assert isinstance(fill(text, values), str)
    assert isinstance(check(text), list)
    assert as_json(fill_json([text], values))
