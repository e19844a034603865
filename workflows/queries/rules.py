"""Rules of which workflow a ticket gets: in words, and tried out on the last tickets."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk.formschema import fields_of
from desk.models import Priority, RequestType, Ticket
from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.conditions import FieldInfo
from workflows.commands.drive import facts_in
from workflows.commands.starting import fits, form_values
from workflows.definition import forms
from workflows.definition.known import read_only_labels
from workflows.models import WorkflowRule

LAST = 200
AT_HAND = ("request_type", "form_version", "requester", "priority", "department")
SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A rule with its condition as a sentence."""

    rule: WorkflowRule
    words: str
    is_first: bool
    is_last: bool
    matches: "Matches | None" = None


@dataclass(frozen=True)
class Matches:
    """How many of the last tickets a condition fits."""

    number: int
    of: int
    tickets: list[Ticket]


def infos() -> dict[str, FieldInfo]:
    """Every name that a rule may read, labelled, with names for the values it may be compared with."""
    found: dict[str, FieldInfo] = {}
    types = list(RequestType.objects.all())
    for kind in types:
        for spec in fields_of(kind.schema):
            found.setdefault(spec["key"], forms.info(spec))
    choices: dict[str, Any] = {
        "ticket.priority": {row.key: row.name for row in Priority.objects.all()},
        "ticket.department": {row.key: row.name for row in Department.objects.all()},
        "ticket.request_type": {row.key: row.name for row in types},
        "ticket.source": dict(Ticket.Source.choices),
        "requester.role": dict(User.Role.choices),
    }
    for name, label in {**read_only_labels(), "ticket.tags": _("Tags")}.items():
        named = {value: str(text) for value, text in choices.get(name, {}).items()}
        found[name] = FieldInfo(name, label, "choice" if named else "text", named)
    return found


def lines(trial: "Trial | None" = None) -> list[Line]:
    """Every rule in its order; with a trial, tried out on the last tickets."""
    rules = list(WorkflowRule.objects.select_related("workflow").defer("workflow__draft"))
    known = infos()
    last = len(rules) - 1
    return [
        Line(
            rule,
            conditions.words(rule.condition, known),
            index == 0,
            index == last,
            trial.matches(rule.condition) if trial else None,
        )
        for index, rule in enumerate(rules)
    ]


class Trial:
    """The last tickets that the actor sees, to try conditions on; fetched once for all of them."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def matches(self, condition: Any) -> Matches:
        rule = WorkflowRule(condition=condition)
        found = [ticket for ticket, values in self._tickets if fits(rule, values)]
        return Matches(len(found), len(self._tickets), found[:SHOWN])

    @cached_property
    def _tickets(self) -> list[tuple[Ticket, dict[str, Any]]]:
        return [(ticket, self._values(ticket)) for ticket in self._last()]

    def _last(self) -> list[Ticket]:
        rows = Ticket.objects.visible_to(self.actor).select_related(*AT_HAND)
        light = rows.defer("description", "field_versions").prefetch_related("tags")
        return list(light.order_by("-created_at", "-pk")[:LAST])

    def _values(self, ticket: Ticket) -> dict[str, Any]:
        values = {**form_values(ticket), **facts_in(ticket)}
        values["ticket"]["tags"] = sorted(tag.name for tag in ticket.tags.all())
        return values
