"""The sets under <shared>/data (see docs/ai-quality.md): which file, which columns, what is asked."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from ai_assist.local import datasets
from ai_assist.local.evaluation.retrieval import Shelf, Text, figures, ranks
from ai_assist.local.survival import Coverage, Curve, Spell, choose, curves

Report = dict[str, Any]

ROUTING = (
    ("itsm8500.csv.gz", "queue"),
    ("endava_topics.csv.gz", "queue"),
    ("bueck_multi.csv.gz", "queue"),
    ("bueck_multi.csv.gz", "priority"),
    ("bueck_german42.csv.gz", "queue"),
    ("bueck_german42.csv.gz", "priority"),
)
MOST_QUESTIONS = 400
SHORTEST_SECTION = 60
# Documents of the baselines (see docs/ai-quality.md).
ANSWERS = {"de": 1338, "en": 1586}
WINDOW, WEEK = timedelta(days=60), timedelta(days=7)


def present(folder: Path, name: str) -> Path | None:
    """The file wherever it lies in the folder."""
    return next((path for path in (folder / "tickets" / name, folder / "kb" / name) if path.is_file()), None)


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# ---- articles -----------------------------------------------------------------------------


def articles(folder: Path) -> Report:
    """A heading asks for its section, in both languages."""
    path = present(folder, "zammad_admin_docs.jsonl.gz")
    if path is None:
        return {}
    rows = _lines(path)
    return {f"help pages, {language}": _headings(rows, language) for language in ("de", "en")}


def _headings(rows: list[dict[str, Any]], language: str) -> Report:
    texts = [Text("", str(row.get(language) or "")) for row in rows]
    headings = [str(row.get(f"heading_{language}") or "").strip() for row in rows]
    seen = Counter(headings)
    asked = [
        (heading, _is(at))
        for at, heading in enumerate(headings)
        if heading and seen[heading] == 1 and len(texts[at].body) >= SHORTEST_SECTION
    ]
    return figures(ranks(Shelf(texts), asked), len(texts))


def _is(right: int) -> Callable[[int], bool]:
    return lambda at: at == right


# ---- similar tickets and answers -----------------------------------------------------------


def similar(folder: Path) -> Report:
    """Tickets ask for tickets of their own queue, and for their own answer."""
    found: Report = {}
    itsm = present(folder, "itsm8500.csv.gz")
    if itsm is not None:
        found["same group, itsm8500"] = _same_queue(itsm)
    multi = present(folder, "bueck_multi.csv.gz")
    if multi is not None:
        for language in ("de", "en"):
            found[f"own answer, {language}"] = _own_answer(multi, language)
    return found


def _same_queue(path: Path) -> Report:
    parts = datasets.split_one(datasets.read_examples(path, "queue"))
    learned = [*parts.train, *parts.threshold]
    shelf = Shelf([Text(example.subject, example.body) for example in learned])
    queues = [example.labels["queue"] for example in learned]
    asked = [
        (example.text, partial(_in_queue, queues, example.labels["queue"])) for example in parts.test[:MOST_QUESTIONS]
    ]
    found = ranks(shelf, asked)
    largest = Counter(queues).most_common(1)[0][0]
    small = [
        rank
        for rank, example in zip(found, parts.test[:MOST_QUESTIONS], strict=True)
        if example.labels["queue"] != largest
    ]
    return figures(found, len(learned)) | {"outside_largest": figures(small, len(learned))}


def _in_queue(queues: list[str], wanted: str, at: int) -> bool:
    return queues[at] == wanted


def _own_answer(path: Path, language: str) -> Report:
    rows = [row for row in datasets.read_rows(path) if row["language"] == language and row["answer"].strip()]
    # Questions first, then as many other answers as the baseline had: among more documents fewer are found.
    rows.sort(key=lambda row: int(row["split_byte"]) >= datasets.SECOND_TEST_BELOW)
    rows = rows[: ANSWERS[language]]
    shelf = Shelf([Text("", row["answer"]) for row in rows])
    asked = [
        (f"{row['subject']}\n{row['body']}", _is(at))
        for at, row in enumerate(rows)
        if int(row["split_byte"]) < datasets.SECOND_TEST_BELOW
    ][:MOST_QUESTIONS]
    return figures(ranks(shelf, asked), len(rows))


# ---- durations -------------------------------------------------------------------------------


def durations(folder: Path) -> Report:
    """Ranges for incidents of the log's last weeks, refitted weekly on what was known by then."""
    path = present(folder, "servicenow_incidents.csv.gz")
    if path is None:
        return {}
    rows = [found for found in map(_incident, datasets.read_rows(path)) if found is not None]
    # The log begins two months before: only its last week has a whole window behind it.
    return {f"servicenow, {name}": _weeks(rows, weeks) for name, weeks in (("last four weeks", 4), ("last week", 1))}


def _weeks(rows: list["Incident"], weeks: int) -> Report:
    last = max(opened for opened, _ended, _groups in rows)
    coverage, below, widths, errors, hours_taken = Coverage(), 0, [], [], []
    for start in (last - week * WEEK for week in range(weeks, 0, -1)):
        known = _fit(rows, start)
        for opened, ended, groups in rows:
            chosen = choose(known, groups) if start < opened <= start + WEEK else None
            span = chosen[1].range() if chosen else None
            if span is not None:
                # What never ended in the log was still open when the log ends.
                hours = _hours((ended or last) - opened)
                coverage.add(span, hours, ended=ended is not None)
                if ended is not None:
                    below += hours < span[0]
                    widths.append(span[2] - span[0])
                    errors.append(abs(span[1] - hours))
                    hours_taken.append(hours)
    return {
        "incidents": coverage.judged,
        "coverage": round(coverage.share or 0, 4),
        "sooner": round(below / coverage.judged, 4) if coverage.judged else 0.0,
        "median_width_hours": round(_median(widths), 1),
        "median_hours": round(_median(hours_taken), 1),
        "mean_error_hours": round(sum(errors) / len(errors), 1) if errors else None,
        "median_error_hours": round(_median(errors), 1),
    }


Incident = tuple[datetime, datetime | None, tuple[str, ...]]


def _incident(row: dict[str, Any]) -> Incident | None:
    opened = datetime.fromisoformat(row["opened_at"])
    hours = float(row["resolved_h"]) if row["resolved_h"] else None
    group, category, sub = row["assignment_group"], row["category"], row["subcategory"]
    groups = (f"{group}/{category}/{sub}", f"{group}/{category}", group)
    if hours is not None and hours < 0:
        return None
    return opened, None if hours is None else opened + timedelta(hours=hours), groups


def _fit(rows: Iterable[Incident], moment: datetime) -> dict[Any, Curve]:
    spells = []
    for opened, ended, groups in rows:
        if moment - WINDOW <= opened < moment:
            end = ended if ended is not None and ended <= moment else None
            spells.append(Spell(_hours((end or moment) - opened), end is not None, groups))
    return curves(spells)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
