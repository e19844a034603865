"""`manage.py rebuild_search`: everything again, resumable, nothing left behind."""

import pytest
from django.core.management import call_command

from accounts.models import User
from flowtic.core.models import Counter
from flowtic.core.models.search import SearchDocument
from flowtic.core.search import documents, filter_by_text, index_document
from tests.core.search.conftest import KIND


@pytest.fixture
def people(monkeypatch):
    """Seven people, two of a batch, not indexed; their name is what can be searched."""
    monkeypatch.setattr(documents, "BATCH", 2)
    monkeypatch.setattr(documents, "_sources", {})
    documents.register_source(KIND, rows)
    return User.objects.bulk_create(User(name=f"Gurke{n}") for n in range(7))


def rows(after_id, limit):
    for person in User.objects.filter(pk__gt=after_id).order_by("pk")[:limit]:
        yield person.pk, person.name, "Salat", "Essig"


def rebuild(*arguments):
    call_command("rebuild_search", "--kind", KIND, *arguments)


def found(text):
    return {person.name for person in filter_by_text(User.objects.all(), KIND, text, internal=True)}


@pytest.mark.parametrize("arguments", [(), ("--restart",), ("--fresh",)])
def test_everything_is_indexed_and_strangers_are_gone(people, arguments, capsys):
    index_document(KIND, people[2].pk, title="veraltet")
    index_document(KIND, people[-1].pk + 5, title="Waise")
    people[4].delete()
    gone = people[4].pk
    index_document(KIND, people[3].pk + 1, title="Waise")

    rebuild(*arguments)

    assert found("salat essig") == {f"Gurke{n}" for n in (0, 1, 2, 3, 5, 6)}
    assert found("Gurke4") == found("veraltet") == set()
    indexed = set(SearchDocument.objects.values_list("object_id", flat=True))
    assert indexed == {person.pk for person in people} - {gone, None}
    assert not Counter.objects.filter(name__startswith="rebuild_search").exists()
    assert "6 written" in capsys.readouterr().out


def test_goes_on_where_it_stopped(people, monkeypatch, capsys):
    calls = 0

    def breaks(after_id, limit):
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return rows(after_id, limit)

    monkeypatch.setitem(documents._sources, KIND, breaks)
    with pytest.raises(KeyboardInterrupt):
        rebuild()
    assert found("salat") == {"Gurke0", "Gurke1", "Gurke2", "Gurke3"}
    SearchDocument.objects.filter(object_id=people[0].pk).delete()

    rebuild()

    assert f"going on after {people[3].pk}" in capsys.readouterr().out
    assert found("salat") == {f"Gurke{n}" for n in range(1, 7)}
    rebuild("--restart")
    assert len(found("salat")) == 7


def test_a_text_that_comes_while_a_batch_is_read_is_kept(people, monkeypatch):
    """The source is read once more after the documents are locked."""
    index_document(KIND, people[0].pk, title=people[0].name)
    calls = 0

    def overtaken(after_id, limit):
        nonlocal calls
        calls += 1
        found_rows = list(rows(after_id, limit))
        if calls == 1:
            User.objects.filter(pk=people[0].pk).update(name="Melone")
        return found_rows

    monkeypatch.setitem(documents._sources, KIND, overtaken)
    rebuild()
    assert found("Melone") == {"Melone"}


def test_an_unknown_kind_is_named(people, capsys):
    with pytest.raises(SystemExit):
        call_command("rebuild_search", "--kind", "postcard")
    assert "postcard" in capsys.readouterr().err
