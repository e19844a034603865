"""What the demo company promises: its calendars, its rules, and the warnings that came while the stories played."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from accounts.commands import save_calendar, save_calendar_day, save_department
from accounts.models import Calendar, Department
from desk.commands.promises import check_promise
from desk.commands.sla_policies import save_sla_policy
from desk.models import Promise, SlaPolicy
from flowtic.core import clock
from flowtic.core.actor import Actor

FILE = Path(__file__).resolve().parent / "promises.json"
MACHINE = Actor.system("sla")


def make_promises(boss: Actor, departments: dict[str, Department], now: dt.datetime) -> None:
    """Calendars and rules, before the first ticket; what is there already stays as it is."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    for row in content["calendars"]:
        calendar = _calendar(boss, row, now)
        for key in row["departments"]:
            department = departments[key]
            if department.calendar_id is None:
                save_department(boss, department, calendar=calendar)
    if SlaPolicy.objects.exists():
        return  # a desk that has rules of its own keeps to them
    for position, row in enumerate(content["policies"]):
        save_sla_policy(boss, None, position=position, active=True, calendar=None, **row)


def tell_until(moment: dt.datetime, *, since: dt.datetime | None = None) -> None:
    """What the sweep would have told until then, each at its time, but not before `since`."""
    told: set[tuple[int, dt.datetime | None]] = set()
    while True:
        rows = Promise.objects.open().filter(next_check_at__lte=moment).order_by("next_check_at", "pk")
        due = next((row for row in rows[: len(told) + 1] if (row.pk, row.next_check_at) not in told), None)
        if due is None or due.next_check_at is None:
            return
        told.add((due.pk, due.next_check_at))  # a moment that came without news is not asked for twice
        with clock.travel(max(due.next_check_at, since or due.next_check_at)):
            check_promise(MACHINE, due)


def _calendar(boss: Actor, row: dict[str, Any], now: dt.datetime) -> Calendar:
    known = Calendar.objects.filter(key=row["key"]).first()
    if known is not None:
        return known
    plain = {name: row[name] for name in ("key", "name_de", "name_en", "time_zone", "weekly", "holiday_region")}
    calendar = save_calendar(boss, None, **plain)
    for year in (now.year, now.year + 1):
        for day in row["days"]:
            date = dt.date(year, day["month"], day["day"])
            save_calendar_day(boss, calendar, day=date, name=day["name"], hours=day["hours"])
    return calendar
