"""The looks at what the search found: whole texts by their phrases too, short questions without."""

from ai_assist.local.ranking import CLOSER, Candidate, fused
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


def test_a_short_question_is_told_by_its_letters():
    found = order("Drucker im Netzwerk", "Im Kalender steht nichts", "Netzwerkdruckers Papierfach")
    assert found[0] == 1


def test_only_the_best_get_the_last_look_and_nothing_is_no_trouble():
    assert len(order(LONG, *[f"printer number {n}" for n in range(CLOSER + 20)])) == CLOSER
    assert order(LONG) == []
    assert order("", "printer") == [0]


def test_words_that_are_no_reasons_are_not_told():
    assert [
        word for word in ("VPN", "the", "nicht", "grüßen", "gmail", "2026", "Zertifikat") if says_something(word)
    ] == [
        "VPN",
        "Zertifikat",
    ]
