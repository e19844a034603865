"""Rules at work, in workers only: which of them an event begins, and what stops one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError

from desk.models import Ticket
from flowtic.core import clock, conditions, formulas, said
from flowtic.core.errors import Busy, CommandError
from flowtic.core.models import Event
from flowtic.core.request_context import current_request_id
from workflows.automation import triggers
from workflows.automation.facts import Values, fresh, values_of
from workflows.commands.automation_runs import act_by_rule, machine_of, note_failure, note_stop, sentence_of
from workflows.models import AutomationRule, AutomationRun

log = structlog.get_logger("flowtic.automation")

DEEPEST = 5
# A rule may act so often on one ticket; loops that go out of the house and come back end here.
OFTEN, WITHIN = 10, timedelta(minutes=10)
DONE, STOPPED = AutomationRun.Outcome.DONE, AutomationRun.Outcome.STOPPED


@dataclass(frozen=True)
class Chain:
    """How it came to a fact: where it began, and the run whose change it is, if it is one."""

    root: str
    parent: int | None = None
    depth: int = 0

    @classmethod
    def current(cls, fact: str) -> "Chain":
        """Of the request that is being worked on (see AutomationRun.chain); a new one that begins with the fact."""
        name, _colon, text = current_request_id.get().partition(":")
        known = AutomationRun.objects.filter(pk=int(text)) if name == "rule" and text.isdigit() else None
        row = known.values_list("root", "pk", "depth").first() if known is not None else None
        return cls(*row) if row else cls(fact)

    def objection(self, rule: AutomationRule, ticket: int) -> str:
        """Why the rule must not act now; '' when it may."""
        acted = AutomationRun.objects.filter(rule=rule, ticket=ticket, outcome=DONE)
        if acted.filter(root=self.root).exists():
            return "loop"
        if self.depth >= DEEPEST:
            return "depth"
        return "often" if acted.filter(created_at__gt=clock.now() - WITHIN).count() >= OFTEN else ""


def react(event: Event) -> None:
    """Every rule that the event begins, in their order, until one with the stop flag has acted."""
    wanted = [trigger for trigger, names in triggers.EVENTS.items() if event.name in names]
    rules = list(AutomationRule.objects.in_force().filter(trigger__in=wanted))
    if event.ticket_id is None or not rules:
        return
    ticket = fresh(event.ticket_id)
    if ticket is None or ticket.merged_into_id:
        return
    chain = Chain.current(f"event:{event.pk}")
    for rule in rules:
        begins = triggers.fits(rule, event, ticket)
        if begins and meet(rule, event.ticket_id, f"{rule.pk}:{event.pk}", chain, event) and rule.stop:
            return


def meet(rule: AutomationRule, ticket_id: int, key: str, chain: Chain, event: Event | None = None) -> bool:
    """Whether the rule acted on the ticket, now or when the same fact came before."""
    known = AutomationRun.objects.filter(key=key).values_list("outcome", flat=True).first()
    if known is not None:
        return known == DONE
    ticket = fresh(ticket_id)
    if ticket is None or ticket.merged_into_id or not holds(rule, values_of(ticket, event)):
        return False
    objection = chain.objection(rule, ticket_id)
    if objection:
        note_stop(machine_of(rule), rule, ticket=ticket, key=key, event=event, chain=chain, code=objection)
        return False
    return _act(rule, ticket, key, chain, event)


def holds(rule: AutomationRule, values: Values) -> bool:
    """A formula that fails does not hold."""
    try:
        return conditions.holds(rule.condition, values, now=clock.now())
    except formulas.FormulaError:
        return False


def _act(rule: AutomationRule, ticket: Ticket, key: str, chain: Chain, event: Event | None) -> bool:
    """All actions or none. What the rule cannot do is its failure; what the database cannot do is tried again."""
    actor = machine_of(rule)
    about: Any = {"ticket": ticket, "key": key, "event": event, "chain": chain}
    try:
        with said.remembered():  # why it fails is read in other languages, too
            return act_by_rule(actor, rule, **about) is not None
    except (Busy, OperationalError, InterfaceError):
        raise
    except IntegrityError:
        if not AutomationRun.objects.filter(key=key).exists():
            raise
        return True
    except CommandError as error:
        code, why = error.code, sentence_of(error)
    except Exception as error:
        log.exception("automation_failed", rule=rule.pk, ticket=ticket.number)
        code, why = "unexpected", f"{type(error).__name__}: {error}"
    note_failure(actor, rule, **about, code=code, error=why)
    return False
