"""JSON and YAML: the same text for the same content, back without loss, and clear errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.definition import examples
from tests.workflows.definition.library import FILES, read
from workflows.definition.export import UnreadableText, from_text, to_json, to_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(texts, values, min_size=1, max_size=4))
def test_any_json_comes_back_as_it_was(document):
    for write in (to_json, to_yaml):
        text = write(document)
        assert from_text(text) == document
        assert write(from_text(text)) == text


@pytest.mark.parametrize("name", FILES)
def test_the_library_comes_back_as_it_was(name):
    assert from_text(to_yaml(read(name))) == read(name) == from_text(to_json(read(name)).encode())


def test_the_order_of_keys_does_not_depend_on_how_they_came():
    document = examples.every_kind()
    turned = dict(reversed(document.items()))
    assert to_yaml(turned) == to_yaml(document)
    assert to_yaml(document).startswith("schema: 1\n")


def test_words_and_dates_stay_texts_in_yaml():
    read_back = from_text("a: no\nb: 2026-12-31\nc: 010\nd: on\ne: 1_000\nf: 5\ng: true\nh: 1.5\ni:\n")
    expected = {"a": "no", "b": "2026-12-31", "c": "010", "d": "on", "e": "1_000"}
    assert read_back == expected | {"f": 5, "g": True, "h": 1.5, "i": None}


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("", "empty", 0),
        ("- 1\n", "no workflow", 0),
        ('{"a": 1, "a": 2}', "used twice", 0),
        ("b: 1\na: 1\na: 2", "used twice", 3),
        ("a: 1\nb: [1", "no valid YAML", 2),
        ('{"a": 1,\n "b" 2}', "", 2),
        ("a: !!python/object:os.system x", "Tags", 1),
        ("a: &x [1]\nb: [*x, *x]", "not allowed", 2),
        ("? [1]\n: 2", "must be a text", 1),
        ('{"a": NaN}', "no number", 0),
        ("a: 1\n---\nb: 2", "no valid YAML", 2),
        (b"\xff\xfe\xfa", "UTF-8", 0),
        ("x: " + "y" * 1_000_001, "larger than", 0),
        ("a: " + "[" * 500 + "]" * 500, "nested too deeply", 0),
        ('{"a": ' + "[" * 100_000, "nested too deeply", 0),
        ('{"a": ' + "9" * 5000 + "}", "", 0),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text, words, line):
    with pytest.raises(UnreadableText) as raised:
        from_text(text)
    assert words in str(raised.value)
    if line:
        assert raised.value.line == line
        assert f"Line {line}:" in str(raised.value)


def test_an_alias_bomb_is_refused_before_it_grows():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    with pytest.raises(UnreadableText, match="not allowed"):
        from_text("\n".join(lines))


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        assert isinstance(from_text(text), dict)
    except UnreadableText as error:
        assert str(error)
