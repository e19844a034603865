"""What the page of one step shows: the task, the request, what was decided before, the form, the buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from desk import custom_fields
from desk.dispatching.words import names_for, reason_words
from flowtic.core import localised, markdown
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from flowtic.core.policy import allows
from workflows.commands.answers import APPROVE, REJECT, form_of, outcomes_of
from workflows.commands.drive import definition_of
from workflows.commands.work_items import OBJECTIONS
from workflows.definition.format import Definition, Step
from workflows.definition.words import kind_words
from workflows.engine.state import context
from workflows.forms.step import StepForm, step_form, stored_words
from workflows.models import WorkItem
from workflows.queries.deadlines import Deadline, deadline_of
from workflows.words import name_of, owner_words

# Large columns that no page of a step reads.
UNREAD = ("instance__version__document", "instance__version__workflow__draft")
RELATED = (
    *("instance__version__workflow", "department", "assignee", "completed_by"),
    *("ticket__requester", "ticket__status", "ticket__priority", "ticket__department", "ticket__request_type"),
    *("ticket__form_version", "ticket__assignee"),
)


@dataclass(frozen=True)
class Outcome:
    """A button: what it sends, what it says, whether a reason must stand beside it, and its key."""

    key: str
    label: str
    reason: bool
    shortcut: str
    style: str


@dataclass(frozen=True)
class Decided:
    """What somebody did in a step of the same run before."""

    step: str
    outcome: str
    by: User | None
    at: Any
    note: str
    answers: list[tuple[str, str]]
    rejected: bool


def items_for_page(actor: Actor) -> QuerySet[WorkItem]:
    return WorkItem.objects.visible_to(actor).select_related(*RELATED).defer(*UNREAD)


def visible_item(actor: Actor, pk: int) -> WorkItem:
    """The item, if the actor sees it; strangers learn nothing."""
    found = items_for_page(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such step."))
    return found


class StepPage:
    """One work item as a page or as a part of one; reads only. `data`, `files`: what was sent with a POST."""

    def __init__(
        self,
        actor: Actor,
        item: WorkItem,
        *,
        data: Any = None,
        files: Any = None,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        self.actor, self.item, self.ticket = actor, item, item.ticket
        self._data, self._files, self._known = data, files, known

    @cached_property
    def definition(self) -> Definition:
        return definition_of(self.item.instance.version_id)

    @cached_property
    def step(self) -> Step | None:
        return self.definition.steps.get(self.item.step)

    @cached_property
    def insider(self) -> bool:
        """Whether the actor works the ticket: notes and internal fields are theirs too."""
        return self.ticket.internal_for(self.actor)

    @property
    def name(self) -> str:
        return name_of(self.definition, self.item.step)

    @property
    def kind(self) -> str:
        return kind_words(self.item.kind)

    @property
    def instruction(self) -> SafeString | str:
        text = localised.text(self.step.spec.get("help")) if self.step else ""
        return markdown.shown(text) if text else ""

    @cached_property
    def answers(self) -> list[custom_fields.Answer]:
        """What was asked for: the answers of the request's form."""
        return custom_fields.answers(self.ticket, internal=self.insider)

    @property
    def description(self) -> SafeString:
        return markdown.shown(self.ticket.description)

    # ---- who and what now ------------------------------------------------------------

    @property
    def is_mine(self) -> bool:
        return self.item.is_open and self.item.assignee_id == self.actor.user.pk

    @cached_property
    def may_complete(self) -> bool:
        """Who holds it; what is free may be done at once, without taking it first."""
        return self._by_people and allows(self.actor, "work_item.complete", self.item) and not self.objection

    @cached_property
    def may_claim(self) -> bool:
        free = self._by_people and self.item.assignee_id is None
        return free and allows(self.actor, "work_item.claim", self.item) and not self.objection

    @cached_property
    def objection(self) -> str:
        """Why the reader must not decide what their pool may: in words, '' when they may."""
        reason = "" if self.item.is_named else self.item.objection(self.actor.user)
        return str(OBJECTIONS[reason]) if reason else ""

    @property
    def may_release(self) -> bool:
        pooled = self.item.department_id is not None or bool(self.item.role)
        held = self._by_people and pooled and self.item.assignee_id is not None
        return held and allows(self.actor, "work_item.release", self.item)

    @property
    def may_assign(self) -> bool:
        return self._by_people and (self.is_mine or allows(self.actor, "work_item.assign", self.item))

    @property
    def _by_people(self) -> bool:
        return self.item.is_open and self.item.kind != WorkItem.Kind.EXTERNAL

    @property
    def holder(self) -> str:
        """Whom the step waits for: a person, or the people who may take it."""
        return self.item.assignee.name if self.item.assignee else owner_words(self.item.owner_words())

    @property
    def why_me(self) -> str:
        """The fields it names by their labels in the request."""
        if not self.item.assigned_reason:
            return ""
        labels = {answer.key: answer.label for answer in self.answers}
        return reason_words(self.item.assigned_reason, replace(names_for([self.item.assigned_reason]), fields=labels))

    # ---- form and buttons ------------------------------------------------------------

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        return form_of(self.step, self.item) if self.step else {}

    @cached_property
    def form(self) -> StepForm:
        return step_form(
            self.actor,
            self.ticket,
            self.schema,
            context(self.item.instance.state) if self._known is None else self._known,
            self.insider,
            data=self._data,
            files=self._files,
            auto_id=f"step-{self.item.pk}-%s",
            refresh=self._refresh,
        )

    @property
    def people_list(self) -> str:
        """Id of the suggestions for fields that name a person."""
        return f"step-{self.item.pk}-people"

    @property
    def _refresh(self) -> dict[str, str]:
        """For fields whose answer brings up other questions."""
        url = reverse("workflows:fields", args=[self.item.pk])
        target = f"#step-{self.item.pk}-fields"
        return {"hx-post": url, "hx-target": target, "hx-swap": "outerMorph", "hx-trigger": "change"}

    @cached_property
    def deadline(self) -> Deadline | None:
        return deadline_of(self.item)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        entries = outcomes_of(self.step, self.item.kind) if self.step else []
        return [_outcome(entry, index, self.item.kind) for index, entry in enumerate(entries)]

    @property
    def reasoned(self) -> str:
        """The outcomes that need a reason, as words."""
        return ", ".join(outcome.label for outcome in self.outcomes if outcome.reason)

    @property
    def is_plain(self) -> bool:
        """Only buttons: nothing to fill in and no reason to give."""
        return not self.form.has_fields and not self.reasoned

    # ---- the past --------------------------------------------------------------------

    @property
    def outcome_words(self) -> str:
        return next((outcome.label for outcome in self.outcomes if outcome.key == self.item.outcome), self.item.outcome)

    @property
    def over_words(self) -> str:
        """Why nothing can be done any more."""
        item = self.item
        if item.state == WorkItem.State.COMPLETED and item.completed_by is not None:
            words = {"name": item.completed_by.name, "time": _moment(item.completed_at)}
            return _("Already done by %(name)s, %(time)s.") % words
        if item.state == WorkItem.State.COMPLETED:
            return _("This step is already done.")
        return _("The workflow no longer waits for this step.")

    @property
    def saved(self) -> list[tuple[str, str]]:
        """What was filled in when it was done."""
        return stored_words(self.schema, self.item.data, insider=self.insider)

    @cached_property
    def before(self) -> list[Decided]:
        """What was done in this run so far: to insiders everything, to others decisions and public steps."""
        rows = self.item.instance.items.filter(state=WorkItem.State.COMPLETED).exclude(pk=self.item.pk)
        rows = rows.exclude(kind=WorkItem.Kind.EXTERNAL).select_related("completed_by").order_by("completed_at", "pk")
        return [found for item in rows if (found := self._decided(item)) is not None]

    def _decided(self, item: WorkItem) -> Decided | None:
        step = self.definition.steps.get(item.step)
        approval = item.kind == WorkItem.Kind.APPROVAL
        if step is None or not (self.insider or approval or step.public):
            return None
        entry = next((one for one in outcomes_of(step, item.kind) if one["key"] == item.outcome), {})
        return Decided(
            step=name_of(self.definition, item.step),
            outcome=localised.text(entry.get("label")) or item.outcome,
            by=item.completed_by,
            at=item.completed_at,
            note=item.note,
            answers=stored_words(form_of(step, item), item.data, insider=self.insider),
            rejected=approval and item.outcome == REJECT,
        )


def _moment(at: datetime | None) -> str:
    """The time of today, else day and time."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    return date_format(local, "TIME_FORMAT" if local.date() == timezone.localdate() else "SHORT_DATETIME_FORMAT")


def _outcome(entry: Mapping[str, Any], index: int, kind: str) -> Outcome:
    key, reason = entry["key"], bool(entry.get("reason"))
    refusing = kind == WorkItem.Kind.APPROVAL and key == REJECT
    approving = kind == WorkItem.Kind.APPROVAL and key == APPROVE
    style = "btn-danger-ghost" if refusing else "btn-primary" if index == 0 else ""
    label = localised.text(entry.get("label")) or key
    return Outcome(key, label, reason, "a" if approving else "", style)
