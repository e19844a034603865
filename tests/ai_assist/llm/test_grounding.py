"""No source, no claim."""

import pytest

from ai_assist.llm.grounding import cleaned, grounded, is_courtesy, quotes


@pytest.mark.parametrize(
    ("text", "kept", "cut"),
    [
        ("Restart the client [1].", "Restart the client [1].", 0),
        ("Restart the client. [1]", "Restart the client [1].", 0),
        ("Restart the client.", "", 1),
        ("Restart the client [7].", "", 1),
        ("Restart it [1]. It costs nothing. Then log in [2][7].", "Restart it [1]. Then log in [2].", 1),
        ("Restart it [1, 2].", "Restart it [1][2].", 0),
        ("Guten Tag Frau Reiter,\n\nalles neu starten.\n\nViele Grüße", "Guten Tag Frau Reiter,\n\nViele Grüße", 1),
        ("Danke. Öffnen Sie z. B. die Einstellungen [1].", "Danke. Öffnen Sie z. B. die Einstellungen [1].", 0),
        ("Since when do you see it?", "Since when do you see it?", 0),
        ("Please do this [1]:\n1. Open it.\n2. Close it.", "Please do this [1]:\n1. Open it.\n2. Close it.", 0),
        ("Please do this:\n- Open it [1].\n- Burn it.", "Please do this:\n- Open it [1].", 1),
        ("Please do this:\n- Burn it.", "", 2),
        ("Thank you, your password is hunter2.", "", 1),
        ("Thanks! See https://evil.example for more.", "Thanks!", 1),
        ("Best regards\nAlan Agent", "Best regards\nAlan Agent", 0),
    ],
)
def test_what_is_left(text, kept, cut):
    found = grounded(text, 2)
    assert (found.text, found.cut) == (kept, cut)


def test_the_sources_that_are_named():
    assert grounded("A is so [2]. B is so [1]. C is so [2].", 3).used == (2, 1)


def test_nothing_is_a_source_when_there_is_none():
    assert grounded("A is so [1].", 0).text == ""


def test_what_still_grows_is_shown_to_its_last_sentence():
    assert grounded("One is so [1]. Lie. And the next", 1, growing=True).text == "One is so [1]. And the next"


@pytest.mark.parametrize(
    "text", ["Hello Rita,", "Thank you for your patience.", "Bei Rückfragen melden Sie sich gern.", ""]
)
def test_courtesy(text):
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["Dear Rita, your code is 1234.", "Restart now.", "Delete all files!", "Hi " + "x" * 200]
)
def test_no_courtesy(text):
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("![x](http://sink.example/?d=1) Hi", "x Hi"),
        ("![alt][r]\n\n[r]: http://sink.example/x", "alt"),
        ("[click](http://sink.example) now", "click now"),
        ("[click](javascript:alert(1)) now", "click now"),
        ("see http://sink.example/a?b=c now", "see […] now"),
        ("see www.sink.com now", "see […] now"),
        ("see sink.com now", "see […] now"),
        ("<img src=http://sink.example/x> <b hx-get='/x'>bold</b>", "bold"),
        ("<http://sink.example>", "<[…]>"),
        ("a<!-- hidden -->b\u200b\U000e0041", "ab"),
        ("see https://wiki.corp.example/vpn", "see https://wiki.corp.example/vpn"),
        ("[wiki](https://wiki.corp.example/vpn)", "[wiki](https://wiki.corp.example/vpn)"),
        ("mail to help@corp.example", "mail to help@corp.example"),
    ],
)
def test_links_lead_nowhere_else(text, clean):
    assert cleaned(text, {"wiki.corp.example"}) == clean


def test_words_of_internal_sources_are_found():
    inside = {1: "The master password of the switch is KBSECRET-71d0 and lies in the safe", 2: "Nothing here"}
    assert quotes("Use KBSECRET-71d0 please", inside, "") == (1,)
    assert quotes("the master password of the switch is known", inside, "") == (1,)
    assert quotes("Use kbsecret-71d0", inside, "The requester wrote KBSECRET-71d0") == ()
    assert quotes("The switch has a password", inside, "") == ()


def test_long_answers_take_no_time():
    text = ("[1]" * 2000 + " a. b! c? " + "[x](" * 500 + "http://" * 300) * 3
    grounded(cleaned(text), 3)
