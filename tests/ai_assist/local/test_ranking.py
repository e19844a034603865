"""The looks at what the search found: whole texts by their phrases too, short questions without."""

from ai_assist.local.ranking import CLOSER, Candidate, fused
from ai_assist.local.similar import without_mail
from ai_assist.local.textmodel import says_something

LONG = (
    "The printer on the second floor reports a paper jam in tray two although there is no paper stuck in it and "
    "restarting it did not help at all"
)


def order(question, *texts):
    return [row.id for row, _score in fused(question, [Candidate(n, text, 0.5) for n, text in enumerate(texts)])]


def test_a_text_is_told_by_its_phrases():
    scattered = "paper two no tray second it reports help stuck restarting floor jam printer there all did"
    phrases = "a paper jam in tray two although there is no paper stuck in it"
    assert order(LONG, scattered, phrases)[0] == 1


def test_grammar_and_courtesy_are_no_phrases():
    polite = "Thank you for your help, it is not in the office and there is no one with whom we could have been at all"
    matter = "The paper jam of the second floor printer was a sensor in tray two"
    assert order(f"{LONG}. Thank you for your help, it is not in the office", polite, matter)[0] == 1


def test_the_subject_counts_more_than_what_follows():
    body = "I was told to write to you about the invoice of the supplier and the invoice of the hotel by the secretary"
    texts = ("About the invoice of the supplier", "About the broken scanner upstairs")
    assert order(f"Broken scanner upstairs\n{body}", *texts)[0] == 1


def test_a_short_question_is_told_by_its_letters():
    found = order("Drucker im Netzwerk", "Im Kalender steht nichts", "Netzwerkdruckers Papierfach")
    assert found[0] == 1


def test_only_the_best_get_the_last_look_and_nothing_is_no_trouble():
    assert len(order(LONG, *[f"printer number {n}" for n in range(CLOSER + 20)])) == CLOSER
    assert order(LONG) == []
    assert order("", "printer") == [0]


def test_words_that_are_no_reasons_are_not_told():
    assert [
        word
        for word in ("VPN", "the", "nicht", "grüßen", "gmail", "2026", "01d1eef4", "Zertifikat")
        if says_something(word)
    ] == [
        "VPN",
        "Zertifikat",
    ]


def test_who_a_mail_came_from_makes_no_ticket_like_another():
    mail = (
        "Laptop\nreceived from: a.b@mail.example\nVon: A B\nkeyboard, ask c.d@mail.example [cid:image001.png@01D1EE.F4]"
    )
    assert without_mail(mail).split() == ["Laptop", "keyboard,", "ask"]
    assert without_mail("An error from: the printer") == "An error from: the printer"
    assert without_mail("a.b@mail.example") == "a.b@mail.example"
