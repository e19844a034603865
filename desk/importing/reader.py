"""Rows of CSV and JSON-lines files, plain or gzipped."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MAX_FIELD = 5_000_000


class BadRow(ValueError):
    """One row cannot be used; the others can."""


def _is_json(path: Path) -> bool:
    names = path.name.lower().removesuffix(".gz")
    return names.endswith((".jsonl", ".ndjson", ".json"))


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    packed = path.name.lower().endswith(".gz")
    with gzip.open(path, "rb") if packed else path.open("rb") as raw:
        # A broken byte must not end the import; it is shown as the replacement sign.
        yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def columns_of(path: Path) -> list[str]:
    """The column names. Raises ValueError for an empty or unreadable file."""
    try:
        with _open(path) as file:
            if _is_json(path):
                first = json.loads(next(line for line in file if line.strip()))
                return list(first) if isinstance(first, dict) else []
            names = next(csv.reader(file), [])
    except (OSError, EOFError, StopIteration, json.JSONDecodeError) as error:
        raise ValueError(f"The file cannot be read: {error or 'it is empty'}.") from error
    return [name.strip() for name in names]


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """(row number from 1, values or what is wrong) in file order."""
    csv.field_size_limit(MAX_FIELD)
    with _open(path) as file:
        yield from enumerate(_json_rows(file) if _is_json(path) else _csv_rows(file), start=1)


def _json_rows(file: IO[str]) -> Iterator[dict[str, Any] | BadRow]:
    for line in file:
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            yield BadRow(f"not JSON: {error.msg}")
            continue
        yield value if isinstance(value, dict) else BadRow("not a JSON object")


def _csv_rows(file: IO[str]) -> Iterator[dict[str, Any] | BadRow]:
    reader = csv.reader(file)
    names = [name.strip() for name in next(reader, [])]
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(f"not CSV: {error}")
            continue
        if not values:
            continue
        if len(values) != len(names):
            yield BadRow(f"{len(values)} columns instead of {len(names)}")
            continue
        yield dict(zip(names, values, strict=True))


def fingerprint(path: Path) -> str:
    """SHA-256 of the file: the same file is the same import."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
