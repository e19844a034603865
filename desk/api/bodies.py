"""What the ticket API accepts: every body, field by field."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from flowtic.core.api_shapes import MAX_ID, WHOLE, Email, In, Key, Line, Name, Text, Values, out_of
from flowtic.core.plain_text import VISIBLE_LINE

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


class RedactionIn(In):
    text: Text | None = Field(None, description="The text to remove; without it the whole message and its files.")
    comment: Id | None = Field(None, description="The comment it stands in; without it the ticket's own text.")


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


Label = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Help = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=2000)]
Choice = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=100)]
FieldKind = Literal[
    "text", "long_text", "number", "money", "date", "time", "choice", "multi_choice", "yes_no",
    "person", "department", "file", "email", "phone", "url", "heading",
]  # fmt: skip


class Localised(In):
    """A text in two languages."""

    de: Label | None = None
    en: Label | None = None


class LocalisedHelp(In):
    de: Help | None = None
    en: Help | None = None


class ChoiceSpec(In):
    value: Choice
    label: Label | Localised | None = None


class FieldSpec(In):
    """One field of a request type's form. What does not go together is a 409 with the path of the problem."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,58}$")]
    kind: FieldKind = "text"
    label: Label | Localised | None = None
    label_de: Name | None = None
    label_en: Name | None = None
    help: Help | LocalisedHelp | None = None
    required: bool = False
    internal: bool | None = Field(None, description="Only those who work the ticket see it.")
    default: Any = None
    min: float | int | str | None = Field(None, description="Of numbers, lengths, counts, dates and times.")
    max: float | int | str | None = None
    pattern: Annotated[str, StringConstraints(max_length=200)] | None = None
    pattern_hint: Label | Localised | None = None
    choices: Annotated[list[Name | ChoiceSpec], Field(max_length=200)] | None = None
    currencies: Annotated[list[str], Field(max_length=20)] | None = None
    show_when: dict[str, Any] | None = Field(None, description="A condition on fields before this one.")
    maps_to: Literal["", "subject", "description", "priority", "department", "due_at"] | None = None


Fields = Annotated[list[FieldSpec], Field(max_length=200)]
FORM = "A form of pages: `{pages: [{key, title, fields}], subject}`; instead of `fields`."


class RequestTypeWords(In):
    """How a request type stands in the catalogue."""

    description_de: Label | None = None
    description_en: Label | None = None
    icon: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,29}$")] | None = None
    category: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=60)] | None = None
    position: Annotated[int, Field(ge=0, le=10_000), WHOLE] | None = None
    public_link: bool | None = Field(None, description="Whether people without a login may use it.")
    leads_publish: bool | None = Field(None, description="Whether its department's leads publish the form too.")
    fields: Fields | None = None
    form: Values | None = Field(None, description=FORM)
    note: Label | None = Field(None, description="What this version of the form changes.")


class RequestTypeIn(RequestTypeWords):
    key: Key
    name_de: Name
    name_en: Name
    department: DepartmentKey | None = None
    active: bool = True


class RequestTypePatch(RequestTypeWords):
    name_de: Name | None = None
    name_en: Name | None = None
    department: DepartmentKey | None = None
    active: bool | None = None


class FormIn(In):
    """A form, finished or not."""

    form: Values = Field(description=FORM)


class FormCheckIn(In):
    form: Values | None = Field(None, description="Instead of the draft.")


class FormPublishIn(In):
    note: Label = Field("", description="What this version changes.")
