"""Automation rules: making, changing, ordering, switching on and off, pausing, resuming, deleting."""

from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import clock, conditions, said
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require
from workflows import events
from workflows.automation import actions as action_kinds
from workflows.automation import triggers
from workflows.automation.facts import infos
from workflows.models import AutomationRule, Dwell

MOST_RULES = 200
SAVED = ("name", "trigger", "options", "condition", "actions", "stop", "active")
# What changes which tickets a rule about time waits for.
WAITS = {"trigger", "options", "condition", "active"}


@command
def save_automation(
    actor: Actor,
    rule: AutomationRule | None,
    *,
    name: str,
    trigger: str,
    options: dict[str, Any],
    condition: Any,
    actions: list[Any],
    stop: bool = False,
    active: bool = False,
) -> AutomationRule:
    """A new rule (None, behind all others) or a changed one. Raises Invalid with what cannot be."""
    require(actor, "automation.configure")
    row = AutomationRule.objects.lock(rule.pk) if rule else _new()
    values = _cleaned(name, trigger, options, condition, actions) | {"stop": bool(stop), "active": bool(active)}
    changes = [
        change(field, getattr(row, field) if rule else None, values[field])
        for field in SAVED
        if rule is None or getattr(row, field) != values[field]
    ]
    if not changes:
        return row
    for field, value in values.items():
        setattr(row, field, value)
    if rule and WAITS & {one["field"] for one in changes}:
        _begin_anew(row)
    row.updated_at = clock.now()
    row.save()
    record(actor, events.RULE_CHANGED, row, changes=changes, data={"rule": row.name})
    return row


def _new() -> AutomationRule:
    positions = list(AutomationRule.objects.order_by("-position").values_list("position", flat=True))
    if len(positions) >= MOST_RULES:
        raise Conflict(_("There may be up to %(n)d automation rules.") % {"n": MOST_RULES})
    return AutomationRule(position=(positions[0] if positions else 0) + 1, created_at=clock.now())


def _cleaned(name: str, trigger: str, options: Any, condition: Any, actions: Any) -> dict[str, Any]:
    """Everything that is wrong at once."""
    wrong: dict[str, Any] = {}
    found: dict[str, Any] = {"name": " ".join(name.replace("\0", "").split()), "trigger": trigger}
    if not 0 < len(found["name"]) <= 100:
        wrong["name"] = _("Please enter a name of up to 100 characters.")
    for field, clean in (
        ("options", lambda: triggers.clean(trigger, options)),
        ("actions", lambda: action_kinds.clean(actions)),
    ):
        try:
            found[field] = clean()
        except Invalid as error:
            wrong |= error.fields
    problems = conditions.check(condition, infos())
    if problems:
        wrong["condition"] = [problem.message for problem in problems[:5]]
    found["condition"] = condition or {}
    if wrong:
        raise Invalid(_("Please check the marked fields."), fields=wrong)
    return found


@command
def delete_automation(actor: Actor, rule: AutomationRule) -> None:
    """What it did stays, and so does its log."""
    require(actor, "automation.configure")
    row = AutomationRule.objects.lock(rule.pk)
    record(actor, events.RULE_DELETED, row, data={"rule": row.name})
    row.delete()


@command
def move_automation(actor: Actor, rule: AutomationRule, *, to: int) -> AutomationRule:
    """To another place, counted from 0; the others make room."""
    require(actor, "automation.configure")
    order = list(AutomationRule.objects.select_for_update().order_by("position", "pk"))
    row = next(one for one in order if one.pk == rule.pk)
    before = order.index(row)
    order.remove(row)
    order.insert(max(0, min(to, len(order))), row)
    if order.index(row) == before:
        return row
    for position, one in enumerate(order, 1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    changes = [change("position", before + 1, order.index(row) + 1)]
    record(actor, events.RULE_CHANGED, row, changes=changes, data={"rule": row.name})
    return row


@command
def switch_automation(actor: Actor, rule: AutomationRule, *, active: bool) -> AutomationRule:
    """On or off. Switched on, a pause is over too."""
    require(actor, "automation.configure")
    row = AutomationRule.objects.lock(rule.pk)
    if row.active == active and not (active and row.is_paused):
        return row
    changes = [change("active", row.active, active)]
    row.active, row.updated_at = active, clock.now()
    if active:
        _clear(row)
    _begin_anew(row)
    row.save()
    record(actor, events.RULE_CHANGED, row, changes=changes, data={"rule": row.name})
    return row


@command
def pause_automation(
    actor: Actor, rule: AutomationRule, *, reason: str, ticket_id: int | None = None
) -> AutomationRule:
    """Stops it until somebody resumes it. `ticket_id`: the last one on which it failed."""
    require(actor, "automation.configure")
    row = AutomationRule.objects.lock(rule.pk)
    if row.is_paused:
        return row
    row.paused_at, row.pause_reason, row.pause_said = clock.now(), reason[:500], said.stored(reason)
    row.save(update_fields=["paused_at", "pause_reason", "pause_said"])
    data = {"rule": row.name, "error": row.pause_reason, "said": row.pause_said}
    record(actor, events.RULE_PAUSED, row, ticket_id=ticket_id, data=data, public=False)
    return row


@command
def resume_automation(actor: Actor, rule: AutomationRule) -> AutomationRule:
    """It acts again from now on; what it missed stays missed."""
    require(actor, "automation.configure")
    row = AutomationRule.objects.lock(rule.pk)
    if not row.is_paused:
        return row
    _clear(row)
    row.save(update_fields=["paused_at", "pause_reason", "pause_said", "failures"])
    record(actor, events.RULE_RESUMED, row, data={"rule": row.name})
    return row


def _clear(row: AutomationRule) -> None:
    row.paused_at, row.pause_reason, row.pause_said, row.failures = None, "", {}, 0


def _begin_anew(row: AutomationRule) -> None:
    """Which tickets wait, and since when, is found out again."""
    Dwell.objects.filter(rule=row).delete()
    row.scanned_at = None
