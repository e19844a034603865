"""Macros: saving, removing, and running one on a ticket."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from desk.acts import ACTS, Act, Verdict, clean_step
from desk.events import CONFIG_CHANGED, MACRO_RUN
from desk.models import Macro, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid, NotFound
from flowtic.core.events import record
from flowtic.core.journal import grouped
from flowtic.core.models import Operation
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require

MAX_STEPS = 12
MAX_NAME = 100
Steps = list[tuple[Act, Any]]


@dataclass(frozen=True)
class Ran:
    """What a macro did. `operation`: what undo takes back; None when nothing had to change."""

    ticket: Ticket
    operation: Operation | None
    replied: bool
    noted: bool = False


@command
def save_macro(
    actor: Actor,
    macro: Macro | None,
    *,
    name_de: str,
    name_en: str,
    steps: list[Any],
    audience: str = Macro.Audience.OWN,
    department: Department | None = None,
    active: bool = True,
) -> Macro:
    """Makes a macro (None) or changes one. Whoever saves it must be allowed to do so before and after."""
    now = clock.now()
    row = Macro.objects.select_for_update().get(pk=macro.pk) if macro else Macro(owner=actor.user, created_at=now)
    if macro:
        require(actor, "macro.edit", row)
    row.name_de, row.name_en = one_line(name_de), one_line(name_en)
    wrong = {
        field: _("The name needs 1 to 100 characters.")
        for field in ("name_de", "name_en")
        if not 0 < len(getattr(row, field)) <= MAX_NAME
    }
    if audience not in Macro.Audience.values:
        wrong["audience"] = _("Please choose who may use it.")
    if audience == Macro.Audience.DEPARTMENT and department is None:
        wrong["department"] = _("Please choose a department.")
    if not 1 <= len(steps) <= MAX_STEPS:
        wrong["steps"] = _("A macro needs 1 to 12 steps.")
    if wrong:
        raise Invalid(fields=wrong)
    row.audience, row.active, row.updated_at = audience, active, now
    row.department = department if audience == Macro.Audience.DEPARTMENT else None
    row.steps = [clean_step(step) for step in steps]
    if audience == Macro.Audience.OWN and row.owner_id is None:
        row.owner = actor.user
    require(actor, "macro.edit", row)
    row.save()
    record(actor, CONFIG_CHANGED, row, data={"subject": row.name_en})
    return row


@command
def remove_macro(actor: Actor, macro: Macro) -> None:
    """What it did stays."""
    require(actor, "macro.edit", macro)
    record(actor, CONFIG_CHANGED, macro, data={"subject": macro.name_en, "removed": True})
    macro.delete()


@command
def run_macro(actor: Actor, ticket: Ticket, *, macro: Macro) -> Ran:
    """All steps through their own commands, in one transaction: a step that is refused stops the whole."""
    found = macro_named(actor, macro.pk)
    return run_steps(actor, ticket, found, steps_of(actor, found))


def run_steps(actor: Actor, ticket: Ticket, macro: Macro, steps: Steps) -> Ran:
    """The same for a macro that was looked up before; for commands."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.view_internal", ticket)
    with grouped("macro.run") as group:
        for act, thing in steps:
            act.run(actor, ticket, thing)
    operation = group.operation
    data = {"subject": macro.name_en, "macro": macro.pk}
    record(actor, MACRO_RUN, ticket, ticket_id=ticket.pk, data=data, operation_id=operation.pk if operation else None)
    keys = {act.key for act, _thing in steps}
    return Ran(ticket, operation, "reply" in keys, "note" in keys)


def macro_named(actor: Actor, pk: int) -> Macro:
    """A macro that the actor may use now; raises NotFound for all others."""
    found = Macro.objects.usable_by(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This macro does not exist."))
    return found


def steps_of(actor: Actor, macro: Macro) -> Steps:
    """Its acts with what they mean today. Raises Invalid for a step whose value is gone."""
    acts = [(ACTS.get(str(step.get("do"))), step.get("value")) for step in macro.steps]
    if not acts or any(act is None for act, _value in acts):
        raise Invalid(_("This macro has a step that no longer exists. Please change the macro."))
    try:
        return [(act, act.thing(actor, value)) for act, value in acts if act is not None]
    except Invalid as error:
        words = {"reason": next(iter(error.fields.values()), [error.message])[0]}
        raise Invalid(_("The macro cannot run: %(reason)s") % words) from error


def verdicts(actor: Actor, ticket: Ticket, steps: Steps) -> list[tuple[Act, Verdict]]:
    """What each step would do if it came alone. Reads only."""
    return [(act, act.verdict(actor, ticket, thing)) for act, thing in steps]
