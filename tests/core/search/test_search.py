"""What is found, by whom, on the database in use and on both ways to the rows."""

import random

import pytest
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from flowtic.core.models.search import SearchDocument
from flowtic.core.search import (
    append_text,
    count_matches,
    filter_by_text,
    index_document,
    index_many,
    remove_document,
)
from flowtic.core.search.text import index_text, parse_question
from tests.core.search.conftest import KIND

# fmt: off
HOSTILE = [
    '"', '""', '"""', "'", "\\", "\\'", "%", "_", "%%s", "%s", "{0}", "*", "**", "a*", "-a", "+a", "~a", "<a", ">a",
    "@5", "a AND b", "a OR", "NOT a", "NEAR(a b, 2)", "NEAR/2", "a:b", "title_stems:a", "{title_stems}: a",
    "^a", "(a", "a)",
    "a\x00b", "\x00", "\ud7ff", "\U0001f600", "a\nb\tc", "C++", "C#", "foo@bar.de", "--", "/*", "*/", "; DROP x",
    "1e9", "-x", "+ -", "a" * 10_000, "wort " * 500, '"' + "wort " * 500 + '"', "it* ", "x*", "ß", "ﬁ",
    "٣٤", "𝟙", "電" * 300, "_it",
]
# fmt: on


def found(question: str, **options) -> set[str]:
    return set(filter_by_text(User.objects.order_by("-pk"), KIND, question, **options).values_list("name", flat=True))


@pytest.mark.usefixtures("way")
class TestMatching:
    def test_all_words_must_be_there_in_whatever_part(self, note):
        note("Drucker", "im zweiten Stock", "Techniker war da")
        note("Scanner", "im zweiten Stock")
        assert found("stock drucker") == {"Drucker"}
        assert found("stock") == {"Drucker", "Scanner"}
        assert found("drucker techniker stock", internal=True) == {"Drucker"}
        assert found("drucker aufzug") == set()

    @pytest.mark.parametrize(
        "question",
        ["Drucker", "Patrone", "Häuser", "Muenchen", "strasse", "IT", "PC", "und", "E-403", "E403", "FT-2026-000123",
         "10.0.0.7", "printer", "connecting", "anna.schmidt@firma.example", '"liegt noch in München"', "电脑", "привет",
         "drucker und", "Netzw* PC"],
    )  # fmt: skip
    def test_finds_words_numbers_and_addresses(self, note, question):
        note(
            "hit",
            "Der Netzwerkdrucker der IT (FT-2026-000123) liegt noch in München, Haus 4, Mühlstraße. Druckerpatronen, "
            "PC und E-403 an 10.0.0.7. Printers lost connection. Von Anna.Schmidt@firma.example 我的电脑 Привет",
        )
        note("Tintenpatrone", "nichts davon")
        assert "hit" in found(question)

    def test_a_phrase_is_found_in_its_order_only(self, note):
        note("one", "Die Rechnung liegt bei")
        note("two", "Bei der Rechnung liegt es")
        assert found('"rechnung liegt bei"') == {"one"}
        assert found('"rechnung liegt"') == {"one", "two"}

    def test_no_question_is_an_error_or_finds_everything(self, note):
        note("Ωμέγα", "Ωμέγα")
        for question in HOSTILE:
            for options in ({}, {"internal": True}, {"internal_q": Q(role="agent"), "typing": True}):
                assert found(question, **options) == set(), question

    def test_nothing_asked_changes_nothing_and_no_word_finds_nothing(self, note):
        note("Gurke")
        assert found("  ") == {"Gurke"}
        assert found("?!") == set()

    def test_later_filters_order_and_limit_apply(self, note):
        people = [note("Gurke", role=role) for role in ("user", "agent", "agent", "agent")]
        rows = filter_by_text(User.objects.order_by("pk"), KIND, "gurke").filter(role="agent").order_by("-pk")[:2]
        assert [row.pk for row in rows] == [people[3].pk, people[2].pk]

    def test_another_kind_is_not_found(self, note):
        person = note("Gurke")
        index_document("ticket", person.pk, title="Melone")
        assert found("Melone") == set()
        assert found("Gurke") == {"Gurke"}


@pytest.mark.usefixtures("way")
class TestNotes:
    """INTERNAL-9f3c stands in notes only."""

    @pytest.fixture(autouse=True)
    def _notes(self, note):
        note("mine", "Drucker", "geheim INTERNAL-9f3c", role="agent")
        note("other", "Drucker", "geheim INTERNAL-9f3c")

    @pytest.mark.parametrize(
        "question",
        ["INTERNAL-9f3c", "9f3c", "internal-9*", "INTERN*", '"geheim INTERNAL"', "geheim", "mieheg", "drucker geheim"],
    )
    def test_requesters_do_not_find_them(self, question):
        assert found(question) == set()
        assert found(question, typing=True) == set()

    @pytest.mark.parametrize("question", ["INTERNAL-9f3c", "drucker geheim", '"geheim INTERNAL"', "internal-9*"])
    def test_agents_find_them_in_their_own_rows_only(self, question):
        assert found(question, internal_q=Q(role="agent")) == {"mine"}
        assert found(question, internal=True) == {"mine", "other"}
        assert found(question, internal_q=Q(pk__in=[])) == set()

    def test_the_public_part_of_the_others_is_found(self):
        assert found("drucker", internal_q=Q(role="agent")) == {"mine", "other"}


@pytest.mark.usefixtures("way")
class TestChanges:
    def test_a_text_added_is_found_where_it_belongs(self, note):
        person = note("Titel", "Anfang")
        append_text(KIND, person.pk, public="Nachtrag Gurke")
        append_text(KIND, person.pk, internal="Melone")
        append_text(KIND, person.pk, public="", internal="")
        assert found("Anfang Gurke Titel") == {"Titel"}
        assert found("Melone") == set()
        assert found("Melone Gurke", internal=True) == {"Titel"}

    def test_a_text_added_to_nothing_makes_the_document(self):
        person = User.objects.create(name="new")
        append_text(KIND, person.pk, public="Gurke", internal="Melone")
        assert found("Gurke") == {"new"}
        assert found("Melone", internal=True) == {"new"}

    def test_what_is_replaced_or_removed_is_not_found_any_more(self, note):
        person = note("Titel", "Gurke", "Melone")
        index_document(KIND, person.pk, title="Titel", public="Kürbis")
        assert found("Gurke") == found("Melone", internal=True) == set()
        assert found("Kürbis") == {"Titel"}
        remove_document(KIND, person.pk)
        remove_document(KIND, person.pk)
        assert found("Kürbis") == found("Titel") == set()

    def test_many_at_once(self):
        people = User.objects.bulk_create(User(name=f"n{n}") for n in range(3))
        rows = [(person.pk, f"Titel {person.name}", "Gurke", "Melone") for person in people]
        assert index_many(KIND, iter(rows), new=True) == 3
        assert index_many(KIND, [(people[0].pk, "Anders", "", "")]) == 1
        assert found("Gurke") == {"n1", "n2"}
        assert found("Anders") == {"n0"}

    def test_a_transaction_undone_leaves_nothing(self, note):
        person = note("Titel", "Gurke")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            append_text(KIND, person.pk, public="Melone")
            index_document(KIND, 10**6, public="Melone")
            raise ZeroDivisionError
        assert SearchDocument.objects.count() == 1
        assert found("Melone") == set()
        assert found("Gurke") == {"Titel"}


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="postcard"):
        index_document("postcard", 1, title="x")


def test_only_stems_are_stored(note):
    note("Vertrauliche Angelegenheiten", "Überweisungen")
    document = SearchDocument.objects.get()
    assert "Vertrauliche" not in document.title_stems
    assert "vertraulich" in document.title_stems
    assert document.public_stems.startswith(" uberweis ")


def test_counting_stops_at_the_cap(note):
    for _ in range(5):
        note("Gurke")
    rows = filter_by_text(User.objects.all(), KIND, "gurke", wanted=3)
    assert count_matches(rows, cap=3) == 4
    assert count_matches(rows, cap=10) == 5


def test_a_search_costs_two_queries(note, django_assert_num_queries):
    note("Gurke")
    with django_assert_num_queries(2):
        list(filter_by_text(User.objects.order_by("-pk"), KIND, "gurke und melone", internal_q=Q(role="agent")))


# ---- against a plain reading of the same tokens ----------------------------------------

WORDS = """
    Drucker Netzwerkdrucker Druckerpatrone Eindruck Haus Häuser Krankenhaus und der IT PC E-403 10.0.0.7 Daten
    Datenbank Patientendaten printer printers connection connecting issue 电脑 München Muenchen a@b.example
"""


def expected(question: str, parts: tuple[str, ...]) -> bool:
    text = "".join(f" {index_text(part).tokens} " for part in parts)
    return all(
        any(f" {' '.join(match.tokens)}" + " " * (not match.open_end) in text for match in clause)
        for clause in parse_question(question)
    )


def test_both_ways_find_what_a_plain_reading_finds(way, monkeypatch):
    monkeypatch.setattr("flowtic.core.search.planning.WINDOW", 10)
    rng, words = random.Random(7), WORDS.split()
    texts = [tuple(" ".join(rng.choices(words, k=rng.randint(0, 5))) for _part in range(3)) for _row in range(60)]
    people = User.objects.bulk_create(User(name=str(n), role=rng.choice(["user", "agent"])) for n in range(60))
    index_many(KIND, [(person.pk, *text) for person, text in zip(people, texts, strict=True)], new=True)
    hits = 0
    for _ in range(40):
        question = " ".join(rng.choices([*words, '"Drucker und"', "Net*"], k=rng.randint(1, 3)))
        public = {n for n, text in enumerate(texts) if expected(question, text[:2])}
        everything = {n for n, text in enumerate(texts) if expected(question, text)}
        agents = {n for n, person in enumerate(people) if person.role == "agent"}
        assert {int(name) for name in found(question)} == public, question
        assert {int(name) for name in found(question, internal=True)} == everything, question
        mixed = {int(name) for name in found(question, internal_q=Q(role="agent"))}
        assert mixed == public | (everything & agents), question
        hits += len(mixed)
    assert hits > 100, "the words were chosen to be found"


@pytest.mark.mysql_only
def test_a_stale_entry_of_the_index_finds_nothing(way, note):
    person = note("Titel", "Gurke")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_searchdocument SET public_stems = ' ' WHERE object_id = %s", [person.pk])
    assert found("Gurke") == set()
