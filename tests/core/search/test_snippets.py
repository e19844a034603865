"""Marks, snippets and spelling: pure functions over texts that somebody may read."""

import pytest

from flowtic.core.search.snippets import SHOWN, has_mark, marked, snippet
from flowtic.core.search.spelling import closest, distance

LONG = "Vorwort ohne Belang. " * 40 + "Der Netzwerkdrucker meldet Fehler E-403. " + "Nachwort ohne Belang. " * 40


def text_of(pieces):
    return "".join(text for text, _mark in pieces)


def marks(pieces):
    return [text for text, mark in pieces if mark]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Der Netzwerkdrucker ist aus", "drucker", ["Netzwerkdrucker"]),
        ("Druckerpatrone und Drucker", "drucker", ["Druckerpatrone", "Drucker"]),
        ("Der Eindruck täuscht", "druck", []),
        ("Passwörter in München", "passwort muenchen", ["Passwörter", "München"]),
        ("Two issues were reported", "issue report", ["issues", "reported"]),
        ("Die Rechnung liegt bei. Rechnung folgt", '"Rechnung liegt bei"', ["Rechnung liegt bei"]),
        ("Der Rechner und die Rechnung", "rech*", ["Rechner", "Rechnung"]),
        ("Fehler E-403 am Gerät", "E-403", ["E-403"]),
        ("The IT asked if it works", "IT", ["IT"]),
        ("nothing here", "???", []),
    ],
)
def test_the_words_of_the_question_are_marked_as_they_are_written(text, question, expected):
    pieces = marked(text, question)
    assert marks(pieces) == expected
    assert text_of(pieces) == text


def test_markup_stays_text():
    pieces = marked("<script>alert(1)</script> drucker <b>", "drucker script")
    assert text_of(pieces) == "<script>alert(1)</script> drucker <b>"
    assert marks(pieces) == ["script", "script", "drucker"]


def test_the_snippet_is_cut_around_the_hits():
    pieces = snippet(LONG, "drucker E-403")
    assert marks(pieces) == ["Netzwerkdrucker", "E-403"]
    shown = text_of(pieces)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= SHOWN + 4
    assert all(word in LONG for word in shown.strip(" …").split())


def test_the_place_with_most_different_words_wins():
    text = "Drucker Drucker Drucker. " + "leer " * 100 + "Der Drucker braucht Toner."
    assert "Toner" in text_of(snippet(text, "drucker toner"))


def test_signs_of_markdown_are_left_out():
    text = "# Titel\n> Zitat\n- der **Drucker** im *Flur* ([Anleitung](https://x.example/a)) `E-403` kostet 3*4 a_b"
    assert text_of(snippet(text, "drucker")) == "Titel Zitat der Drucker im Flur (Anleitung) E-403 kostet 3*4 a_b"


def test_without_a_hit_the_beginning_is_shown():
    pieces = snippet(LONG, "quarzhammer")
    assert not has_mark(pieces)
    assert text_of(pieces).startswith("Vorwort")
    assert snippet("", "x") == []
    assert text_of(snippet("kurz", "x")) == "kurz"


@pytest.mark.parametrize(
    ("word", "among", "expected"),
    [
        ("Druker", ["Rechnung", "Drucker"], "Drucker"),
        ("Netzwekr", ["Netzwerk"], "Netzwerk"),
        ("Zertifkat", ["Zertifikat"], "Zertifikat"),
        ("Muler", ["Müller", "Maler"], "Maler"),
        ("Drucker", ["Drucker", "Brucker"], None),
        ("vpn", ["vpm"], None),
        ("K12345", ["K12346"], None),
        ("Haus", ["Rechnung", "Verwaltung"], None),
    ],
)
def test_the_nearest_word_is_what_was_meant(word, among, expected):
    assert closest(word, among) == expected


def test_distance_counts_a_swap_as_one_and_gives_up_early():
    assert distance("netzwerk", "netzwekr", 2) == 1
    assert distance("haus", "maus", 2) == 1
    assert distance("a" * 50, "b" * 50, 2) == 3
    assert distance("abc", "abcdefgh", 2) == 3
