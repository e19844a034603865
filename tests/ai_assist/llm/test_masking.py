"""Personal data leaves masked and comes back whole."""

import pytest

from ai_assist.masking import Masker, is_iban, name_index

ALL = ("names", "emails", "phones", "ibans")
KNOWN = name_index(["Mara Lindqvist", "Jürgen Müller-Lüdenscheidt", "Otto Fremd"])


def masker(kinds=ALL, **fields):
    return Masker(kinds, people=["Rita Reiter"], known=KNOWN, **fields)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to rita.reiter@example.test.", "Write to [EMAIL_1]."),
        ("Rita Reiter called.", "[NAME_1] called."),
        ("RITA REITER called.", "[NAME_1] called."),
        ("Reiter, Rita called.", "[NAME_1] called."),
        ("Frau Reiter und Rita, Reiters Gerät", "Frau [NAME_1] und [NAME_2], [NAME_3] Gerät"),
        ("Ask Mara Lindqvist.", "Ask [NAME_1]."),
        ("Juergen Mueller-Luedenscheidt ist da", "[NAME_1] ist da"),
        ("Herr Unbekannt ruft an", "Herr [NAME_1] ruft an"),
        ("Sehr geehrter Herr Dr. Zufall,", "Sehr geehrter Herr Dr. [NAME_1],"),
        # Of people who have nothing to do with the ticket a word alone is a word.
        ("Das ist ein Fremd wort, Mara.", "Das ist ein Fremd wort, Mara."),
        ("Tel. +49 221 5550 147, heute", "Tel. [PHONE_1], heute"),
        ("(0221) 55 50-147 anrufen", "[PHONE_1] anrufen"),
        ("0171/1234567", "[PHONE_1]"),
        ("IBAN DE89 3704 0044 0532 0130 00 bitte", "IBAN [IBAN_1] bitte"),
        ("DE89370400440532013000 OK", "[IBAN_1] OK"),
        ("de89370400440532013000", "[IBAN_1]"),
    ],
)
def test_what_is_masked(text, masked):
    hidden = masker()
    assert hidden.mask(text) == masked
    assert hidden.restore(hidden.mask(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ticket FT-2026-000123 since 01.02.2026 10:15",
        "Version 10.4.2 on 192.168.10.20 port 8443",
        "Error 0x80070005 and 0800",
        "Am 03.11.2026 um 08:30 Uhr, Raum 3.114",
        "see a@b and x @ y",
        "12345678901234567890",
    ],
)
def test_what_is_no_personal_data(text):
    assert masker().mask(text) == text


def test_the_same_value_has_the_same_placeholder_in_all_texts():
    hidden = masker()
    assert hidden.mask("Rita Reiter") == hidden.mask("Rita Reiter") == "[NAME_1]"
    assert hidden.mask("rita@example.test and otto@example.test") == "[EMAIL_1] and [EMAIL_2]"


def test_only_what_is_asked_for():
    text = "Rita Reiter, rita@example.test, +49 221 5550147"
    assert masker(("emails",)).mask(text) == "Rita Reiter, [EMAIL_1], +49 221 5550147"
    assert masker(()).mask(text) == text


def test_own_words_are_always_masked():
    hidden = masker((), words=["Projekt Adler", "Adler"])
    assert hidden.mask("projekt adler, ADLER, Adlerhorst") == "[WORD_1], [WORD_2], Adlerhorst"
    assert hidden.restore("[WORD_1]") == "projekt adler"


@pytest.mark.parametrize("echo", ["[NAME_1]", "NAME_1", "[name_1]", "[NAME 1]"])
def test_models_may_write_placeholders_carelessly(echo):
    hidden = masker()
    hidden.mask("Rita Reiter")
    assert hidden.restore(f"Dear {echo}, hello") == "Dear Rita Reiter, hello"


def test_typed_placeholders_become_nobodys_name():
    hidden = masker()
    text = "I write [NAME_1] and Rita Reiter"
    assert hidden.mask(text) == "I write [WORD_1] and [NAME_1]"
    assert hidden.restore(hidden.mask(text)) == text


def test_unknown_placeholders_stay():
    assert masker().restore("Dear [NAME_7]") == "Dear [NAME_7]"


def test_half_a_placeholder_is_not_shown():
    hidden = masker()
    hidden.mask("Rita Reiter")
    assert hidden.restore("Dear [NAM", growing=True) == "Dear "
    assert hidden.restore("Dear [NAME_1]", growing=True) == "Dear Rita Reiter"


def test_values_inside_json_come_back():
    hidden = masker()
    hidden.mask("Rita Reiter")
    assert hidden.restore_all({"a": ["[NAME_1]", 3, None]}) == {"a": ["Rita Reiter", 3, None]}


def test_checksums():
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("DE00 3704 0044 0532 0130 00")
    assert not is_iban("DE89")


def test_long_texts_take_no_time():
    text = ("+" + "0" * 50 + " " + "DE89" + "A" * 60 + " a@" + "b." * 40 + " Frau ") * 200
    assert masker().mask(text)
