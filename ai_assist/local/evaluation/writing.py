"""Reports as tables: Markdown for docs/ai-quality.md, which a terminal reads as well."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Report = dict[str, Any]
# First / among five / MRR of the best plain method without a neural model, on the published questions.
BASELINES = {
    "help pages, de": ".33 / .66 / .47",
    "help pages, en": ".39 / .73 / .54",
    "same group, itsm8500": ".63 / .82 (stems), .62 / .85 (stems and runs)",
    "same group, itsm8500, outside": "– / .66 (stems), – / .71 (stems and runs)",
    "own answer, de": ".73 / .88 / .79",
    "own answer, en": ".65 / .83 / .73",
}
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
        size = f"{parts['learned']:,} / {report['rows']:,}"
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
    lines = ["| what | questions / documents | first | among five | MRR | baseline |", "|---|---|---|---|---|---|"]
    for name, found in reports.items():
        lines.append(_finding_line(name, found, name))
        if "outside_largest" in found:
            lines.append(_finding_line("… outside the largest group", found["outside_largest"], f"{name}, outside"))
    return "\n".join(lines)


def _finding_line(name: str, found: Report, known: str) -> str:
    size = f"{found['questions']:,} / {found['documents']:,}"
    shares = [percent(found[key]) for key in ("recall_at_1", "recall_at_5")]
    return f"| {name} | {size} | {' | '.join(shares)} | {found['mrr']:.2f} | {BASELINES.get(known, '–')} |"


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
    return "\n\n".join(_sections(report).values())


def _sections(report: Report) -> dict[str, str]:
    tables: dict[str, tuple[Callable[[Any], str], Any]] = {
        "Classification": (routing_table, report.get("routing")),
        "Articles": (finding_table, report.get("articles")),
        "Similar tickets and answers": (finding_table, report.get("similar")),
        "Time until solved": (duration_table, report.get("duration")),
    }
    return {title: f"### {title}\n\n{table(found)}" for title, (table, found) in tables.items() if found}


def put_into(path: Path, report: Report) -> None:
    """Replaces the figures of the document; parts without new ones and what people wrote around them stay."""
    old = path.read_text(encoding="utf-8") if path.is_file() else f"# How good the assistant is\n\n{BEGIN}\n{END}\n"
    if BEGIN not in old or END not in old:
        old = f"{old.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = old.split(BEGIN, 1)
    figures, after = rest.split(END, 1)
    kept = {part.split("\n", 1)[0]: f"### {part.strip()}" for part in figures.split("### ")[1:]}
    text = "\n\n".join((kept | _sections(report)).values())
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
