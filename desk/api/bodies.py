"""What the ticket API accepts: every body, field by field."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from flowtic.core.api_shapes import MAX_ID, WHOLE, Email, In, Key, Line, Name, Text, out_of

StatusKey = Annotated[Key, out_of("status")]
PriorityKey = Annotated[Key, out_of("priority")]
DepartmentKey = Annotated[Key, out_of("department")]
RequestTypeKey = Annotated[Key, out_of("request_type")]
TagName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f,]{1,60}$", max_length=60)]
Tags = Annotated[list[TagName], Field(max_length=20)]
TicketNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Id = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
# Whoever is named: by address, or oneself.
PersonName = Email | Literal["me"]
Visibility = Literal["public", "internal"]
Kind = Literal["incident", "request", "question"]
LinkKind = Literal["related", "duplicate", "blocks", "follow_up"]


class TicketIn(In):
    model_config = ConfigDict(json_schema_extra={"x-desk": "ticket_in"})

    subject: Line
    description: Text
    kind: Kind | None = None
    request_type: RequestTypeKey | None = None
    fields: dict[str, Any] | None = None
    department: DepartmentKey | None = None
    priority: PriorityKey | None = Field(None, description="Agents only.")
    requester_email: Email | None = Field(None, description="Agents only; an unknown address becomes a contact.")
    tags: Tags | None = Field(None, description="Agents only.")


class TicketPatch(In):
    model_config = ConfigDict(json_schema_extra={"x-desk": "ticket_patch"})

    subject: Line | None = None
    kind: Kind | None = None
    department: DepartmentKey | None = None
    priority: PriorityKey | None = None
    tags: Tags | None = None
    fields: dict[str, Any] | None = Field(None, description="Merged into those that are there.")


class CommentIn(In):
    body: Text
    visibility: Visibility = "public"


class AssignmentIn(In):
    assignee: PersonName | None
    only_if_free: bool = Field(
        False, description="With `me`: take it only when nobody has it, else 409 `already_taken`."
    )


class StatusIn(In):
    status: StatusKey
    comment: Text | None = Field(None, description="A public reply in the same step.")


class ReopenIn(In):
    """Nothing so far."""


class WatcherIn(In):
    person: PersonName


class LinkIn(In):
    kind: LinkKind
    other: TicketNumber


class MergeIn(In):
    into: TicketNumber


class SplitIn(In):
    comment: Id
    subject: Line


class FieldSpec(In):
    """One field of a request type's form."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,58}$")]
    kind: Literal["text", "long_text", "number", "date", "choice", "multi_choice", "yes_no", "email", "url"] = "text"
    required: bool = False
    choices: Annotated[list[Name], Field(max_length=200)] | None = None
    label_de: Name | None = None
    label_en: Name | None = None


class RequestTypeIn(In):
    key: Key
    name_de: Name
    name_en: Name
    department: DepartmentKey | None = None
    active: bool = True
    fields: Annotated[list[FieldSpec], Field(max_length=200)] | None = None


class RequestTypePatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    department: DepartmentKey | None = None
    active: bool | None = None
    fields: Annotated[list[FieldSpec], Field(max_length=200)] | None = None
