"""Whole texts compared with everything that is indexed: what fits best, for whom, and how much work that may be."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from flowtic.core.search import best_matches, index_many, matching
from flowtic.core.search.frequencies import forget
from tests.core.search.conftest import KIND

TICKET = """Guten Morgen, seit heute früh ist der Netzwerkdrucker im zweiten Stock offline. Er zeigt den Fehler E-403 und
    ich kann meine Reisekostenabrechnung nicht ausdrucken. Bitte helfen Sie mir, vielen Dank und freundliche Grüße"""


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


@pytest.fixture(params=["all", "proposed"])
def few(request, monkeypatch):
    """Both ways to the candidates: all rows of a short list, and those the index proposes."""
    if request.param == "proposed":
        monkeypatch.setattr(matching, "CANDIDATES", 3)
    return request.param


def ids(found):
    return [row.object_id for row in found]


def best(text, **options):
    return best_matches(User.objects.all(), KIND, text, **options)


@pytest.fixture
def shelf(note):
    return {
        "printer": note("Drucker druckt nicht", "Der Drucker meldet Fehler E-403 und ist offline, bitte neu starten."),
        "expenses": note("Reisekosten abrechnen", "So wird die Reisekostenabrechnung ausgefüllt und eingereicht."),
        "vpn": note("VPN einrichten", "Der Tunnel braucht ein Zertifikat, bitte den Client neu starten."),
        "office": note("Büro reinigen", "Bitte den Müll rausstellen, vielen Dank."),
        "door": note("Tür klemmt", "Bitte die Scharniere ölen."),
    }


def test_the_most_telling_words_decide(shelf, few):
    found = best(TICKET)
    assert ids(found)[:2] == [shelf["printer"].pk, shelf["expenses"].pk]
    assert {"Netzwerkdrucker", "E", "403", "offline"} & set(found[0].words)
    assert 0 < found[1].score < found[0].score <= 1


def test_english_texts_and_other_endings_match_too(note, few):
    target = note("Resetting passwords", "How employees reset forgotten passwords for their accounts.")
    for n in range(5):
        note(f"Other {n}", "Meeting rooms are booked in the calendar.")
    assert ids(best("I forgot my account's password and need a reset"))[0] == target.pk


def test_compounds_are_found_by_their_parts(note, few):
    target = note("Netzwerkdrucker", "Einrichtung")
    for n in range(4):
        note(f"Thema {n}", "Heizung und Fenster")
    assert ids(best("Der Drucker geht nicht"))[:1] == [target.pk]


def test_notes_count_only_where_they_may_be_read(note, few):
    secret = note("Ticket", "nothing to see", "the customer Quarzhammer is bankrupt")
    for n in range(5):
        note(f"Filler {n}", "a lamp in the hall")
    assert best("Quarzhammer bankrupt") == []
    assert ids(best("Quarzhammer bankrupt", internal=True)) == [secret.pk]


def test_only_rows_of_the_queryset_are_given(note, few):
    mine, other = note("Drucker defekt", role="agent"), note("Drucker defekt")
    for n in range(5):
        note(f"Heizung {n}", role="agent")
    found = best_matches(User.objects.filter(role="agent"), KIND, "Drucker defekt")
    assert ids(found) == [mine.pk]
    assert other.pk not in ids(found)


def test_words_of_every_document_say_little(note):
    common = [note("Server", f"Rechnung Kunde Nummer {n}") for n in range(8)]
    rare = note("Server", "Rechnung Quarzhammer")
    found = best("Server Rechnung Quarzhammer")
    assert found[0].object_id == rare.pk
    assert found[0].score > 2 * max(row.score for row in found if row.object_id in {one.pk for one in common})


def test_courtesy_says_nothing(note, few):
    note("Vielen Dank", "Bitte, freundliche Grüße, guten Tag")
    for n in range(5):
        note(f"Heizung {n}")
    assert best("Vielen Dank") != []  # a heading is what it says
    assert best("Guten Tag, bitte helfen, vielen Dank und freundliche Grüße") == []


def test_limit_and_order_are_kept(shelf, few):
    assert len(best(TICKET, limit=1)) == 1
    scores = [row.score for row in best(TICKET)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "???", "und der die das", "\0\0", "a b c", "*", '"', "NEAR(x) AND OR -"])
def test_texts_without_a_word_find_nothing(shelf, few, text):
    assert best(text) == []


@pytest.mark.parametrize(
    "text", ["+drucker -vpn", '"drucker', "drucker*", "title_stems:drucker", "drucker) OR (vpn", "@2 drucker ~ < >"]
)
def test_nothing_in_a_text_is_an_instruction(shelf, few, text):
    assert shelf["printer"].pk in ids(best(text))


def test_a_huge_text_costs_no_more_than_a_long_one(shelf, few):
    huge = " ".join(f"wort{n}x Drucker" for n in range(60_000))
    with CaptureQueriesContext(connection) as asked:
        assert shelf["printer"].pk in ids(best(huge))
    assert len(asked) <= 10
    assert max(len(query["sql"]) for query in asked.captured_queries) < 20_000


def test_a_common_word_is_not_read_to_its_end(monkeypatch):
    """The rarest words are asked for first, and no more of them than the budget of postings allows."""
    people = User.objects.bulk_create(User(name=f"P{n}") for n in range(60))
    rows = [
        (one.pk, "", "Server " + ("Quarzhammer" if n == 7 else f"Kabel{n % 3}"), "") for n, one in enumerate(people)
    ]
    index_many(KIND, [(User.objects.get(name=f"P{n}").pk, *row[1:]) for n, row in enumerate(rows)])
    monkeypatch.setattr(matching, "CANDIDATES", 20)
    monkeypatch.setattr(matching, "POSTINGS", 5)
    asked = []
    real = matching._rarest
    monkeypatch.setattr(matching, "_rarest", lambda *a: asked.append(real(*a)) or asked[-1])
    found = best("Server Quarzhammer")
    assert found[0].object_id == User.objects.get(name="P7").pk
    assert ("server",) not in [match.tokens for match in asked[0]]
