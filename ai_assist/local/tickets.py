"""This desk's closed tickets as examples, read batch by batch within a bound of rows and characters."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.functions import Left

from accounts.models import Department
from ai_assist.local.examples import MAX_TEXT, Example
from desk.models import RequestType, Status, Ticket

TARGETS = ("department", "priority", "request_type")
BATCH = 1000
MOST_ROWS = 40_000
MOST_CHARACTERS = 60_000_000


def closed_tickets(rows: "QuerySet[Ticket] | None" = None) -> "QuerySet[Ticket]":
    """What can be learned from: solved or closed, neither rejected nor merged into another one."""
    rows = Ticket.objects.all() if rows is None else rows
    # By key, not by join: the statuses are a handful, and the planner stays with the tickets.
    rejected = Status.objects.filter(kind=Status.Kind.REJECTED).values_list("pk", flat=True)
    return rows.filter(is_open=False, merged_into=None).exclude(status__in=list(rejected))


def closed_count() -> int:
    return closed_tickets().count()


def extra_of(ticket: Ticket) -> tuple[str, ...]:
    """What is known of a ticket beside its text when it comes."""
    return facts(ticket.requester_id, ticket.source)


def facts(requester: int, source: str) -> tuple[str, ...]:
    """As features. Not the request type: it decides the department by itself and would hide what the text is worth."""
    return f"requester={requester}", f"channel={source}"


def examples() -> Iterator[Example]:
    """The newest closed tickets first, labelled with what they ended as; retired values are left out."""
    departments = set(Department.objects.active().values_list("pk", flat=True))
    types = set(RequestType.objects.filter(active=True).values_list("pk", flat=True))
    rows = closed_tickets().annotate(beginning=Left("description", MAX_TEXT)).order_by("-pk")
    columns = ("subject", "beginning", "language", "requester_id", "source", *(f"{field}_id" for field in TARGETS))
    before, read, characters = None, 0, 0
    while read < MOST_ROWS and characters < MOST_CHARACTERS:
        batch = list((rows if before is None else rows.filter(pk__lt=before)).values_list("pk", *columns)[:BATCH])
        for pk, subject, body, language, requester, source, department, priority, request_type in batch:
            before, read, characters = pk, read + 1, characters + len(subject) + len(body)
            labels = {
                "department": department if department in departments else None,
                "priority": priority,
                "request_type": request_type if request_type in types else None,
            }
            yield Example(subject, body, facts(requester, source), language, labels)
        if len(batch) < BATCH:
            return
