"""Full text search over objects of any kind, in the database that holds them. The only module apps import.

The stored text is stems; what a question finds is decided by the same functions on both databases. Rows become
visible to a search on MySQL and MariaDB when their transaction commits.
"""

from flowtic.core.search.documents import (
    append_text,
    index_document,
    index_many,
    register_source,
    remove_document,
)
from flowtic.core.search.matching import Found, best_matches
from flowtic.core.search.reading import count_matches, filter_by_text, missing_number

__all__ = [
    "Found",
    "append_text",
    "best_matches",
    "count_matches",
    "filter_by_text",
    "index_document",
    "index_many",
    "missing_number",
    "register_source",
    "remove_document",
]
