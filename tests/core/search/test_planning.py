"""The choice between walking a list and asking the index."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from flowtic.core.search import filter_by_text, index_many, mysql
from flowtic.core.search.mysql import MysqlEngine
from flowtic.core.search.planning import Sample, Scope, take_sample
from flowtic.core.search.sqlite import SqliteEngine
from flowtic.core.search.text import parse_question
from tests.core.search.conftest import KIND

ENGINES = [SqliteEngine, MysqlEngine]


@dataclass
class Plan:
    text: str = "SCAN desk_ticket USING INDEX ticket_updated"

    def explain(self) -> str:
        return self.text


def sample(matching: int, *by_clause: int, rows: int = 100, documents: int = 100_000, plan: Any = None) -> Sample:
    question = parse_question(" ".join(["Drucker", "Rechnung", "Server"][: len(by_clause)]))
    return Sample(question, rows, matching, by_clause, documents, plan or Plan())


@pytest.mark.parametrize("engine", ENGINES)
def test_common_words_are_walked_to_and_rare_ones_asked_for(engine):
    assert sample(30, 30).favours_walking(engine.costs, 26)
    assert not sample(0, 0).favours_walking(engine.costs, 26)
    assert not sample(0, 40, 0).favours_walking(engine.costs, 26)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_short_list_is_compared_row_by_row(engine):
    assert sample(0, 0, rows=99).favours_walking(engine.costs, 26)


def test_who_reads_everything_asks_the_index_where_that_is_quick():
    assert not sample(30, 30).favours_walking(SqliteEngine.costs, 100_000)
    assert sample(30, 30).favours_walking(MysqlEngine.costs, 1000)


@pytest.mark.parametrize("text", ["USE TEMP B-TREE FOR ORDER BY", "1 SIMPLE t range Using where; Using filesort"])
def test_a_list_that_is_sorted_first_is_not_walked(text):
    assert not sample(30, 30, plan=Plan(text)).favours_walking(SqliteEngine.costs, 26)


def test_the_index_is_asked_for_the_rare_words_only():
    drucker, rechnung, server = parse_question("Drucker Rechnung Server")
    assert sample(0, 50, 0, 3).rarest_first == [rechnung, server]
    assert sample(5, 50, 40, 30).rarest_first == [server, rechnung, drucker]


@pytest.mark.parametrize("telling", ["Datenverarbeitungsanlage", "E-403", "10.0.0.7"])
def test_of_two_unknown_words_the_long_one_or_the_number_is_asked_for(telling):
    words = parse_question(f"Haus {telling}")
    found = Sample(words, 100, 0, (0, 0), 100_000, Plan())
    assert found.rarest_first == [words[1], words[0]]


@pytest.fixture
def crowd():
    """120 people; every second one has a printer, one an elephant."""
    people = User.objects.bulk_create(User(name=f"n{n:03}", role="agent" if n % 3 else "user") for n in range(120))
    texts = ["Drucker" if n % 2 else "Scanner" for n in range(120)]
    texts[7] = "Drucker Elefant"
    index_many(KIND, [(person.pk, person.name, text, "Notiz") for person, text in zip(people, texts, strict=True)])
    return people


def test_the_sample_counts_what_may_be_read(crowd):
    def look(rows: Any, text: str, internal_q: Q | None = None) -> tuple[int, int, tuple[int, ...]]:
        scope = Scope(3, internal=False, internal_q=internal_q, pk_field="pk")
        found = take_sample(rows, scope, parse_question(text))
        return found.rows, found.matching, found.by_clause

    rows = User.objects.order_by("pk")
    assert look(rows, "Drucker Scanner") == (100, 0, (50, 50))
    assert look(rows, "Elefant") == (100, 1, (1,))
    assert look(rows, "Notiz") == (100, 0, (0,))
    assert look(rows, "Notiz", Q(role="agent"))[1] == 66
    assert look(rows.none(), "Drucker") == (0, 0, (0,))
    assert look(rows.filter(role="user"), "Drucker") == (40, 20, (20,))


def test_any_kind_of_list_can_be_searched(crowd):
    annotated = User.objects.annotate(key=Case(When(role="agent", then=Value(1)), default=Value(0)), same=F("name"))
    lists = {
        "plain": User.objects.all(),
        "ordered by an annotation": annotated.order_by("-key", "-same", "pk"),
        "deferred": User.objects.only("pk").order_by("-pk"),
        "distinct": User.objects.filter(Q(role="agent") | Q(role="user")).distinct().order_by("name"),
        "values": User.objects.order_by("name").values("pk", "name"),
    }
    for name, rows in lists.items():
        assert len(filter_by_text(rows, KIND, "drucker")) == 60, name
        assert len(filter_by_text(rows, KIND, "elefant drucker", internal_q=Q(role="agent"))) == 1, name
        assert len(filter_by_text(rows, KIND, "notiz", internal_q=Q(role="agent"))) == 80, name


def test_a_foreign_key_can_name_the_object(crowd):
    from accounts.models import Department, Membership

    department = Department.objects.create(key="d", name_de="D", name_en="D")
    Membership.objects.bulk_create(Membership(user=person, department=department) for person in crowd)
    rows = Membership.objects.order_by("-pk")
    assert filter_by_text(rows, KIND, "elefant", pk_field="user_id").get().user_id == crowd[7].pk
    assert filter_by_text(rows, KIND, "drucker", pk_field="user_id").count() == 60


def test_the_engine_fits_the_database():
    from flowtic.core.search.engines import engine_of

    assert isinstance(engine_of(connection), {"sqlite": SqliteEngine, "mysql": MysqlEngine}[connection.vendor])


def test_a_phrase_is_asked_for_by_its_rarest_word():
    (clause,) = parse_question('"Rechnung liegt bei"')
    assert mysql._words(clause, {"rechnung": 9_000.0, "liegt": 25.0}.__getitem__) == "+(liegt)"
    assert mysql._words(clause, {"rechnung": 10.0, "liegt": 25.0}.__getitem__) == "+(rechnung)"


def test_among_words_that_no_sample_has_numbers_and_long_ones_come_first():
    (clause,) = parse_question("FT-2025-054321")
    assert mysql._words(clause, lambda _token: 25.0) == "+(054321 ft2025054321)"
