"""Writing: one document per object, stored as stems by the database's engine, in the caller's transaction."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from flowtic.core.models.search import SearchDocument
from flowtic.core.search.engines import engine_of
from flowtic.core.search.text import index_text

# Numbers are part of the stored keys: add kinds, never renumber. 0 to 15.
KIND_NUMBERS = {"ticket": 1, "article": 2, "person": 3, "workflow": 4, "request_type": 5}
KIND_BITS = 4
BATCH = 500

Row = tuple[int, str, str, str]  # id, title, public, internal
Source = Callable[[int, int], Iterable[Row]]  # (after id, limit) -> rows in id order

_sources: dict[str, Source] = {}


class Stems(NamedTuple):
    """One row of the table of documents."""

    id: int
    kind: str
    object_id: int
    language: str
    title: str
    public: str
    internal: str


def key_of(kind: str, object_id: int) -> int:
    """Primary key of an object's document."""
    return (object_id << KIND_BITS) | kind_number(kind)


def kind_number(kind: str) -> int:
    try:
        return KIND_NUMBERS[kind]
    except KeyError:
        raise ValueError(f"Nothing of the kind {kind!r} can be searched; see KIND_NUMBERS.") from None


def index_document(
    kind: str, object_id: int, *, title: str = "", public: str = "", internal: str = "", language: str | None = None
) -> None:
    """Create or replace what can be searched of an object. `language` counts where the text does not tell."""
    engine_of(connection).put([_stems(kind, (object_id, title, public, internal), language)])


def append_text(kind: str, object_id: int, *, public: str = "", internal: str = "") -> None:
    """Add a text (a new comment) to an object's document; makes the document where there is none."""
    added = {"public": index_text(public).tokens, "internal": index_text(internal).tokens}
    if not any(added.values()):
        return
    if not engine_of(connection).append(key_of(kind, object_id), **added):
        index_document(kind, object_id, public=public, internal=internal)


def index_many(kind: str, rows: Iterable[Row], *, new: bool = False) -> int:
    """Create or replace the documents of many objects, a batch per statement; returns how many.

    `new`: none of them is indexed yet, which spares the look for what must be replaced.
    """
    engine, count = engine_of(connection), 0
    for batch in _batches(rows):
        with transaction.atomic():
            engine.put([_stems(kind, row, None) for row in batch], new=new)
        count += len(batch)
    return count


def remove_document(kind: str, object_id: int) -> None:
    """Forget an object; quiet where it is not indexed."""
    engine_of(connection).remove([key_of(kind, object_id)])


# ---- for rebuild_search ----------------------------------------------------------------


def register_source(kind: str, rows: Source) -> None:
    """Where `manage.py rebuild_search` gets everything of a kind: `rows(after_id, limit)` in id order."""
    kind_number(kind)
    _sources[kind] = rows


def sources() -> dict[str, Source]:
    return dict(_sources)


def locked_rows(kind: str, source: Source, after_id: int) -> list[Row]:
    """The next rows of a source, read while nobody can add a text to their documents."""
    keys = [key_of(kind, row[0]) for row in source(after_id, BATCH)]
    list(SearchDocument.objects.select_for_update().filter(pk__in=keys).values_list("pk"))
    # A comment that came between reading and locking would be lost: read again.
    return list(source(after_id, BATCH))


def newest_id(kind: str) -> int:
    """The highest id of a kind that is indexed; 0 where there is none."""
    ids = SearchDocument.objects.filter(kind=kind).order_by("-pk").values_list("object_id", flat=True)
    return ids.first() or 0


def remove_between(kind: str, after_id: int, up_to_id: int, keep: set[int]) -> int:
    """Forget the objects with after_id < id <= up_to_id that are not in `keep`; returns how many."""
    found = SearchDocument.objects.filter(kind=kind, pk__gt=key_of(kind, after_id), pk__lte=key_of(kind, up_to_id))
    stale = [key for key, object_id in found.values_list("pk", "object_id") if object_id not in keep]
    for n in range(0, len(stale), BATCH):
        engine_of(connection).remove(stale[n : n + BATCH])
    return len(stale)


def _stems(kind: str, row: Row, language: str | None) -> Stems:
    object_id, title, public, internal = row
    titles, publics = index_text(title), index_text(public, language)
    return Stems(
        key_of(kind, object_id),
        kind,
        object_id,
        (publics.language or titles.language)[:5],
        titles.tokens,
        publics.tokens,
        index_text(internal, language).tokens,
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch
