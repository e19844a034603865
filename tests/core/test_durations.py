"""Lengths of time as ISO 8601 text."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from flowtic.core import durations


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P3D", timedelta(days=3)),
        ("PT2H30M", timedelta(hours=2, minutes=30)),
        ("P1DT1S", timedelta(days=1, seconds=1)),
        ("P2W", timedelta(weeks=2)),
        ("-P1D", timedelta(days=-1)),
        ("PT0S", timedelta()),
        ("PT90M", timedelta(minutes=90)),
    ],
)
def test_what_people_write_is_read(text, length):
    assert durations.parse(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "3D",
        "P3",
        "P-3D",
        "PT1.5H",
        "P1Y",
        "P1M",
        "P1W2D",
        "p3d",
        "P3DT",
        " P3D",
        "P٣D",
        "P999999D",
        "--P1D",
        "P" + "9" * 60 + "D",
        None,
        5,
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"\w+ .*\.$"):
        durations.parse(text)


@given(st.integers(-36_500 * 86_400, 36_500 * 86_400))
def test_text_and_parse_are_each_others_opposite(seconds):
    length = timedelta(seconds=seconds)
    assert durations.parse(durations.text(length)) == length
    assert durations.words(length)


@given(st.text(max_size=20))
def test_words_never_fail_and_are_never_empty(text):
    assert durations.words(text)


def test_words_name_every_unit():
    with translation.override("en"):
        assert durations.words("PT2H30M") == "2 hours 30 minutes"
        assert durations.words(timedelta(days=1, seconds=1)) == "1 day 1 second"
        assert durations.words("P1W") == "7 days"
        assert durations.words("-P1D") == "−1 day"
        assert durations.words("PT0S") == "0 minutes"
        assert durations.words("soon") == "soon"
