"""What the form of a step offers to choose from; each list is read when it is needed."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, Skill, User
from desk.models import Priority, RequestType, Status
from flowtic.core import localised
from flowtic.core.conditions import FieldInfo
from workflows.definition import format as f
from workflows.definition.format import Definition
from workflows.definition.known import Known
from workflows.definition.phrases import role_words

MOST_PEOPLE = 200
Pairs = list[tuple[str, str]]


class Choices:
    """Of one definition; `request_fields`: what its request form asks for."""

    def __init__(self, definition: Definition, request_fields: Any = None) -> None:
        self.definition = definition
        self.known = Known(definition, request_fields)

    @cached_property
    def steps(self) -> Pairs:
        return [(key, localised.text(step.name) or key) for key, step in self.definition.steps.items()]

    @cached_property
    def departments(self) -> Pairs:
        return [(row.key, row.name) for row in Department.objects.active()]

    @cached_property
    def skills(self) -> Pairs:
        return [(row.key, row.name) for row in Skill.objects.all()]

    @cached_property
    def statuses(self) -> Pairs:
        return [(row.key, row.name) for row in Status.objects.filter(active=True)]

    @cached_property
    def priorities(self) -> Pairs:
        return [(row.key, row.name) for row in Priority.objects.all()]

    @cached_property
    def request_types(self) -> Pairs:
        return [(row.key, row.name) for row in RequestType.objects.filter(active=True)]

    @property
    def roles(self) -> Pairs:
        return [(role, role_words(role)) for role in f.ROLES]

    @cached_property
    def people_fields(self) -> Pairs:
        """Fields that name a person."""
        own = [(key, info) for key, info in self.known.infos.items() if info.kind == "person" and "." not in key]
        return [
            ("requester", _("the requester")),
            ("requester.manager", _("the requester’s manager")),
            ("assignee", _("the ticket’s assignee")),
            *((key, localised.text(info.label) or key) for key, info in own),
        ]

    @cached_property
    def approvers(self) -> Pairs:
        return [
            ("", "–"),
            *((f"field:{key}", name) for key, name in self.people_fields if key != "requester"),
            *((f"department:{key}", _("Department %(name)s") % {"name": name}) for key, name in self.departments),
            *((f"role:{key}", name) for key, name in self.roles if key != "user"),
            ("person", _("A certain person")),
        ]

    @cached_property
    def receivers(self) -> Pairs:
        return [("", "–"), ("requester", _("the requester")), ("assignee", _("the ticket’s assignee")), *(
            (key, name) for key, name in self.approvers if key and key != "field:assignee"
        )]  # fmt: skip

    @property
    def waits(self) -> Pairs:
        numbers = [(str(number), _("%(n)d branches") % {"n": number}) for number in range(2, 6)]
        return [("all", _("all branches")), ("any", _("the first branch")), *numbers]

    @property
    def field_kinds(self) -> Pairs:
        return [
            ("text", _("Text")), ("long_text", _("Long text")), ("number", _("Number")), ("money", _("Amount")),
            ("date", _("Date")), ("yes_no", _("Yes or no")), ("choice", _("Choice")),
            ("multi_choice", _("Several choices")), ("email", _("E-mail address")),
            ("person", _("Person")), ("department", _("Department")), ("file", _("File")),
        ]  # fmt: skip

    # ---- known values, for lists and for the tree -----------------------------------------------

    @property
    def infos(self) -> Mapping[str, FieldInfo]:
        return self.known.infos

    @cached_property
    def values(self) -> Pairs:
        """(name, label) of every value that can be read."""
        return [(name, localised.text(info.label) or name) for name, info in self.known.infos.items()]

    @cached_property
    def tree(self) -> list[tuple[str, Pairs]]:
        """The same in groups: fields, ticket, requester, steps."""
        groups: dict[str, Pairs] = {"": [], "ticket": [], "requester": [], "steps": []}
        for name, label in self.values:
            head = name.partition(".")[0]
            groups[head if head in groups and "." in name else ""].append((name, label))
        titles = {"": _("Fields"), "ticket": _("Ticket"), "requester": _("Requester"), "steps": _("Steps")}
        return [(titles[head], pairs) for head, pairs in groups.items() if pairs]

    @cached_property
    def own(self) -> Pairs:
        """Fields that a step may set."""
        own = [(key, localised.text(info.label) or key) for key, info in self.known.infos.items() if "." not in key]
        ticket = [(name, label) for name, label in self.values if name in f.TICKET_FIELDS]
        return [*own, *ticket, ("ticket.tags", _("Tags"))]

    @cached_property
    def people(self) -> Pairs:
        """Some who can be named; more can be typed."""
        rows = User.objects.active().filter(role__in=("agent", "support", "admin")).exclude(email=None)
        return list(rows.order_by("name").values_list("email", "name")[:MOST_PEOPLE])
