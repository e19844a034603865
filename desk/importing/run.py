"""One import from file to tickets: reads, checks, writes batch by batch, reports bad rows."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from desk.commands.importing import import_batch
from desk.importing import reader
from desk.importing.draft import Draft, draft
from desk.importing.mapping import Mapping
from desk.importing.reader import BadRow
from desk.models import ImportRun, Status
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.maintenance import refresh_statistics

BATCH = 500
STARTING_BATCH = 50  # a start is dozens of statements, and nobody else writes meanwhile


class AlreadyImported(ValueError):
    """The file was imported before, wholly or in part."""


@dataclass
class Result:
    """Counts of this call; `skipped` rows were imported by an earlier one, `started` tickets got a workflow."""

    imported: int = 0
    skipped: int = 0
    failed: int = 0
    started: int = 0


def import_file(
    actor: Actor,
    path: Path,
    mapping: Mapping,
    *,
    status: Status,
    report: Path,
    dry_run: bool,
    resume: bool,
    start: bool = False,
) -> Result:
    """Imports the file; bad rows go into `report` (CSV: row, reason) and are left out.

    `start`: open tickets get the workflow that the rules name, in the transaction that writes them.
    Raises ValueError when file or mapping cannot be used, AlreadyImported when the file was begun and not `resume`.
    """
    mapping = mapping.complete(reader.columns_of(path))
    run = None if dry_run else _begin(path, resume)
    done = run.rows_done if run else 0
    result = Result(skipped=done)
    with ExitStack() as stack:
        out = None
        for chunk in _chunks((row for row in reader.rows(path) if row[0] > done), STARTING_BATCH if start else BATCH):
            drafts, bad = _check(chunk, mapping)
            if bad and out is None:
                fresh = not (resume and report.exists())
                out = csv.writer(stack.enter_context(report.open("w" if fresh else "a", newline="", encoding="utf-8")))
                if fresh:
                    out.writerow(["row", "reason"])
            for entry in bad:
                out.writerow(entry)  # type: ignore[union-attr]
            if run:
                result.started += import_batch(
                    actor,
                    run,
                    drafts=drafts,
                    rows_done=chunk[-1][0],
                    failed=len(bad),
                    status=status,
                    departments=mapping.departments,
                    start=start,
                )
            result.imported += len(drafts)
            result.failed += len(bad)
    if run:
        ImportRun.objects.filter(pk=run.pk).update(finished_at=clock.now())
        refresh_statistics()
    return result


def _begin(path: Path, resume: bool) -> ImportRun:
    run, created = ImportRun.objects.get_or_create(
        fingerprint=reader.fingerprint(path), defaults={"name": path.name[:255], "started_at": clock.now()}
    )
    if not created and run.rows_done and not resume:
        state = "was imported" if run.finished_at else f"was imported up to row {run.rows_done}"
        raise AlreadyImported(f"This file {state} already ({run.imported} tickets). Use --resume to go on.")
    return run


def _check(chunk: list[tuple[int, Any]], mapping: Mapping) -> tuple[list[Draft], list[tuple[int, str]]]:
    drafts: list[Draft] = []
    bad: list[tuple[int, str]] = []
    for number, values in chunk:
        try:
            if isinstance(values, BadRow):
                raise values
            drafts.append(draft(number, values, mapping))
        except BadRow as error:
            bad.append((number, str(error)))
    return drafts, bad


def _chunks(rows: Iterator[tuple[int, Any]], size: int) -> Iterator[list[tuple[int, Any]]]:
    while chunk := list(islice(rows, size)):
        yield chunk
