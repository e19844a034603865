"""Writers at the same time: nobody waits for ever, nobody is refused, nothing is lost.

SQLite has one writer at a time, and its test database in memory does not even let them queue.
"""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from flowtic.core.models.search import SearchDocument
from flowtic.core.search import append_text, index_document, index_many, remove_document
from tests.core.search.conftest import KIND

WRITERS = 6
ROUNDS = 25
WORDS = ["Drucker", "Server", "Rechnung", "Konto", "printer", "und", "the", "E-403", "10.0.0.7", "Häuser"]


@pytest.mark.mysql_only
@pytest.mark.timeout(120)
def test_many_writers_of_the_same_and_of_other_documents():
    if connection.vendor != "mysql":
        pytest.skip("needs a server")
    for shared in range(1, 4):
        index_document(KIND, shared, title="shared")

    def write(writer: int) -> int:
        rng = random.Random(writer)
        try:
            for turn in range(ROUNDS):
                text = " ".join(rng.choices(WORDS, k=20))
                own = 1000 + writer * ROUNDS + turn
                with transaction.atomic():
                    index_document(KIND, own, title=text, public=text, internal=text)
                    append_text(KIND, rng.randint(1, 3), public=f"beitrag{writer}x{turn}")
                    append_text(KIND, own, internal=text)
                if turn % 5 == 0:
                    index_many(KIND, [(own, text, text, ""), (own + 100_000, text, text, "")])
                    remove_document(KIND, own + 100_000)
            return ROUNDS
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(write, range(WRITERS))) == WRITERS * ROUNDS

    assert SearchDocument.objects.count() == 3 + WRITERS * ROUNDS
    kept = " ".join(SearchDocument.objects.filter(object_id__lte=3).values_list("public_stems", flat=True)).split()
    assert {f"beitrag{writer}x{turn}" for writer in range(WRITERS) for turn in range(ROUNDS)} <= set(kept)
