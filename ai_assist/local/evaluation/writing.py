"""Reports as tables: Markdown for docs/ai-quality.md, which a terminal reads as well."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Report = dict[str, Any]
ROUTING = (
    *("set, field", "learned / judged", "always the most frequent", "right", "right among three", "macro-F1"),
    *("calibration error", "sure from", "share that is sure", "right when sure"),
)


def routing_table(reports: Iterable[Report]) -> str:
    """One line per set and target, and one per language of it."""
    lines = [f"| {' | '.join(ROUTING)} |", f"|{'---|' * len(ROUTING)}"]
    for report in reports:
        parts = report["parts"]
        name = f"{report.get('train', 'this desk').split('.')[0]}, {report['target']}"
        size = f"{parts['train']:,} / {report['rows']:,}"
        lines.append(_routing_line(name, size, report, report["threshold"]))
        for language, found in report["languages"].items():
            lines.append(_routing_line(f"… {language}", f"{found['rows']:,}", found, report["threshold"]))
    return "\n".join(lines)


def _routing_line(name: str, size: str, found: Report, threshold: float | None) -> str:
    shares = [percent(found[key]) for key in ("majority", "accuracy", "top_3")]
    sure = [
        "never" if threshold is None else f"{threshold:.2f}",
        percent(found["coverage"]),
        percent(found["precision"]),
    ]
    cells = [name, size, *shares, f"{found['macro_f1']:.2f}", f"{found['ece']:.3f}", *sure]
    return f"| {' | '.join(cells)} |"


def finding_table(reports: Report) -> str:
    lines = ["| what | questions / documents | first | among five | MRR |", "|---|---|---|---|---|"]
    for name, found in reports.items():
        lines.append(_finding_line(name, found))
        if "outside_largest" in found:
            lines.append(_finding_line("… outside the largest group", found["outside_largest"]))
    return "\n".join(lines)


def _finding_line(name: str, found: Report) -> str:
    size = f"{found['questions']:,} / {found['documents']:,}"
    shares = [percent(found[key]) for key in ("recall_at_1", "recall_at_5")]
    return f"| {name} | {size} | {' | '.join(shares)} | {found['mrr']:.2f} |"


def duration_table(reports: Report) -> str:
    lines = [
        "| what | judged | within the 80 % range | sooner | median width | median duration | mean / median error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, found in reports.items():
        hours = [f"{found[key]} h" for key in ("median_width_hours", "median_hours")]
        errors = f"{found['mean_error_hours']} / {found['median_error_hours']} h"
        shares = [percent(found[key]) for key in ("coverage", "sooner")]
        lines.append(f"| {name} | {found['incidents']:,} | {' | '.join([*shares, *hours])} | {errors} |")
    return "\n".join(lines)


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def whole(report: Report) -> str:
    """Everything that the report has figures for, as sections."""
    parts = []
    if report.get("routing"):
        parts.append(f"### Classification\n\n{routing_table(report['routing'])}")
    if report.get("articles"):
        parts.append(f"### Articles\n\n{finding_table(report['articles'])}")
    if report.get("similar"):
        parts.append(f"### Similar tickets and answers\n\n{finding_table(report['similar'])}")
    if report.get("duration"):
        parts.append(f"### Time until solved\n\n{duration_table(report['duration'])}")
    return "\n\n".join(parts)


def put_into(path: Path, text: str) -> None:
    """Replaces the figures of the document; what people wrote around them stays."""
    old = path.read_text(encoding="utf-8") if path.is_file() else f"# How good the assistant is\n\n{BEGIN}\n{END}\n"
    if BEGIN not in old or END not in old:
        old = f"{old.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = old.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
