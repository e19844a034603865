"""What the workflow API accepts: every body, field by field."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel, StringConstraints

from accounts.api.working_bodies import Day
from flowtic.core.api_shapes import MAX_ID, WHOLE, Email, In, Key, Line, Name, Values, out_of
from flowtic.core.openapi import vocabulary
from flowtic.core.plain_text import LINE, VISIBLE_LINE
from workflows.commands.external import MAX_ITEMS, MAX_LEASE
from workflows.models import Workflow

MAX_DOCUMENT = 1_000_000
# With every character written as two \\uXXXX it still fits into a request.
MAX_FILE = 200_000
MAX_ANSWERS = 200

StepKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
TokenId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
Reason = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=500)]
Note = Annotated[str, StringConstraints(pattern=LINE, max_length=500)]
LongNote = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20_000)]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,59}$")]
LeaseToken = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
Lease = Annotated[int, Field(ge=1, le=MAX_LEASE), WHOLE]
Pause = Annotated[int, Field(ge=0, le=86_400), WHOLE]
Number = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
Position = Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
WorkflowKey = Annotated[Key, out_of("workflow")]
DepartmentKey = Annotated[Key, out_of("department")]
StepMap = Annotated[dict[StepKey, StepKey], Field(max_length=300)]

vocabulary("workflow", lambda actor: list(Workflow.objects.visible_to(actor).values_list("key", flat=True)))


# ---- work items ----------------------------------------------------------------------


class AssignIn(In):
    assignee: Email | Literal["me"]


class CompleteIn(In):
    outcome: StepKey = Field("done", description="One of the item's `outcomes`; `done` where the step has only one.")
    data: Values | None = Field(None, description="The fields of the item's `form`, by key.")
    note: LongNote | None = Field(None, description="A reason; some outcomes demand it.")


# ---- robots --------------------------------------------------------------------------


class LeaseIn(In):
    worker: Name = Field(description="Who works: shown to people.")
    topics: Annotated[list[Topic], Field(min_length=1, max_length=50)]
    max: Annotated[int, Field(ge=1, le=MAX_ITEMS), WHOLE] = 1
    lease_seconds: Lease = 300


class ExtendIn(In):
    lease_token: LeaseToken
    lease_seconds: Lease = 300


class ExternalCompleteIn(In):
    lease_token: LeaseToken
    variables: Values | None = Field(None, description="Only fields that the step lists as its `result`.")


class FailIn(In):
    lease_token: LeaseToken
    error: Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", min_length=1, max_length=1000)]
    retry_in: Pause | None = Field(None, description="Seconds until it is offered again; null: the step's own pace.")


# ---- definitions ---------------------------------------------------------------------


class WorkflowIn(In):
    key: Key
    name_de: Name
    name_en: Name
    department: DepartmentKey | None = Field(None, description="Its leads edit the draft.")
    document: Values | None = Field(None, description="The first draft; without one a single task.")


class WorkflowPatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    department: DepartmentKey | None = None
    leads_publish: bool | None = Field(None, description="Whether its department's leads publish the draft too.")
    active: bool | None = None


class DocumentIn(RootModel[Values]):
    """A document, bare or as {"document": ...}."""


class WorkflowPublishIn(In):
    note: Note = ""


class WorkflowRestoreIn(In):
    number: Number


class ImportIn(In):
    key: Key = Field(description="An existing workflow gets a new draft; an unknown key makes a new workflow.")
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_FILE)] = Field(
        description="JSON or YAML, as the export writes it."
    )
    department: DepartmentKey | None = Field(None, description="Of a new workflow.")


class AnswerIn(In):
    """What somebody or something does at a step of a test run; what fits the step counts."""

    step: StepKey
    part: Annotated[int, Field(ge=0, le=100), WHOLE] | None = Field(None, description="Which approver, from 0.")
    outcome: StepKey | None = None
    data: Values | None = Field(None, description="What is filled in, or what a robot sets.")
    result: Values | None = Field(None, description="What an HTTP step or the classification sets.")
    error: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1000)] | None = None
    timer: Literal["wait", "timeout", "due", "remind", "fallback"] | None = None
    message: Annotated[str, StringConstraints(pattern=VISIBLE_LINE, max_length=60)] | None = None


class TestRunIn(In):
    values: Values | None = Field(None, description="Fields of the request and of the workflow.")
    answers: Annotated[list[AnswerIn], Field(max_length=MAX_ANSWERS)] | None = None
    document: Values | None = Field(None, description="Instead of the draft.")


class RehearsalIn(In):
    since: Day = Field(description="The first day of the period.")
    until: Day = Field(description="The last day of the period.")
    version: Number | None = Field(None, description="Instead of the draft.")


class RuleIn(In):
    name: Name
    condition: Values = Field(description="A condition tree; {} fits every ticket.")
    workflow: WorkflowKey | None = Field(None, description="null: such tickets run through none.")
    position: Position = 0
    active: bool = True


class RulePatch(In):
    name: Name | None = None
    condition: Values | None = None
    workflow: WorkflowKey | None = None
    position: Position | None = None
    active: bool | None = None


# ---- running instances ---------------------------------------------------------------


class RetryIn(In):
    operation: Literal["retry"]
    token: TokenId
    reason: Reason


class SkipIn(In):
    operation: Literal["skip"]
    token: TokenId
    outcome: StepKey | None = None
    reason: Reason


class JumpIn(In):
    operation: Literal["jump"]
    token: TokenId
    to: StepKey
    reason: Reason


class RepeatIn(In):
    operation: Literal["repeat"]
    step: StepKey
    reason: Reason


class CancelIn(In):
    operation: Literal["cancel"]
    reason: Reason


class OperationIn(
    RootModel[Annotated[RetryIn | SkipIn | JumpIn | RepeatIn | CancelIn, Field(discriminator="operation")]]
):
    """One of five, told apart by `operation`."""


class MigrateIn(In):
    version: Number
    map: StepMap | None = Field(None, description="Old step: new step; steps that keep their key may be left out.")
    reason: Reason
    dry_run: bool = False


class MigrateAllIn(In):
    model_config = ConfigDict(populate_by_name=True)

    from_: Number = Field(alias="from")
    to: Number
    map: StepMap | None = None
    reason: Reason
    dry_run: bool = False


class StartIn(In):
    workflow: Key


class MessageIn(In):
    name: Line
