"""Automation rules for their pages: as sentences, with what they did, and tried on the last tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Membership
from desk.models import Ticket
from flowtic.core import clock, conditions
from flowtic.core.actor import Actor
from flowtic.core.conditions import FieldInfo
from flowtic.core.errors import NotFound
from flowtic.core.prepared import Prepared
from workflows.automation import actions
from workflows.automation.facts import RELATED, Values, infos, values_of
from workflows.automation.running import holds
from workflows.automation.sentences import Sentence, sentence
from workflows.models import AutomationRule, AutomationRun
from workflows.queries.rules import LAST, SHOWN, Matches

RECENT = timedelta(days=7)
LOGGED, ON_TICKET = 50, 50
# What the last tickets cannot show: a condition about it is only true at the moment of an event.
MOMENTARY = ("comment.", "before.")


@dataclass(frozen=True)
class RuleLine:
    """A rule in the list; `acted`, `failed`, `stopped`: of the last seven days."""

    rule: AutomationRule
    sentence: Sentence
    is_first: bool
    is_last: bool
    acted: int
    failed: int
    stopped: int


def rule_numbered(actor: Actor, pk: int) -> AutomationRule:
    found = AutomationRule.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This rule does not exist."))
    return found


def rule_lines(actor: Actor) -> list[RuleLine]:
    """Every rule in its order."""
    rules = list(AutomationRule.objects.visible_to(actor))
    known = infos() if rules else {}
    counts = _counts(rules)
    return [
        RuleLine(rule, sentence(rule, known), index == 0, index == len(rules) - 1, *counts.get(rule.pk, (0, 0, 0)))
        for index, rule in enumerate(rules)
    ]


def _counts(rules: list[AutomationRule]) -> dict[int, tuple[int, int, int]]:
    outcome = AutomationRun.Outcome
    rows = AutomationRun.objects.filter(rule__in=rules, created_at__gte=clock.now() - RECENT).order_by()
    each = [Count("pk", filter=Q(outcome=one)) for one in (outcome.DONE, outcome.FAILED, outcome.STOPPED)]
    named = dict(zip(("acted", "failed", "stopped"), each, strict=True))
    found = rows.values_list("rule_id").annotate(**named)
    return {rule: (acted, failed, stopped) for rule, acted, failed, stopped in found}


# ---- the log ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One action of a run in words."""

    words: str
    state: str
    icon: str
    error: str


@dataclass(frozen=True)
class LogLine:
    run: AutomationRun
    results: tuple[Result, ...]
    why: str


def log_of_rule(actor: Actor, rule: AutomationRule, most: int = LOGGED) -> list[LogLine]:
    """The last runs on tickets that the actor works, the newest first."""
    rows = AutomationRun.objects.visible_to(actor).filter(rule=rule).select_related("ticket", "parent")
    return [_line(run) for run in rows.order_by("-pk")[:most]]


def log_of_ticket(ticket: Ticket) -> list[LogLine]:
    """What rules did to one ticket; who asks may work it."""
    rows = AutomationRun.objects.filter(ticket=ticket).select_related("rule", "parent").order_by("-pk")
    return [_line(run) for run in rows[:ON_TICKET]]


_first_run = Prepared(lambda ids: AutomationRun.objects.filter(ticket__in=ids).order_by().values_list("pk")[:1])


def has_log(actor: Actor, ticket: Ticket) -> bool:
    """Whether there is something to read for whoever works the ticket."""
    return ticket.internal_for(actor) and bool(_first_run.among([ticket.pk]))


def _line(run: AutomationRun) -> LogLine:
    return LogLine(run, tuple(_result(one) for one in run.results), why_words(run))


def _result(one: Mapping[str, Any]) -> Result:
    action = actions.ACTIONS.get(str(one.get("do")))
    said = actions.words(one.get("spec") or {})
    return Result(said, str(one.get("state")), action.icon if action else "x", str(one.get("error") or ""))


def why_words(run: AutomationRun) -> str:
    """Why a run was stopped or what failed; '' for one that is done."""
    if run.outcome != AutomationRun.Outcome.STOPPED:
        return run.error_words
    return {
        "loop": _("It had acted on this ticket already, and this followed from that."),
        "depth": _("Five rules had begun each other already."),
        "often": _("It acted on this ticket ten times within ten minutes."),
    }.get(run.code, run.code)


# ---- tried on the last tickets -----------------------------------------------------------


class Trial:
    """The last tickets that the actor sees, as they are today; fetched once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def matches(self, condition: Any) -> Matches:
        rule = AutomationRule(condition=condition)
        found = [ticket for ticket, values in self._tickets if holds(rule, values)]
        return Matches(len(found), len(self._tickets), found[:SHOWN])

    @cached_property
    def _tickets(self) -> list[tuple[Ticket, Values]]:
        rows = Ticket.objects.visible_to(self.actor).select_related(*RELATED).prefetch_related("tags")
        tickets = list(rows.defer("description", "field_versions").order_by("-created_at", "-pk")[:LAST])
        people = {ticket.requester_id for ticket in tickets}
        works = Membership.objects.filter(user__in=people, department__active=True).order_by("-pk")
        places: dict[int, str] = dict(works.values_list("user", "department__key"))
        return [(ticket, values_of(ticket, place=places.get(ticket.requester_id))) for ticket in tickets]


def is_momentary(condition: Any) -> bool:
    """Whether the condition asks for something that only an event knows."""
    return any(name.startswith(MOMENTARY) for name in conditions.names(condition))


def known_fields() -> Mapping[str, FieldInfo]:
    return infos()
