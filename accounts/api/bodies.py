"""What the people API accepts and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from accounts.models import Department, Skill
from flowtic.core.api_shapes import WHOLE, Email, In, Key, Name, Out, out_of
from flowtic.core.openapi import Node, shape, vocabulary
from flowtic.core.plain_text import VISIBLE_LINE

DepartmentKey = Annotated[Key, out_of("department")]
Position = Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
Role = Literal["user", "agent", "support", "admin"]
Reason = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=500)]
PersonName = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=150)]


class MembershipIn(In):
    department: DepartmentKey
    lead: bool = False


Memberships = Annotated[list[MembershipIn], Field(max_length=100)]


class PersonIn(In):
    email: Email
    name: PersonName
    role: Role
    departments: Memberships | None = None


class SkillIn(In):
    skill: Annotated[Key, out_of("skill")]
    level: Annotated[int, Field(ge=1, le=5), WHOLE] = Field(description="1 (a little) to 5 (expert).")


class PersonPatch(In):
    model_config = ConfigDict(json_schema_extra={"x-desk": "person_patch"})

    name: PersonName | None = None
    role: Role | None = None
    departments: Memberships | None = None
    state: Literal["active", "rejected", "suspended"] | None = Field(
        None, description="active approves who is pending and reactivates who is suspended; rejected needs a reason."
    )
    reason: Reason | None = None
    open_work: Literal["leave", "release", "hand_over"] | None = Field(
        None,
        description="With the state suspended: what becomes of open work; left with the person if not said.",
    )
    successor: Email | None = Field(
        None, description="E-mail address of who gets what is handed over; what they may not own goes to its queue."
    )
    manager: Email | None = Field(None, description="E-mail address of an active person; null for nobody.")
    capacity: Annotated[int, Field(ge=0, le=1000), WHOLE] | None = Field(
        None, description="Most open work that is given automatically; null for no limit."
    )
    skills: Annotated[list[SkillIn], Field(max_length=100)] | None = Field(
        None, description="All skills from now on; those that are not named are taken away."
    )


class LogoutIn(In):
    tokens: bool = Field(False, description="Revoke the API tokens of the person too.")


class DepartmentIn(In):
    key: Key
    name_de: Name
    name_en: Name
    active: bool = True
    is_default: bool = False
    position: Position = 0


class DepartmentPatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    active: bool | None = None
    is_default: bool | None = None
    position: Position | None = None


class MembershipOut(Out):
    key: str
    name: str
    lead: bool


class SkillOut(Out):
    key: str
    name: str
    level: int


class PersonOut(Out):
    id: int
    name: str
    email: str | None
    role: Role
    state: str
    phone: str
    language: str
    time_zone: str
    departments: list[MembershipOut]
    skills: list[SkillOut]
    manager: str | None = Field(None, description="Name of the manager.")
    capacity: int | None = None
    absent_until: datetime | None = Field(None, description="When the person is back; null while present.")
    created_at: datetime
    last_active_at: datetime | None = Field(None, description="For admins.")
    reason: str | None = Field(None, description="What the person wrote when signing up; for admins.")
    decision_reason: str | None = Field(None, description="For admins.")


class MeOut(PersonOut):
    scopes: list[str] = Field(description="What the token in use may do.")


class DepartmentOut(Out):
    key: str
    name: str
    name_de: str
    name_en: str
    active: bool
    is_default: bool
    position: int


class PersonPage(Out):
    results: list[PersonOut]
    next: str | None
    count: str | None = None


class DepartmentList(Out):
    results: list[DepartmentOut]
    next: str | None


vocabulary("skill", lambda _actor: list(Skill.objects.filter(active=True).values_list("key", flat=True)))
vocabulary("department", lambda _actor: list(Department.objects.active().values_list("key", flat=True)))


@shape("person_patch")
def person_patch(_reader: Any, node: Node) -> Node:
    """Turning somebody away needs a reason; nothing else does."""
    known = dict(node["properties"])
    if not Skill.objects.filter(active=True).exists():  # there is no skill to name
        known["skills"] = {"type": ["array", "null"], "maxItems": 0}
    other = {**known, "state": {"type": "string", "enum": ["active", "suspended"]}}
    rejected = {**known, "state": {"const": "rejected"}, "reason": _required(known["reason"])}
    return {
        "title": node.get("title", ""),
        "anyOf": [{**node, "properties": other}, {**node, "properties": rejected, "required": ["state", "reason"]}],
    }


def _required(node: Node) -> Node:
    """The schema of a text that may not be null."""
    found: Node = next(part for part in node["anyOf"] if part.get("type") == "string")
    return found
