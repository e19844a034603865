"""What the workflow API answers. present.py builds the objects; these shapes document them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from desk.api.answers import Page, PersonRef
from flowtic.core.api_shapes import Out


class TicketRef(Out):
    number: str
    subject: str


class StepRef(Out):
    key: str
    name: str
    kind: str


class WorkflowRef(Out):
    key: str
    name: str
    version: int


# ---- work items ----------------------------------------------------------------------


class WorkItemRow(Out):
    id: int
    ticket: TicketRef
    workflow: WorkflowRef
    instance: int
    step: StepRef
    part: int = Field(description="Which approver of the step, from 0.")
    kind: Literal["form", "approval", "external"]
    state: Literal["ready", "claimed", "completed", "cancelled", "error"]
    department: str | None
    role: str | None
    skill: str | None
    level: int
    assignee: PersonRef | None
    assigned_reason: str = Field(description="Why this person, in words.")
    outcome: str | None
    due_at: datetime | None
    created_at: datetime
    claimed_at: datetime | None
    completed_at: datetime | None
    completed_by: PersonRef | None
    may: list[Literal["claim", "release", "assign", "complete"]]
    version: int


class OutcomeOut(Out):
    key: str
    label: str
    needs_reason: bool


class RequestField(Out):
    key: str
    label: str
    value: Any
    text: str


class RequestOut(Out):
    requester: PersonRef
    description: str
    request_type: str | None
    fields: list[RequestField]


class WorkItemOut(WorkItemRow):
    instruction: str
    outcomes: list[OutcomeOut]
    form: dict[str, Any] = Field(description="The step's form, empty without one.")
    data: dict[str, Any] = Field(description="What was filled in.")
    note: str
    error: str = Field(description="Why a robot's task became a person's.")
    request: RequestOut


class WorkItemPage(Page):
    results: list[WorkItemRow]


# ---- robots --------------------------------------------------------------------------


class ExternalTaskOut(Out):
    id: int
    topic: str
    ticket: str
    workflow: WorkflowRef
    instance: int
    step: StepRef
    state: str
    attempts: int = Field(description="How often it has failed so far.")
    error: str = Field(description="What the last failure said.")
    worker: str
    lease_until: datetime | None
    due_at: datetime | None
    created_at: datetime
    version: int


class LeasedTask(ExternalTaskOut):
    lease_token: str
    variables: dict[str, Any]


class LeasedTasks(Out):
    results: list[LeasedTask]
    next: str | None


# ---- definitions ---------------------------------------------------------------------


class WorkflowOut(Out):
    key: str
    name: str
    name_de: str
    name_en: str
    department: str | None
    leads_publish: bool = Field(description="Whether its department's leads publish the draft too.")
    active: bool
    live: int | None = Field(description="Number of the published version that new tickets get.")
    has_draft: bool
    draft_rev: int
    draft_from: int | None
    draft_by: PersonRef | None
    draft_at: datetime | None
    created_at: datetime
    version: int


class WorkflowPage(Page):
    results: list[WorkflowOut]


class WorkflowVersionRow(Out):
    number: int
    live: bool
    note: str
    author: PersonRef | None
    published_at: datetime
    digest: str
    running: int = Field(description="Tickets that run through it now.")


class WorkflowVersionOut(WorkflowVersionRow):
    document: dict[str, Any]


class VersionPage(Page):
    results: list[WorkflowVersionRow]


class FindingOut(Out):
    severity: Literal["error", "warning"]
    path: str
    step: str
    message: str


class Findings(Out):
    valid: bool = Field(description="Whether it can be published: no errors, warnings at most.")
    findings: list[FindingOut]


class WorkflowDraftOut(Findings):
    document: dict[str, Any]
    exists: bool = Field(description="false: nobody has begun a draft; the document is the published one.")
    rev: int
    based_on: int | None
    by: PersonRef | None
    at: datetime | None


class ImportOut(WorkflowOut):
    valid: bool
    findings: list[FindingOut]


class TraceStep(Out):
    at: datetime
    step: StepRef
    outcome: str
    to: list[StepRef]


class TestEffect(Out):
    at: datetime
    kind: str
    step: StepRef
    data: dict[str, Any]


class TestWait(Out):
    step: StepRef
    state: Literal["active", "error"]
    waits: list[str]
    error: str


class TestRunOut(Out):
    status: Literal["running", "finished", "cancelled"]
    end: str | None
    trace: list[TraceStep]
    effects: list[TestEffect] = Field(description="What would have been done; nothing was.")
    values: dict[str, Any]
    waiting: list[TestWait]
    unused: list[int] = Field(description="Places of the answers that nothing waited for.")


class RuleOut(Out):
    id: int
    position: int
    name: str
    active: bool
    condition: dict[str, Any]
    words: str = Field(description="The condition in words.")
    workflow: str | None


class RulePage(Page):
    results: list[RuleOut]


class MatchOut(Out):
    ticket: TicketRef
    created_at: datetime
    decides: bool = Field(description="No active rule before this one fits.")


class Matches(Out):
    checked: int
    matches: list[MatchOut]


# ---- running instances ---------------------------------------------------------------


class InstanceRow(Out):
    id: int
    number: int
    ticket: TicketRef
    workflow: WorkflowRef
    status: Literal["running", "finished", "cancelled"]
    has_error: bool
    reason: str
    started_at: datetime
    moved_at: datetime
    ended_at: datetime | None
    rev: int


class InstancePage(Page):
    results: list[InstanceRow]


class TokenError(Out):
    code: str
    message: str


class WaitOut(Out):
    kind: Literal["item", "timer", "effect", "event"]
    key: str
    name: str
    due_at: datetime | None
    work_item: int | None


class TokenOut(Out):
    id: str
    step: StepRef
    state: Literal["active", "error"]
    error: TokenError | None
    waits: list[WaitOut]


class EffectOut(Out):
    key: str
    kind: str
    step: StepRef
    state: str
    attempts: int
    error: str
    created_at: datetime
    done_at: datetime | None


class LogOut(Out):
    seq: int
    type: str
    event: dict[str, Any]
    version: int
    actor: PersonRef | None
    machine: str
    at: datetime


class InstanceOut(InstanceRow):
    tokens: list[TokenOut]
    values: dict[str, Any]
    outcomes: dict[str, str]
    visits: dict[str, int]
    effects: list[EffectOut] = Field(description="The newest 100.")
    events: list[LogOut] = Field(description="What drove it, the newest 200 in their order.")


class ObstacleOut(Out):
    step: str
    code: str
    message: str


class MigrateOut(Out):
    moved: bool
    dry_run: bool
    obstacles: list[ObstacleOut]
    instance: InstanceRow


class MovedOut(Out):
    instance: int
    ticket: str


class NotMovedOut(MovedOut):
    obstacles: list[ObstacleOut]


class MigrateAllOut(Out):
    dry_run: bool
    moved: list[MovedOut]
    not_movable: list[NotMovedOut]
    left: int = Field(description="How many were not looked at in this call; call again.")


class MilestoneOut(Out):
    key: str
    name: str
    state: Literal["done", "now"]


class TicketWorkflowOut(Out):
    status: str | None = Field(description="Of the newest run; null without one.")
    milestones: list[MilestoneOut] = Field(description="Steps marked public.")
    instances: list[InstanceRow] = Field(description="For those who work the ticket.")
    items: list[WorkItemRow] = Field(description="For those who work the ticket.")
