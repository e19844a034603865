"""The strip of steps on the ticket page: done, now, next; who waits for whom; the form of one's own step.

`Tracking` is the requester's share of it: steps marked public, nothing about who does them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from desk.models import Ticket
from flowtic.core import clock, time_words
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared
from workflows.commands.drive import definition_of
from workflows.definition import format as f
from workflows.definition.format import Definition, parse
from workflows.definition.words import kind_words
from workflows.engine.state import ERROR, RUNNING
from workflows.models import Instance, Timer, Workflow, WorkItem
from workflows.progress import Progress, progress
from workflows.queries.deadlines import Deadline, deadline_of
from workflows.queries.steps import UNREAD, StepPage
from workflows.words import error_words, name_of, owner_words

NOWHERE = Progress((), (), ())
LEFT_OUT = ("version__document", "version__workflow__draft")


@dataclass(frozen=True)
class Mark:
    """One step of the strip. `state`: done, now, failed, ahead."""

    key: str
    name: str
    state: str


@dataclass(frozen=True)
class Waiting:
    """Somebody or something the run waits for. `item` is None for machines and moments."""

    step: str
    kind: str
    words: str
    person: User | None = None
    item: WorkItem | None = None
    deadline: Deadline | None = None
    failed: bool = False


class Strip:
    """The newest run of a ticket, for who works it; reads only.

    `tried`: a step that was sent and refused; it is shown with what was typed instead of anew.
    """

    def __init__(self, actor: Actor, ticket: Ticket, *, tried: StepPage | None = None) -> None:
        self.actor, self.ticket, self.tried = actor, ticket, tried

    @cached_property
    def instance(self) -> Instance | None:
        """The run that goes on, else the last one."""
        rows = Instance.objects.filter(ticket=self.ticket).select_related("version__workflow").defer(*LEFT_OUT)
        return rows.order_by("-number").first()

    @cached_property
    def definition(self) -> Definition:
        return definition_of(self.instance.version_id) if self.instance else parse({})

    @cached_property
    def progress(self) -> Progress:
        return progress(self.definition, self.instance.state, clock.now()) if self.instance else NOWHERE

    @property
    def is_running(self) -> bool:
        return self.instance is not None and self.instance.status == RUNNING

    @cached_property
    def marks(self) -> list[Mark]:
        """Every step in its place; what lies far behind or ahead is left to the panel."""
        failed = self._failed_steps()
        places = dict.fromkeys(self.progress.done, "done")
        places |= {key: "failed" if key in failed else "now" for key in self.progress.now}
        places |= dict.fromkeys(self.progress.ahead, "ahead")
        return [Mark(key, name_of(self.definition, key), place) for key, place in places.items()]

    @cached_property
    def pages(self) -> list[StepPage]:
        """Steps that the actor can do or take over here and now."""
        found = [
            self.tried if self.tried and self.tried.item.pk == item.pk else self._page(item) for item in self.items
        ]
        return [page for page in found if page.may_complete or page.may_claim]

    @cached_property
    def items(self) -> list[WorkItem]:
        if self.instance is None:
            return []
        rows = self.instance.items.open().select_related("department", "assignee", "instance__version__workflow")
        return list(rows.defer(*UNREAD).order_by("pk"))

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Whom and what it waits for, in the order of the definition."""
        if not self.is_running or self.instance is None:
            return []
        found: list[Waiting] = []
        for token in self.instance.state["tokens"].values():
            if token["state"] == ERROR:
                error = token.get("error") or {}
                words = error_words(error.get("code", ""), error.get("message", ""))
                found.append(self._waiting(token["step"], words, failed=True))
                continue
            items = [item for item in self.items if item.step == token["step"]]
            found += [self._for_people(item) for item in items] or [self._for_machine(token["step"])]
        return found

    @property
    def waits_only_for_me(self) -> bool:
        """Then the form stands there and nothing needs to be said."""
        people = [one.person.pk if one.person else None for one in self.waiting]
        return people == [self.actor.user.pk]

    def _page(self, item: WorkItem) -> StepPage:
        if self.tried and self.tried.item.pk == item.pk:
            return self.tried
        item.ticket = self.ticket
        return StepPage(self.actor, item)

    def _failed_steps(self) -> set[str]:
        tokens = self.instance.state["tokens"].values() if self.instance else ()
        return {token["step"] for token in tokens if token["state"] == ERROR}

    def _for_people(self, item: WorkItem) -> Waiting:
        if item.kind == WorkItem.Kind.EXTERNAL:
            words = _("robot for “%(topic)s”") % {"topic": item.topic}
        else:
            words = item.assignee.name if item.assignee else owner_words(item.owner_words())
        return self._waiting(item.step, words, item.assignee, item)

    def _for_machine(self, key: str) -> Waiting:
        due = self._moments.get(key)
        step = self.definition.steps.get(key)
        kind = kind_words(step.kind) if step else "–"
        words = _("until %(moment)s") % {"moment": time_words.full(due)} if due else kind
        return self._waiting(key, words)

    def _waiting(
        self, key: str, words: str, person: User | None = None, item: WorkItem | None = None, *, failed: bool = False
    ) -> Waiting:
        step = self.definition.steps.get(key)
        kind = kind_words(step.kind) if step else "–"
        deadline = deadline_of(item) if item else None
        return Waiting(name_of(self.definition, key), kind, words, person, item, deadline, failed)

    @cached_property
    def _moments(self) -> dict[str, datetime]:
        rows = Timer.objects.filter(instance=self.instance, name="wait").order_by("-due_at")
        return dict(rows.values_list("step", "due_at"))


# ---- what the requester sees ------------------------------------------------------------


@dataclass(frozen=True)
class Tracked:
    """One public step: its name and whether it is done or now."""

    name: str
    place: str


def tracking(ticket: Ticket) -> list[Tracked]:
    """Steps marked public that are done or now, in order; the newest run's. Requesters see nothing else of it."""
    instance = Instance.objects.filter(ticket=ticket).order_by("-number").first()
    if instance is None or instance.status == Instance.State.CANCELLED:
        return []
    definition = definition_of(instance.version_id)
    found = progress(definition, instance.state, clock.now())
    ahead = set(found.ahead)
    places = {key: "done" for key in instance.state["visits"] if key not in ahead}
    places |= dict.fromkeys(found.now, "current")
    keys = _public(definition, places)
    return [Tracked(name_of(definition, key), places[key]) for key in keys]


@dataclass(frozen=True)
class Own:
    """A step that waits for the reader."""

    name: str
    url: str


def steps_of(actor: Actor, ticket: Ticket) -> list[Own]:
    """What the actor is to do on the ticket, for those who do not work it."""
    items = WorkItem.objects.open().for_people().filter(ticket=ticket, assignee=actor.user).select_related("instance")
    return [
        Own(name_of(definition_of(item.instance.version_id), item.step), reverse("workflows:work_item", args=[item.pk]))
        for item in items.order_by("pk")
    ]


def _public(definition: Definition, keys: dict[str, str]) -> Sequence[str]:
    return [key for key, step in definition.steps.items() if key in keys and step.public and step.kind != f.SPLIT]


# ---- the side panel ---------------------------------------------------------------------


def runs_of(ticket: Ticket) -> list[Instance]:
    """All runs of the ticket, the newest first."""
    rows = Instance.objects.filter(ticket=ticket).select_related("version__workflow").defer("state", *LEFT_OUT)
    return list(rows.order_by("-number")[:20])


def startable(actor: Actor, strip: Strip) -> list[Workflow]:
    """Workflows that the actor could start on the ticket now."""
    if strip.is_running or not strip.ticket.is_open:
        return []
    rows = Workflow.objects.visible_to(actor).filter(active=True).exclude(live=None)
    return list(rows.defer("draft").order_by("key"))


_first_run = Prepared(lambda ids: Instance.objects.filter(ticket__in=ids).order_by().values_list("pk")[:1])


def has_runs(_actor: Actor, ticket: Ticket) -> bool:
    return bool(_first_run.among([ticket.pk]))
