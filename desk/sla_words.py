"""Promises in words: why a due date is what it is, hour by hour, in the reader's language and time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk import events, sla
from desk.models import Promise, Ticket
from desk.sentences import explains
from desk.sla_fields import policy_fields
from flowtic.core import business_time, clock, conditions, localised
from flowtic.core.business_time import Span
from flowtic.core.models import Event

MOST_LINES = 400


@dataclass(frozen=True)
class Line:
    """One stretch: when, what it is, how much of it counts, how much is used up after it."""

    start: datetime
    end: datetime
    when: str
    what: str
    counted: str  # "" when nothing counts
    total: str
    state: str  # open, closed or paused


@dataclass(frozen=True)
class Why:
    """Everything about one promise, ready to be shown."""

    promise: Promise
    kind: str
    target: str
    rule: str
    condition: str
    calendar: str
    zone: str  # "" when it is the reader's own
    state: str  # kept, broken, cancelled, paused or open
    result: str
    lines: list[Line]
    hidden: int  # lines left out at the end


def explain(ticket: Ticket) -> list[Why]:
    """All promises of the ticket, open ones first, then the latest; five queries."""
    rows = list(
        Promise.objects.filter(ticket=ticket).select_related("calendar", "policy").order_by("-started_at", "pk")
    )
    fields = policy_fields() if rows else {}
    now = clock.now()
    return [_why(row, fields, now) for row in sorted(rows, key=lambda row: not row.is_open)]


def _why(row: Promise, fields: dict[str, conditions.FieldInfo], now: datetime) -> Why:
    hours = row.hours
    spans = sla.steps(row.clock_runs, row.target, hours)
    lines = list(_lines(spans))
    here = timezone.get_current_timezone_name()
    return Why(
        promise=row,
        kind=str(row.get_kind_display()),
        target=length(row.target),
        rule=row.policy.name,
        condition=conditions.words(row.policy.condition, fields),
        calendar=row.calendar.name,
        zone="" if row.calendar.time_zone == here else row.calendar.time_zone,
        state=state_of(row, now),
        result=result(row, now),
        lines=lines[:MOST_LINES],
        hidden=max(0, len(lines) - MOST_LINES),
    )


def state_of(row: Promise, now: datetime) -> str:
    """kept, broken, cancelled, paused or open."""
    if row.breached or (row.is_open and row.due_at and row.due_at < now):
        return "broken"
    if row.met_at:
        return "kept"
    if row.cancelled_at:
        return "cancelled"
    return "paused" if row.paused else "open"


def result(row: Promise, now: datetime) -> str:
    """One sentence: how it stands or how it ended."""
    left = row.target - timedelta(seconds=row.consumed_seconds)
    words = {
        "due": moment(row.due_at) if row.due_at else "",
        "met": moment(row.met_at) if row.met_at else "",
        "left": length(max(left, timedelta())),
    }
    state = state_of(row, now)
    if state == "broken" and row.met_at:
        return _("Broken: due %(due)s, done %(met)s.") % words
    if state == "broken":
        return _("Broken: it was due %(due)s.") % words
    if state == "kept":
        return (_("Kept: due %(due)s, done %(met)s.") if row.due_at else _("Kept: done %(met)s.")) % words
    if state == "cancelled":
        return _("It no longer counts.")
    if state == "paused":
        return _("The clock stands while the ticket waits; %(left)s are left.") % words
    return _("Due %(due)s.") % words if row.due_at else _("There is not enough working time in the next ten years.")


def _lines(spans: list[Span]) -> Iterator[Line]:
    total = timedelta()
    for span in spans:
        total += span.counted
        yield Line(
            start=span.start,
            end=span.end,
            when=stretch(span.start, span.end),
            what=_reason(span),
            counted=length(span.counted) if span.counted else "",
            total=length(total),
            state="paused" if span.why == sla.PAUSED else "closed" if span.why else "open",
        )


def _reason(span: Span) -> str:
    name = localised.text(span.name)
    if span.why == business_time.HOLIDAY:
        return _("Public holiday: %(name)s") % {"name": name} if name else _("Public holiday")
    if span.why == business_time.OWN_DAY:
        return _("Closed: %(name)s") % {"name": name} if name else _("Closed on this day")
    return {
        business_time.OPEN: _("Working time"),
        business_time.BREAK: _("Break"),
        business_time.OUTSIDE: _("Outside working hours"),
        business_time.DAY_OFF: _("No working day"),
        sla.PAUSED: _("The ticket waited, the clock stood"),
    }[span.why]


# ---- moments and lengths ----------------------------------------------------------------------------------


def length(span: timedelta) -> str:
    """Working time in hours and minutes, never in days: a day of work is no day of the calendar."""
    seconds = int(span.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = [
        _("%(n)s h") % {"n": hours} if hours else "",
        _("%(n)s min") % {"n": minutes} if minutes else "",
        _("%(n)s s") % {"n": rest} if rest else "",
    ]
    return " ".join(part for part in parts if part) or _("%(n)s min") % {"n": 0}


def moment(at: datetime) -> str:
    """Mon 23 November 2026 09:40, in the reader's zone."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'D')} {date_format(local, 'SHORT_DATE_FORMAT')} {date_format(local, 'H:i')}"


def stretch(start: datetime, end: datetime) -> str:
    """Fri 20/11/2026 16:40 – 17:00; with both days when it goes over midnight."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    ending = date_format(last, "H:i") if first.date() == last.date() else moment(end)
    return f"{moment(start)} – {ending}"


# ---- events ----------------------------------------------------------------------------------------------


@explains(events.PROMISE_WARNED, events.PROMISE_BROKEN)
def event_words(event: Event) -> dict[str, str]:
    """For the sentences of the history."""
    kinds = dict(Promise.Kind.choices)
    return {"promise": str(kinds.get(event.data.get("kind"), "")), "level": str(event.data.get("level", ""))}


def told(event: Event) -> str:
    """The first sentence of a notice."""
    due = event.data.get("due_at")
    words = event_words(event) | {"due": moment(datetime.fromisoformat(due)) if due else "–"}
    if event.name == events.PROMISE_BROKEN:
        return _("%(promise)s: the promised time is over, it was due %(due)s.") % words
    return _("%(promise)s: %(level)s %% of the promised time is used up, it is due %(due)s.") % words
