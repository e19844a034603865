"""Patterns match like Python's, in linear time, and refuse what they do not know."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.formschema import patterns


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        (r"[A-Z]{2}-\d+", ["AB-1", "XY-123"], ["A-1", "ab-1", "AB-"]),
        (r"^DE\d{20}$", ["DE" + "1" * 20], ["DE" + "1" * 19]),
        (r"(red|green)( light)?", ["red", "green light"], ["red  light", ""]),
        (r"[^@\s]+@[\w.-]+", ["a@b.c"], ["a b@c"]),
        (r"a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
        (r"a{2,}", ["aa", "a" * 50], ["a"]),
        (r"\.\$\(", [".$("], ["a$("]),
        (r"[]a-]", ["]", "a", "-"], ["b"]),
        (r"(?:ab)*", ["", "abab"], ["aba"]),
        (r"[äöü]+", ["äö"], ["a"]),
    ],
)
def test_patterns_match_the_whole_text(pattern, fits, fails):
    assert patterns.check(pattern) == ""
    assert [text for text in fits if not patterns.matches(pattern, text)] == []
    assert [text for text in fails if patterns.matches(pattern, text)] == []


@pytest.mark.parametrize(
    "pattern",
    ["", "(", ")", "[a", "a{", "a{3,1}", "a**", "*a", r"(a)\1", "(?=a)", "(?P<n>a)", "\\", r"\b", "x" * 201, "[z-a]"],
)
def test_what_is_not_known_is_refused_with_a_sentence(pattern):
    assert patterns.check(pattern)
    assert not patterns.matches(pattern, "a")


@pytest.mark.parametrize(
    "pattern", ["((((a{999}){999}){999}){999})", "((((){999}){999}){999})", "(a?){9999}", "(" * 100]
)
def test_a_pattern_that_grows_too_large_is_refused_at_once(pattern):
    start = time.perf_counter()
    assert patterns.check(pattern)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*a*b", "(.*)*(.*)*(.*)*x", "(a?){100}a{100}"]
)
def test_no_pattern_takes_long(pattern):
    """Each of these keeps a backtracking matcher busy for years."""
    assert patterns.check(pattern) == ""
    start = time.perf_counter()
    assert not patterns.matches(pattern, "a" * 999 + "!")
    assert time.perf_counter() - start < 2


def test_a_long_text_fits_nothing():
    assert patterns.matches("a*", "a" * 1000)
    assert not patterns.matches("a*", "a" * 1001)


@st.composite
def some_patterns(draw):
    atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "1", "[a-c1-3]"])
    return draw(
        st.recursive(
            atoms,
            lambda inner: st.one_of(
                st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}"])).map(
                    lambda pair: f"({pair[0]}){pair[1]}"
                ),
                st.lists(inner, min_size=1, max_size=3).map("".join),
                st.lists(inner, min_size=1, max_size=3).map(lambda ways: f"({'|'.join(ways)})"),
            ),
            max_leaves=6,
        )
    )


@settings(max_examples=200, deadline=None)
@given(some_patterns(), st.text(alphabet="ab1 c", max_size=8))
def test_they_agree_with_python(pattern, text):
    if len(pattern) <= patterns.LONGEST_PATTERN:
        assert patterns.matches(pattern, text) == bool(re.fullmatch(pattern, text)), pattern
