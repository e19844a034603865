"""Reads the demo data beside this file: departments, people, tickets with their conversations.

Ages are hours before the moment of creation. In texts, `{workday:+3}` is a date (moved off the weekend),
`{month:-1}` a month with its year, `{time:-2.5}` a time of day to five minutes, `{minute:-2.5}` to the minute;
days, months and hours count from that moment. A text is one string or a list of lines.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import override

from desk.demo.pictures import draw_window

FOLDER = Path(__file__).resolve().parent
OFFICE = ZoneInfo("Europe/Berlin")
DATE = {"de": "j. F Y", "en": "j F Y"}
_PLACEHOLDER = re.compile(r"\{(workday|month|time|minute):([+-][0-9.]+)\}")

Record = dict[str, Any]


@dataclass(frozen=True)
class Content:
    departments: list[Record]
    people: list[Record]
    tickets: list[Record]  # oldest first, texts joined and filled in


def load(now: dt.datetime) -> Content:
    """All demo data, with every relative date in the texts counted from `now` (aware)."""
    tickets = [_finished(ticket, now) for name in ("tickets_de", "tickets_en") for ticket in _read(name)]
    return Content(
        departments=_read("departments"),
        people=_read("people"),
        tickets=sorted(tickets, key=lambda ticket: -float(ticket["hours_ago"])),
    )


def file_bytes(file: Record) -> bytes:
    """The content of an attachment that a ticket names under `files`."""
    if file["kind"] == "picture":
        return draw_window(file["lines"])
    return ("\n".join(file["lines"]) + "\n").encode()


def fill(text: str, language: str, now: dt.datetime) -> str:
    """The text with its placeholders replaced."""
    local = now.astimezone(OFFICE)
    with override(language):
        return _PLACEHOLDER.sub(lambda found: _said(found[1], float(found[2]), language, local), text)


def _read(name: str) -> list[Record]:
    with (FOLDER / f"{name}.json").open(encoding="utf-8") as file:
        rows: list[Record] = json.load(file)
    return rows


def _finished(ticket: Record, now: dt.datetime) -> Record:
    def text(value: str | list[str]) -> str:
        return fill(value if isinstance(value, str) else "\n".join(value), ticket["language"], now)

    return ticket | {
        "subject": text(ticket["subject"]),
        "description": text(ticket["description"]),
        "entries": [entry | {"body": text(entry["body"])} if "body" in entry else entry for entry in ticket["entries"]],
        "files": [file | {"lines": text(file["lines"]).split("\n")} for file in ticket.get("files", [])],
    }


def _said(kind: str, distance: float, language: str, local: dt.datetime) -> str:
    if kind == "workday":
        return date_format(_workday(local.date(), int(distance)), DATE[language])
    if kind == "month":
        months = local.year * 12 + local.month - 1 + int(distance)
        return date_format(dt.date(months // 12, months % 12 + 1, 1), "F Y")
    moment = local + dt.timedelta(hours=distance)
    if kind == "time":
        moment -= dt.timedelta(minutes=moment.minute % 5)
    return f"{moment:%H:%M}"


def _workday(today: dt.date, days: int) -> dt.date:
    """`days` from today, moved on (into the past: back) to the next Monday to Friday."""
    date, step = today + dt.timedelta(days=days), dt.timedelta(days=1 if days >= 0 else -1)
    while date.weekday() > 4:
        date += step
    return date
