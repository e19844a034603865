"""Single words: what becomes one, what stays apart."""

import pytest

from flowtic.core.search.words import PAD, ends, forms

SAME = [
    ("Drucker", "Druckern", "Druckers"),
    ("Haus", "Häuser", "Häusern", "Haeuser", "HAUS"),
    ("verbinden", "verbindet", "verbinde"),
    ("Rechnung", "Rechnungen"),
    ("Passwort", "Passwörter", "Passwoerter"),
    ("München", "Muenchen", "Munchen", "MÜNCHEN"),
    ("Straße", "Strasse", "Straßen", "STRASSE"),
    ("Büro", "Buero"),
    ("café", "cafe", "CAFÉ"),
    ("Yılmaz", "yilmaz"),
]
SAME_IN_ENGLISH = [
    ("printer", "printers"),
    ("connect", "connection", "connected", "connecting"),
    ("issue", "issues"),
    ("update", "updates", "updating"),
    ("policy", "policies"),
]
COMPOUNDS = [
    ("Drucker", "Netzwerkdrucker"),
    ("Drucker", "Netzwerkdruckern"),
    ("Druckern", "Laserdrucker"),
    ("Drucker", "Druckerpatrone"),
    ("drucker", "netzwerkdrucker"),
    ("Haus", "Krankenhäuser"),
    ("Häuser", "Krankenhaus"),
    ("Gerät", "Ladegeräte"),
    ("Geraet", "Ladegerät"),
    ("Gerät", "Ladegeraets"),
    ("Einstellung", "Kontoeinstellungen"),
    ("Daten", "Patientendaten"),
    ("Daten", "Datenbank"),
    ("Kunden", "Kundendienst"),
    ("System", "Betriebssysteme"),
    ("Konto", "Benutzerkonto"),
    ("Mail", "Mailserver"),
    ("Mail", "Emails"),
    ("Rechnungen", "Rechnungsnummer"),
]
APART = [
    ("Drucker", "Eindruck"),
    ("Druck", "Ausdruck"),
    ("Druck", "beeindruckt"),
    ("Arbeit", "Bearbeitung"),
    ("Rechnung", "Abrechnung"),
    ("Schlüssel", "Verschlüsselung"),
    ("Tisch", "kritisch"),
    ("Tisch", "praktischen"),
    ("Auto", "automatisch"),
    ("Server", "Browserversion"),
    ("Eis", "Anweisung"),
    ("ändern", "and"),
]


def finds(word: str, text_word: str) -> bool:
    """Whether a question for one word matches another one in a text, by the rules of both sides."""
    asked, stored = forms(word), forms(text_word)
    stems = {stored.token, stored.english} - {""}
    if stems & ({asked.token, asked.english} - {""}):
        return True
    beginnings = ends(word)
    return any(stem.startswith(beginnings.starts) for stem in stems) or any(
        token.startswith(beginnings.behind) for token in stored.behind
    )


@pytest.mark.parametrize("words", [*SAME, *SAME_IN_ENGLISH], ids=lambda words: words[0])
def test_forms_of_a_word_find_each_other(words):
    missed = [(one, other) for one in words for other in words if not finds(one, other)]
    assert missed == []


@pytest.mark.parametrize(("word", "compound"), COMPOUNDS)
def test_a_word_finds_its_compounds(word, compound):
    assert finds(word, compound)


@pytest.mark.parametrize(("word", "other"), APART)
def test_words_that_only_look_alike_stay_apart(word, other):
    assert not finds(word, other)


@pytest.mark.parametrize("word", ["PC", "x", "7", "und", "The", "will", "www", "de", "ab"])
def test_short_words_and_stopwords_of_the_engines_are_padded(word):
    token = forms(word).token
    assert token.endswith(PAD)
    assert len(token) >= 3


def test_a_very_long_word_is_cut_on_both_sides():
    word = "Donau" * 40
    assert forms(word) == forms(word + "dampfer")
    assert len(forms(word).token) <= 50


@pytest.mark.parametrize("word", ["Привет", "κόσμος", "שלום", "مرحبا", "한국어"])
def test_other_scripts_are_left_as_they_are_but_for_case_and_accents(word):
    token = forms(word).token
    assert token == forms(word.upper()).token
    assert "_" not in token.removesuffix(PAD)
