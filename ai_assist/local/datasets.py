"""Examples from CSV or JSONL files, plain or gzipped, with columns subject, body, and the labels."""

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ai_assist.local import duplicates
from ai_assist.local.examples import TEST_BELOW, THRESHOLD_BELOW, Example, Split

# One file without its held-out part: its lowest bytes judge, the next ones choose thresholds.
SECOND_TEST_BELOW, SECOND_THRESHOLD_BELOW = THRESHOLD_BELOW, 103
LONGEST_FIELD = 10_000_000


class BadFile(ValueError):
    """The file cannot be read as a list of tickets."""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file. Raises BadFile."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        open_text = gzip.open if path.suffix == ".gz" else open
        with open_text(path, "rt", encoding="utf-8-sig", newline="") as text:
            if ".jsonl" in path.suffixes:
                yield from (json.loads(line) for line in text if line.strip())
            else:
                yield from csv.DictReader(text)
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise BadFile(f"{path.name}: {error}") from error


def read_examples(path: Path, target: str) -> list[Example]:
    """Rows that have a text and the label. Raises BadFile when the column of the label is missing."""
    found: list[Example] = []
    for number, row in enumerate(read_rows(path), 1):
        if not isinstance(row, dict) or target not in row:
            raise BadFile(f"{path.name}: row {number} has no column {target!r}")
        subject, body, label = (_text(row.get(column)) for column in ("subject", "body", target))
        if not label or not (subject or body):
            continue
        caller = _text(row.get("caller"))
        byte = _text(row.get("split_byte"))
        found.append(
            Example(
                subject,
                body,
                extra=(f"requester={caller}",) if caller else (),
                language=_text(row.get("language")),
                labels={target: label},
                place=int(byte) if byte.isdigit() else -1,
            )
        )
    if not found:
        raise BadFile(f"{path.name}: no row has a text and {target!r}")
    return found


def _text(value: Any) -> str:
    return str(value).strip() if value is not None else ""


def split_two(train: Sequence[Example], test: Sequence[Example]) -> Split:
    """Learning and thresholds from one file, judging on the other; what nearly repeats a training text is left out."""
    duplicates.mark([*train, *test], keep_places=True)
    firsts = [example for example in train if example.first]
    # A file that was split before has no byte below the test part's; one that was not gives a tenth for thresholds.
    chosen = [example for example in firsts if TEST_BELOW <= example.place < THRESHOLD_BELOW]
    ids = {id(example) for example in chosen}
    return Split(
        train=[example for example in firsts if id(example) not in ids],
        threshold=chosen,
        test=[example for example in test if example.first],
    )


def split_one(examples: Sequence[Example]) -> Split:
    """One file: test, thresholds and training from the same rows, near-duplicates together."""
    duplicates.mark(examples, keep_places=True)
    firsts = [example for example in examples if example.first]
    held_out_is_there = any(example.place < TEST_BELOW for example in firsts)
    low, high = (TEST_BELOW, THRESHOLD_BELOW) if held_out_is_there else (SECOND_TEST_BELOW, SECOND_THRESHOLD_BELOW)
    return Split(
        train=[example for example in firsts if example.place >= high],
        threshold=[example for example in firsts if low <= example.place < high],
        test=[example for example in firsts if example.place < low],
    )
