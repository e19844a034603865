"""The ladder watch -> suggest -> fill: up by measurement, never above what the administrator allows; down by itself."""

from typing import Any

from django.utils.translation import gettext as _

from ai_assist import events, fields
from ai_assist.measuring import Measure, drifts, measure
from ai_assist.models import Suggestion, Trust
from ai_assist.queries import trust_of
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

Mode = Suggestion.Mode
STEPS = (Mode.WATCH, Mode.SUGGEST, Mode.FILL)
RATES = {"bar": (0.5, 1.0), "threshold": (0.05, 1.0)}
MOST_LEAST = 200


@command
def recalculate(actor: Actor, field: str) -> bool:
    """Measures the field's last decisions and moves it one step if they say so. True when it moved."""
    row = _locked(field)
    found = measure(field, row)
    row.decided, row.precision, row.coverage = found.decided, found.precision, found.coverage
    mode = step(row, found)
    reason = "promoted" if STEPS.index(mode) > STEPS.index(row.mode) else "demoted"
    moved = _move(actor, row, mode, reason) if mode != row.mode else False
    row.save()
    return moved


def step(row: Trust, found: Measure) -> str:
    """Where the field belongs by what was measured: at most one step away from where it is."""
    place, top = STEPS.index(row.mode), STEPS.index(row.ceiling)
    if place > top:
        return STEPS[top]
    if found.precision is None or found.decided < row.least:
        return STEPS[place]
    sliding = drifts(found.right, row.bar)
    if row.mode == Mode.FILL and (found.precision < row.bar or sliding):
        return Mode.SUGGEST
    # What is shown has to be right at least as often as its confidence promises.
    if row.mode == Mode.SUGGEST and found.precision < row.threshold:
        return Mode.WATCH
    if place < top and found.precision >= row.bar and not sliding:
        return STEPS[place + 1]
    return STEPS[place]


@command
def set_trust(actor: Actor, field: str, *, ceiling: str, mode: str, bar: float, least: int, threshold: float) -> Trust:
    """The administrator's part: how high a field may climb, how good it must be, and where it stands now.

    `fill` is earned, never set: `mode` is watch or suggest, or what the field has reached already.
    """
    require(actor, "assist.configure")
    if field not in fields.FIELDS:
        raise Invalid(fields={"field": _("The assistant does not classify this field.")})
    row = _locked(field)
    _check(row, ceiling=ceiling, mode=mode, bar=bar, least=least, threshold=threshold)
    before = {name: getattr(row, name) for name in ("ceiling", "bar", "least", "threshold")}
    row.ceiling, row.bar, row.least, row.threshold = ceiling, bar, least, threshold
    wanted = STEPS[min(STEPS.index(mode), STEPS.index(ceiling))]
    if wanted != row.mode:
        _move(actor, row, wanted, "set")
    row.save()
    changes = [change(name, old, getattr(row, name)) for name, old in before.items() if old != getattr(row, name)]
    if changes:
        record(actor, events.SETTINGS_CHANGED, row, changes=changes, data={"field": field})
    return row


def _check(row: Trust, **values: Any) -> None:
    wrong: dict[str, str] = {}
    for name in ("ceiling", "mode"):
        if values[name] not in STEPS:
            wrong[name] = _("This step does not exist.")
    if values["mode"] == Mode.FILL and row.mode != Mode.FILL:
        wrong["mode"] = _("A field has to earn this step by being right often enough.")
    for name, (low, high) in RATES.items():
        if not low <= values[name] <= high:
            wrong[name] = _("Please give a number from %(low)s to %(high)s.") % {"low": low, "high": high}
    if not 1 <= values["least"] <= MOST_LEAST:
        wrong["least"] = _("Please give a number from %(low)s to %(high)s.") % {"low": 1, "high": MOST_LEAST}
    if wrong:
        raise Invalid(fields=wrong)


def _locked(field: str) -> Trust:
    usual = trust_of(field)
    Trust.objects.get_or_create(field=field, defaults={"mode": usual.mode, "ceiling": usual.ceiling})
    return Trust.objects.select_for_update().get(field=field)


def _move(actor: Actor, row: Trust, mode: str, reason: str) -> bool:
    old, row.mode, row.reason, row.changed_at = row.mode, mode, reason, clock.now()
    data = {"field": row.field, "mode": mode, "reason": reason, "precision": row.precision, "decided": row.decided}
    record(actor, events.TRUST_CHANGED, row, changes=[change("mode", old, mode)], data=data)
    return True
