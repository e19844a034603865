"""What rules do, and the log of it. Called by the machine only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _

from desk.models import Ticket
from flowtic.core import clock, said
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Invalid
from flowtic.core.models import Event
from flowtic.core.policy import require
from flowtic.core.request_context import current_request_id
from workflows.automation.actions import ACTIONS
from workflows.automation.actions.base import FAILED, WAITING, Doing
from workflows.automation.facts import fresh, values_of
from workflows.commands.automation import pause_automation
from workflows.models import AutomationRule, AutomationRun

FAILURES = 5
QUIET = timedelta(minutes=10)  # what is stopped as too often is noted once in this time
Outcome = AutomationRun.Outcome


class Led(Protocol):
    """The chain of runs behind a fact (workflows.automation.running.Chain)."""

    @property
    def root(self) -> str: ...
    @property
    def parent(self) -> int | None: ...
    @property
    def depth(self) -> int: ...


class ActionFailed(CommandError):
    """One of the rule's actions was refused; `number` says which."""

    code = "action_failed"

    def __init__(self, number: int, error: CommandError) -> None:
        super().__init__(_action_words(number, sentence_of(error)))
        self.code = error.code


def _action_words(number: int, error: str) -> str:
    return _("Action %(number)d: %(error)s") % {"number": number + 1, "error": error}


def sentence_of(error: CommandError) -> str:
    """What a refusal says; of mere field errors the first one."""
    return next(iter(error.fields.values()), [error.message])[0] if type(error) is Invalid else error.message


def machine_of(rule: AutomationRule) -> Actor:
    """The rule as who acts: history names it."""
    return Actor(via="automation", machine=rule.machine)


@command
def act_by_rule(
    actor: Actor, rule: AutomationRule, *, ticket: Ticket, key: str, event: Event | None, chain: Led
) -> AutomationRun | None:
    """Every action in its order, in one transaction with the log; None when the rule was switched off meanwhile.

    A repetition of the same fact fails at the key. Raises ActionFailed for what a command refuses.
    """
    require(actor, "automation.run", rule)
    began = time.monotonic()
    Ticket.objects.lock(ticket.pk)
    row = AutomationRule.objects.in_force().filter(pk=rule.pk).first()
    current = fresh(ticket.pk)
    if row is None or current is None:
        return None
    run = _noted(row, current, key, event, chain, outcome=Outcome.DONE)
    with _as_request(run.chain):
        run.results = [_done(actor, run, event, number, spec) for number, spec in enumerate(row.actions)]
    run.milliseconds = round((time.monotonic() - began) * 1000)
    run.save(update_fields=["results", "milliseconds"])
    if row.failures and not any(one["state"] == WAITING for one in run.results):
        AutomationRule.objects.filter(pk=row.pk).update(failures=0)
    return run


def _done(actor: Actor, run: AutomationRun, event: Event | None, number: int, spec: dict[str, Any]) -> dict[str, Any]:
    """One action on the ticket as the ones before it left it; what came of it."""
    action, ticket = ACTIONS.get(str(spec.get("do"))), fresh(run.ticket_id)
    if action is None or ticket is None:
        raise ActionFailed(number, Invalid(_("This action does not exist any more.")))
    doing = Doing(actor, ticket, run, number, values_of(ticket, event))
    try:
        state = action.run(doing, spec)
    except CommandError as error:
        if error.status == 503:
            raise
        raise ActionFailed(number, error) from error
    return {"do": action.key, "state": state, "spec": _cut(spec), **doing.kept}


def _cut(spec: dict[str, Any]) -> dict[str, Any]:
    """The action for the log: long texts end early."""
    return {name: value[:200] if isinstance(value, str) else value for name, value in spec.items()}


@contextmanager
def _as_request(name: str) -> Iterator[None]:
    token = current_request_id.set(name)
    try:
        yield
    finally:
        current_request_id.reset(token)


@command
def note_stop(
    actor: Actor, rule: AutomationRule, *, ticket: Ticket, key: str, event: Event | None, chain: Led, code: str
) -> AutomationRun | None:
    """A line of the log about a rule that would have gone round in circles."""
    require(actor, "automation.run", rule)
    before = AutomationRun.objects.filter(rule=rule, ticket=ticket).order_by("-pk")
    last = before.first()
    if before.filter(root=chain.root, outcome=Outcome.STOPPED).exists():
        return None
    if code == "often" and last and last.code == code and last.created_at > clock.now() - QUIET:
        return None
    return _noted(rule, ticket, key, event, chain, outcome=Outcome.STOPPED, code=code)


@command
def note_failure(
    actor: Actor,
    rule: AutomationRule,
    *,
    ticket: Ticket,
    key: str,
    event: Event | None,
    chain: Led,
    code: str,
    error: str,
) -> AutomationRun:
    """A line of the log; the fifth failure in a row pauses the rule."""
    require(actor, "automation.run", rule)
    why = {"error": error[:500], "said": said.stored(error)}
    run = _noted(rule, ticket, key, event, chain, outcome=Outcome.FAILED, code=code[:40], **why)
    count_failure(actor, rule, ticket.pk, error)
    return run


def count_failure(actor: Actor, rule: AutomationRule, ticket_id: int, error: str) -> None:
    """For commands: one more failure in a row."""
    row = AutomationRule.objects.lock(rule.pk)
    row.failures += 1
    row.save(update_fields=["failures"])
    if row.failures >= FAILURES and not row.is_paused:
        words = {"count": row.failures, "error": error}
        with said.remembered():
            reason = _("It failed %(count)d times in a row. The last time: %(error)s") % words
        pause_automation(actor, row, reason=reason, ticket_id=ticket_id)


def _noted(
    rule: AutomationRule, ticket: Ticket, key: str, event: Event | None, chain: Led, **more: Any
) -> AutomationRun:
    return AutomationRun.objects.create(
        key=key,
        rule=rule,
        rule_name=rule.name,
        ticket=ticket,
        event_id=event.pk if event else None,
        root=chain.root,
        parent_id=chain.parent,
        depth=chain.depth + 1,
        created_at=clock.now(),
        **more,
    )


@command
def settle_call(actor: Actor, run: AutomationRun, *, number: int, error: str = "") -> AutomationRun:
    """How a call ended that a job made; a repetition finds it settled."""
    require(actor, "automation.run", run.rule)
    row = AutomationRun.objects.select_for_update().get(pk=run.pk)
    result = row.results[number]
    if result["state"] != WAITING:
        return row
    result |= {"state": FAILED, "error": error[:500]} if error else {"state": "done"}
    if error:
        row.outcome, row.code = Outcome.FAILED, "call_failed"
        with said.remembered():
            error = _action_words(number, error)
        row.error, row.said = error[:500], said.stored(error)
    row.save(update_fields=["results", "outcome", "code", "error", "said"])
    rule = AutomationRule.objects.filter(pk=row.rule_id or 0).first()
    if rule is not None and error:
        count_failure(actor, rule, row.ticket_id, error)
    elif rule is not None and row.outcome == Outcome.DONE and rule.failures:
        AutomationRule.objects.filter(pk=rule.pk).update(failures=0)
    return row
