"""What the ticket API answers. present.py builds the objects; these shapes document them and tests hold them to it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from desk.api.bodies import Visibility
from flowtic.core.api_shapes import Out


class PersonRef(Out):
    id: int
    name: str
    email: str | None = Field(description="For those who work tickets, and one's own.")


class StatusRef(Out):
    key: str
    name: str
    category: str


class Named(Out):
    key: str
    name: str


class TicketRow(Out):
    number: str
    subject: str
    kind: str
    source: str
    status: StatusRef
    priority: Named
    department: Named
    requester: PersonRef
    assignee: PersonRef | None
    request_type: str | None
    tags: list[str] = Field(description="For those who work tickets; empty for everybody else.")
    is_open: bool
    merged_into: str | None
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int
    fields: dict[str, Any] | None = Field(None, description="In lists only the ones that `columns` names.")


class TicketOut(TicketRow):
    description: str
    reporter: PersonRef | None = Field(description="Who typed it, where that is not the requester.")
    fields: dict[str, Any]


class AttachmentOut(Out):
    key: str
    name: str
    content_type: str
    size: int
    sha256: str
    visibility: Visibility
    comment: int | None
    uploaded_by: PersonRef | None
    created_at: datetime
    url: str


class CommentOut(Out):
    id: int | None = Field(description="null when the reply became the text of a follow-up ticket.")
    ticket: str = Field(
        description="Where it stands: after a merge the other ticket, after long closing the follow-up."
    )
    author: PersonRef | None
    body: str
    visibility: Visibility
    via: str
    created_at: datetime
    attachments: list[AttachmentOut]


class EventChange(Out):
    field: str
    old: Any
    new: Any


class EventOut(Out):
    id: int
    name: str
    sentence: str
    actor: PersonRef | None
    machine: str
    via: str
    public: bool
    comment: int | None
    changes: list[EventChange] = Field(description="Departments by key, people by id.")
    operation: str | None = Field(description="Of what you did yourself: its id, for `/operations/{id}/undo`.")
    created_at: datetime


class UndoneOut(Out):
    id: str
    kind: str
    undone_at: datetime
    tickets: list[str] = Field(description="Numbers of those that it was about.")
    summary: str | None = Field(description="Of a change of several tickets: how many went back.")


class MacroStep(Out):
    do: str
    value: Any


class MacroOut(Out):
    id: int
    name: str
    audience: Literal["own", "department", "everybody"]
    department: str | None
    steps: list[MacroStep]


class MacroRunOut(Out):
    ticket: str
    operation: str | None = Field(description="What undo takes back; null when nothing had to change.")
    replied: bool


class LinkOut(Out):
    id: int
    kind: str
    direction: Literal["out", "in"]
    ticket: str
    subject: str


class MergeOut(Out):
    source: str
    into: str
    merged_at: datetime


class StatusOut(StatusRef):
    kind: str
    position: int
    active: bool
    is_open: bool


class PriorityOut(Named):
    rank: int
    color: str


class TagOut(Out):
    name: str


class RequestTypeOut(Named):
    name_de: str
    name_en: str
    department: str | None
    description: str
    description_de: str
    description_en: str
    icon: str
    category: str
    position: int
    active: bool
    version: int | None = Field(description="The number of the form's live version.")
    fields: list[dict[str, Any]] = Field(description="All fields of the form in order.")
    form: dict[str, Any] = Field(description="The whole form, with its pages.")
    public_link: bool
    leads_publish: bool = Field(description="Whether its department's leads publish the form too.")
    public_url: str | None = Field(description="For admins.")


class FormProblem(Out):
    path: str
    message: str


class FormProblems(Out):
    valid: bool = Field(description="Whether it could be published as it is.")
    problems: list[FormProblem]


class FormDraftOut(FormProblems):
    form: dict[str, Any]
    exists: bool = Field(description="false: nobody has begun a draft; the form is the published one.")
    rev: int
    based_on: int | None = Field(description="Number of the version that it began from.")
    by: PersonRef | None
    at: datetime | None


class Page(Out):
    next: str | None = Field(description="Pass it back as `?cursor=`; null on the last page.")
    count: str | None = Field(None, description='With `?count=true`; "10000+" beyond that.')


class TicketPage(Page):
    results: list[TicketRow]


class CommentPage(Page):
    results: list[CommentOut]


class EventPage(Page):
    results: list[EventOut]


class AttachmentList(Page):
    results: list[AttachmentOut]


class WatcherList(Page):
    results: list[PersonRef]


class LinkList(Page):
    results: list[LinkOut]


class StatusList(Page):
    results: list[StatusOut]


class PriorityList(Page):
    results: list[PriorityOut]


class TagPage(Page):
    results: list[TagOut]


class RequestTypeList(Page):
    results: list[RequestTypeOut]


class MacroList(Page):
    results: list[MacroOut]
