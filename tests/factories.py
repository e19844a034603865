"""Plain functions that make rows for tests, through the commands where a command exists."""

import itertools
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import Department, Membership, User
from desk.commands import create_ticket
from desk.models import Status, Ticket
from flowtic.core.actor import Actor

PASSWORD = "correct horse battery 9"
_numbers = itertools.count(1)


def make_department(key: str = "", **fields: Any) -> Department:
    key = key or f"department-{next(_numbers)}"
    names = {"name_de": key.title(), "name_en": key.title()} | fields
    return Department.objects.get_or_create(key=key, defaults=names)[0]


def make_person(
    name: str,
    role: str = "user",
    *,
    departments: tuple[Department, ...] = (),
    leads: tuple[Department, ...] = (),
    **fields: Any,
) -> User:
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.test")
    state = fields.pop("state", User.State.ACTIVE)
    person = User(email=email, name=name, role=role, state=state, is_active=state in User.LOGIN_STATES, **fields)
    person.set_password(PASSWORD)
    person.save()
    if email and state != User.State.CONTACT:
        EmailAddress.objects.create(user=person, email=email, verified=state != User.State.UNVERIFIED, primary=True)
    for department in (*departments, *leads):
        Membership.objects.create(user=person, department=department, is_lead=department in leads)
    return person


def make_ticket(requester: User, department: Department, **fields: Any) -> Ticket:
    """A ticket as the requester's own web form makes it, then moved to `assignee` and `status` if given."""
    status, assignee = fields.pop("status", None), fields.pop("assignee", None)
    number = next(_numbers)
    texts = {"subject": f"Printer {number} is jammed", "description": "It shows error E-403 since this morning."}
    ticket = create_ticket(
        Actor.system("test"), requester=requester, department=department, source="web", **{**texts, **fields}
    )
    if assignee or status:
        ticket.assignee = assignee
        ticket.status = Status.objects.get(key=status or "assigned")
        ticket.is_open = ticket.status.is_open
        ticket.save()
    return ticket
