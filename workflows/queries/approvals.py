"""The inbox of approvals: what waits for one's decision, and what one has decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from desk.custom_fields import StoredNames, schema_of
from desk.formschema import fields_of, label_of, value_words
from desk.formschema.pages import Spec, kind_of
from desk.models import Ticket
from flowtic.core import localised
from flowtic.core.actor import Actor
from workflows.commands.answers import form_of, outcomes_of
from workflows.commands.drive import definition_of
from workflows.definition.format import Step
from workflows.models import WorkItem
from workflows.models.work_item import WorkItemQuerySet
from workflows.queries.deadlines import Deadline, deadline_of
from workflows.queries.steps import UNREAD
from workflows.words import name_of, owner_words

MOST, MOST_DONE, FACTS = 50, 20, 3
RELATED = (
    "instance__version__workflow",
    "ticket__requester",
    "ticket__request_type",
    "ticket__form_version",
    "department",
)


@dataclass(frozen=True)
class Row:
    """One approval. `facts`: the first answers of the request; `asks`: it has fields of its own to fill in."""

    item: WorkItem
    ticket: Ticket
    step: str
    pool: str  # whose people may decide it; "" for somebody's own
    facts: list[tuple[str, str]]
    asks: bool
    approve: str
    reject: str
    outcome: str
    deadline: Deadline | None

    @property
    def rejected(self) -> bool:
        return self.item.outcome == "reject"


class Inbox:
    """For any role; reads only."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def open(self) -> list[Row]:
        """Mine by name, and those that my people may decide; the one that is due first on top."""
        mine = Q(assignee=self.actor.user)
        pool = Q(pk__in=WorkItem.objects.claimable_by(self.actor).values("pk"))
        items = self._approvals().open().filter(mine | pool if self.actor.can_work else mine)
        return _described(list(items.order_by("sort_due_at", "pk")[:MOST]))

    @cached_property
    def done(self) -> list[Row]:
        """What I decided last."""
        items = self._approvals().filter(assignee=self.actor.user, state=WorkItem.State.COMPLETED)
        mine = items.filter(completed_by=self.actor.user).order_by("-completed_at", "-pk")
        return _described(list(mine[:MOST_DONE]))

    def _approvals(self) -> WorkItemQuerySet:
        rows = WorkItem.objects.visible_to(self.actor).filter(kind=WorkItem.Kind.APPROVAL)
        return rows.select_related(*RELATED).defer("instance__state", "ticket__description", *UNREAD)


def _described(items: list[WorkItem]) -> list[Row]:
    given = {item.pk: _given(item.ticket) for item in items}
    names = StoredNames([pair for pairs in given.values() for pair in pairs])
    return [_row(item, given[item.pk], names) for item in items]


def _given(ticket: Ticket) -> list[tuple[Spec, Any]]:
    """The request's first answers; files and what only insiders fill in say little in a line."""
    specs = [spec for spec in fields_of(schema_of(ticket)) if not spec.get("internal") and kind_of(spec) != "file"]
    return [(spec, ticket.fields[spec["key"]]) for spec in specs if spec["key"] in ticket.fields][:FACTS]


def _row(item: WorkItem, given: list[tuple[Spec, Any]], names: StoredNames) -> Row:
    definition = definition_of(item.instance.version_id)
    step = definition.steps.get(item.step)
    labels = _labels(step, item)
    return Row(
        item=item,
        ticket=item.ticket,
        step=name_of(definition, item.step),
        pool=_pool(item),
        facts=[(label_of(spec), value_words(spec, value, names)) for spec, value in given],
        asks=bool(step and fields_of(form_of(step, item))),
        approve=labels.get("approve", ""),
        reject=labels.get("reject", ""),
        outcome=labels.get(item.outcome, item.outcome),
        deadline=deadline_of(item),
    )


def _pool(item: WorkItem) -> str:
    """Tells approvals of one step apart that several pools decide."""
    if item.assignee_id:
        return ""
    return item.department.name if item.department and not item.role else owner_words(item.owner_words())


def _labels(step: Step | None, item: WorkItem) -> Mapping[str, str]:
    entries = outcomes_of(step, item.kind) if step else []
    return {entry["key"]: localised.text(entry.get("label")) or entry["key"] for entry in entries}
