"""What a request names: tickets by number, people by address, the desk's words by key."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from desk.api.present import ticket_full, whole_ticket
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, expected_version
from flowtic.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from flowtic.core.idempotency import Answer
from flowtic.core.prepared import Prepared

_NUMBER = re.compile(r"^[A-Za-z0-9-]{1,40}$")
_RELATED = ("status", "priority", "department", "requester", "assignee", "reporter", "request_type")


class NotAvailable(Forbidden):
    """A body names something that is not there, or none of the actor's business; nobody is told which."""

    code = "not_available"


class UnknownPerson(Conflict):
    code = "unknown_person"


def _rows_numbered(numbers: Collection[str], actor: Actor) -> QuerySet[Ticket]:
    rows = Ticket.objects.visible_to(actor).select_related(*_RELATED).annotate(merged_number=F("merged_into__number"))
    return rows.filter(number__in=numbers).order_by()


_numbered = Prepared(_rows_numbered)


def ticket_named(actor: Actor, number: str, *, field: str = "") -> Ticket:
    """The ticket if the actor sees it; raises NotFound, or NotAvailable with the `field` of a body that named it."""
    found = next(iter(_numbered.named(number, actor)), None) if _NUMBER.match(number) else None
    if found is None and field:
        raise NotAvailable(_("There is no such ticket for you."), fields={field: _("does not exist for you")})
    if found is None:
        raise NotFound(_("This ticket does not exist."))
    return found


def person_named(actor: Actor, name: str, *, field: str) -> User:
    """`me` or the person with that address, if the actor may look them up; raises UnknownPerson."""
    if name == "me":
        return actor.user
    person = User.objects.visible_to(actor).filter(email=name.lower()).first()
    if person is None:
        raise UnknownPerson(_("There is no such person."), fields={field: _("does not exist")})
    return person


def row_keyed(rows: QuerySet[Any], key: str | None, field: str) -> Any:
    """The row with that key, None for None. Raises Invalid for an unknown key, Conflict for one that was retired."""
    if key is None:
        return None
    found = rows.filter(key=key).first()
    if found is None:
        raise Invalid(_("Some values are not valid."), fields={field: _("This value does not exist.")})
    if not getattr(found, "active", True):
        raise Conflict(_("This is no longer in use."), fields={field: _("is no longer in use")})
    return found


@contextmanager
def unless_stale(request: HttpRequest, ticket: Ticket) -> Iterator[None]:
    """Around a change: raises PreconditionFailed when `If-Match` names another version than the current one."""
    expected = expected_version(request)
    if expected is None:
        yield
        return
    with transaction.atomic():
        current = Ticket.objects.lock(ticket.pk)
        if current.version != expected:
            raise PreconditionFailed(_("The ticket has version %(version)s by now.") % {"version": current.version})
        yield


def etag(ticket: Ticket) -> dict[str, str]:
    return {"ETag": f'"{ticket.version}"'}


def ticket_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """200 with the ticket as it is now."""
    ticket = whole_ticket(pk)
    return answer(ticket_full(actor_of(request), ticket), headers=etag(ticket))


def ticket_once(request: HttpRequest, pk: int, status: int = 200) -> Answer:
    """The same as the answer of a repeatable POST; 201 says where the ticket is."""
    ticket = whole_ticket(pk)
    where = {"Location": f"/api/v1/tickets/{ticket.number}"} if status == 201 else {}
    return Answer(status, ticket_full(actor_of(request), ticket), {**etag(ticket), **where})
