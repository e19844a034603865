"""The search field's language."""

import pytest

from flowtic.core.search.operators import MAX_OPERATORS, read_question


def pairs(text):
    return [(operator.name, operator.value) for operator in read_question(text).operators]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:open", [("status", "open")]),
        ("Status:offen", [("status", "offen")]),
        ("von:anna an:ich", [("from", "anna"), ("to", "ich")]),
        ('from:"Anna Schmidt" drucker', [("from", "Anna Schmidt")]),
        ("von:„Anna Schmidt“", [("from", "Anna Schmidt")]),
        ("abteilung:IT priorität:hoch ist:offen", [("department", "IT"), ("priority", "hoch"), ("is", "offen")]),
        ("PRIORITÄT:hoch", [("priority", "hoch")]),
        ("created:>2026-01-01 erstellt:2026", [("created", ">2026-01-01"), ("created", "2026")]),
        ("assignee:none", [("to", "none")]),
    ],
)
def test_operators_in_both_languages(text, expected):
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text", ["http://example.com", "Fehler:403", "status:", "status: open", "xstatus:open", "10:30", "a:b", ":", "::"]
)
def test_what_is_no_operator_stays_a_word(text):
    asked = read_question(text)
    assert asked.operators == ()
    assert asked.words == " ".join(text.split())


def test_words_phrases_and_operators_are_kept_apart():
    asked = read_question('  drucker status:open "rechnung liegt bei"   tag:vpn ')
    assert asked.words == 'drucker "rechnung liegt bei"'
    assert asked.values("tag") == ["vpn"]
    assert asked.names == {"status", "tag"}


@pytest.mark.parametrize(
    ("text", "numbers", "words"),
    [
        ("#123", ("123",), ""),
        ("FT-2026-000123", ("FT-2026-000123",), "FT-2026-000123"),
        ("ft-2026-123 drucker", ("ft-2026-123",), "ft-2026-123 drucker"),
        ("#12 #12 drucker", ("12",), "drucker"),
        ("abc#12 #1a2", (), "abc#12 #1a2"),
    ],
)
def test_numbers(text, numbers, words):
    asked = read_question(text)
    assert (asked.numbers, asked.words) == (numbers, words)


def test_nothing_breaks_it():
    for text in ("\0", "status:\0", '"' * 5000, "status:a " * 500, "#" * 3000, "a:" * 2000, "status:" + "x" * 100_000):
        asked = read_question(text)
        assert len(asked.operators) <= MAX_OPERATORS
        assert len(asked.text) <= 1_000
    assert read_question("   ").is_blank
    assert read_question("\0").is_blank
