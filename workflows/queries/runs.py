"""Runs: the list with its filters, and everything about one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from desk.history import Line, describe
from desk.models import Ticket
from flowtic.core import clock, localised
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest, NotFound
from flowtic.core.models import Event, OutgoingCall
from flowtic.core.paging import Page, Sort, page
from flowtic.core.policy import allows
from workflows.commands.answers import outcomes_of
from workflows.commands.drive import definition_of
from workflows.definition.drawing import CURRENT, DONE, FAILED, Drawing, draw
from workflows.definition.format import APPROVAL, FORM
from workflows.engine.state import ERROR
from workflows.models import EffectRun, Instance, WorkflowVersion, WorkItem
from workflows.names import DatabaseNames
from workflows.queries.flow import causes_of, standing_at
from workflows.queries.strip import LEFT_OUT, Strip
from workflows.trace import MOST, taken_ways
from workflows.words import error_words, name_of, owner_words

STUCK_AFTER = timedelta(days=2)
PAGE_SIZE, MOST_EVENTS, MOST_CALLS = 25, 200, 50
NEWEST, OLDEST = Sort("moved", ("-moved_at",)), Sort("stuck", ("moved_at",))
STATES = ("running", "finished", "cancelled", "all")


@dataclass(frozen=True)
class Row:
    """A run in the list: where it stands and whom it waits for."""

    instance: Instance
    ticket: Ticket
    steps: str
    waits_for: str
    failed: bool
    why: str = ""


class RunList:
    """For an address. Raises BadRequest for unknown filters and page marks."""

    def __init__(self, actor: Actor, params: Mapping[str, Any]) -> None:
        self.actor = actor
        self.state = params.get("state") or "running"
        self.which = params.get("which") or ""
        self.workflow = params.get("workflow") or ""
        self.step = params.get("step") or ""
        self.cursor = params.get("cursor") or ""
        if self.state not in STATES or self.which not in ("", "stuck", "failed"):
            raise BadRequest(_("This filter does not exist."), fields={"state": _("unknown")})

    @cached_property
    def page(self) -> Page[Instance]:
        rows = Instance.objects.visible_to(self.actor).select_related("version__workflow", "ticket").defer(*LEFT_OUT)
        if self.state != "all":
            rows = rows.filter(status=self.state)
        if self.workflow:
            versions = WorkflowVersion.objects.filter(workflow__key=self.workflow.replace("\0", ""))
            rows = rows.filter(version__in=list(versions.values_list("pk", flat=True)))
        if self.step and "\0" not in self.step:
            rows = standing_at(rows, self.step)
        if self.which == "failed":
            rows = rows.filter(has_error=True)
        if self.which == "stuck":
            rows = rows.filter(status=Instance.State.RUNNING, moved_at__lt=clock.now() - STUCK_AFTER)
        return page(rows, OLDEST if self.which == "stuck" else NEWEST, cursor=self.cursor, limit=PAGE_SIZE)

    @cached_property
    def rows(self) -> list[Row]:
        open_items = WorkItem.objects.open().filter(instance__in=self.page.rows).select_related("assignee")
        by_run: dict[int, list[WorkItem]] = {}
        for item in open_items.order_by("pk"):
            by_run.setdefault(item.instance_id, []).append(item)
        return [_row(instance, by_run.get(instance.pk, [])) for instance in self.page.rows]


def _row(instance: Instance, items: Iterable[WorkItem]) -> Row:
    definition = definition_of(instance.version_id)
    keys = dict.fromkeys(token["step"] for token in instance.state["tokens"].values())
    names = [item.assignee.name if item.assignee else _pool(item) for item in items]
    running = instance.status == Instance.State.RUNNING
    return Row(
        instance=instance,
        ticket=instance.ticket,
        steps=", ".join(name_of(definition, key) for key in keys) if running else "",
        waits_for=", ".join(dict.fromkeys(names)),
        failed=instance.has_error,
        why=" ".join(why for _step, why in causes_of(instance)) if instance.has_error else "",
    )


def _pool(item: WorkItem) -> str:
    return item.topic if item.kind == WorkItem.Kind.EXTERNAL else owner_words(item.owner_words())


def visible_run(actor: Actor, pk: int) -> Instance:
    rows = Instance.objects.visible_to(actor).select_related("version__workflow", "ticket__status").defer(*LEFT_OUT)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This run does not exist."))
    return found


@dataclass(frozen=True)
class Token:
    """A place where the run stands, with what an admin may choose there."""

    name: str
    key: str
    step: str
    failed: bool
    error: str
    outcomes: list[tuple[str, str]]
    last_call: OutgoingCall | None


@dataclass(frozen=True)
class LateTimer:
    """A moment of a step that could not be told to the run, and when it is tried again."""

    key: str
    step: str
    error: str
    next_try: datetime


@dataclass(frozen=True)
class Entry:
    """Something in the log: an event in words, or a call that went out."""

    at: datetime
    line: Line | None = None
    call: OutgoingCall | None = None
    step: str = ""


class RunPage(Strip):
    """One run with its picture, log and operations."""

    def __init__(self, actor: Actor, instance: Instance) -> None:
        super().__init__(actor, instance.ticket)
        self.instance: Instance = instance  # this one, not the newest of the ticket

    @cached_property
    def may_operate(self) -> bool:
        return self.is_running and allows(self.actor, "instance.operate", self.instance)

    @cached_property
    def tokens(self) -> list[Token]:
        """Failed ones first."""
        found = [self._token(name, token) for name, token in self.instance.state["tokens"].items()]
        return sorted(found, key=lambda token: (not token.failed, token.name)) if self.is_running else []

    @property
    def failed(self) -> list[Token]:
        return [token for token in self.tokens if token.failed]

    @cached_property
    def late_timers(self) -> list[LateTimer]:
        """Moments that came and could not be told to the run: something is broken that trying again does not mend."""
        rows = self.instance.timers.order_by("due_at") if self.instance.has_error else ()
        return [
            LateTimer(row.step, name_of(self.definition, row.step), str(row.spec.get("error", "")), row.due_at)
            for row in rows
            if row.spec.get("failures")
        ]

    def _token(self, name: str, token: Mapping[str, Any]) -> Token:
        error = token.get("error") or {}
        key = token["step"]
        calls = [entry.call for entry in self._calls if entry.call and entry.step == name_of(self.definition, key)]
        return Token(
            name=name,
            key=key,
            step=name_of(self.definition, key),
            failed=token["state"] == ERROR,
            error=error_words(error.get("code", ""), error.get("message", "")) if error else "",
            outcomes=self._outcomes(key),
            last_call=calls[-1] if calls else None,
        )

    def _outcomes(self, key: str) -> list[tuple[str, str]]:
        step = self.definition.steps.get(key)
        if step is None or step.kind not in (FORM, APPROVAL):
            return []
        return [(one["key"], localised.text(one.get("label")) or one["key"]) for one in outcomes_of(step, step.kind)]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Every step, to jump to or to repeat."""
        return [(key, name_of(self.definition, key)) for key in self.definition.steps]

    @cached_property
    def other_versions(self) -> list[WorkflowVersion]:
        workflow = self.instance.version.workflow
        return list(workflow.versions.exclude(pk=self.instance.version_id).defer("document").order_by("-number")[:50])

    # ---- picture ---------------------------------------------------------------------

    @cached_property
    def drawing(self) -> Drawing:
        tokens = self.instance.state["tokens"].values() if self.is_running else ()
        states = dict.fromkeys(self.instance.state["visits"], DONE)
        states |= {token["step"]: FAILED if token["state"] == ERROR else CURRENT for token in tokens}
        events = self.instance.events.order_by("seq").values_list("version", "event")[:MOST]
        return draw(
            self.definition,
            states=states,
            taken=taken_ways(events, definition_of),
            names=DatabaseNames(),
            href=lambda key: f"#log-{key}",
            ident="run-diagram",
        )

    # ---- log -------------------------------------------------------------------------

    @cached_property
    def log(self) -> list[Entry]:
        """The newest first."""
        lines = describe(list(self._events()[:MOST_EVENTS]), internal=True)
        entries = [Entry(line.at, line=line) for line in lines] + self._calls
        return sorted(entries, key=lambda entry: entry.at, reverse=True)

    def _events(self) -> QuerySet[Event]:
        items = list(self.instance.items.values_list("pk", flat=True))
        about = Q(subject_type="workflows.instance", subject_id=self.instance.pk)
        about |= Q(subject_type="workflows.workitem", subject_id__in=items)
        told = Event.objects.filter(about, ticket_id=self.instance.ticket_id)
        return told.select_related("actor").order_by("-pk")

    @cached_property
    def _calls(self) -> list[Entry]:
        """Requests and answers of automatic steps; only administrators read them."""
        runs = {run.pk: run.step for run in self.effects}
        found = OutgoingCall.objects.visible_to(self.actor).filter(
            subject_type="workflows.effectrun", subject_id__in=runs
        )
        rows = list(found.order_by("-pk")[:MOST_CALLS])[::-1]
        return [Entry(row.created_at, call=row, step=name_of(self.definition, runs[row.subject_id])) for row in rows]

    @cached_property
    def effects(self) -> list[EffectRun]:
        """Automatic steps and how they went."""
        return list(self.instance.effects.order_by("-pk")[:100])

    @property
    def effect_lines(self) -> list[tuple[EffectRun, str]]:
        return [(run, name_of(self.definition, run.step)) for run in self.effects]

    @property
    def values(self) -> list[tuple[str, str]]:
        """What the workflow knows, for who works the ticket."""
        return [(key, str(value)[:500]) for key, value in sorted(self.instance.state["values"].items())]
