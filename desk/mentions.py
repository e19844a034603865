"""Colleagues named in a text: `@` and the name as it stands in their profile."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Membership, Notification, User
from desk.models import Participant, Ticket, TicketVisit
from flowtic.core.actor import Actor

MOST, MOST_SIGNS = 20, 200


def readers(ticket: Ticket) -> list[User]:
    """Colleagues who read the ticket with its notes; those of its department come first."""
    here = set(Membership.objects.filter(department=ticket.department_id).values_list("user_id", flat=True))
    internal = ticket.participants.filter(level=Participant.Level.INTERNAL)
    guests = {pk for pk in internal.values_list("person_id", flat=True) if pk}
    departments = [pk for pk in internal.values_list("department_id", flat=True) if pk]
    if departments:
        guests |= set(Membership.objects.filter(department__in=departments).values_list("user_id", flat=True))
    chosen = here | guests | ({ticket.assignee_id} if ticket.assignee_id else set())
    found = [
        person
        for person in User.objects.workers().order_by("name", "pk")
        if person.pk in chosen or person.role in (User.Role.SUPPORT, User.Role.ADMIN)
    ]
    return sorted(found, key=lambda person: person.pk not in here)


def mentioned(text: str, ticket: Ticket) -> list[User]:
    """Everybody whom the text names, each once. Of several with one name those of the department are meant."""
    if "@" not in text:
        return []
    by_name: dict[str, User] = {}
    for person in readers(ticket):
        by_name.setdefault(person.name.casefold(), person)
    names = sorted(by_name, key=len, reverse=True)
    found: dict[int, User] = {}
    for part in text.casefold().split("@", MOST_SIGNS)[1:]:
        name = next((one for one in names if _begins(part, one)), None)
        if name is not None:
            found[by_name[name].pk] = by_name[name]
    return list(found.values())[:MOST]


@dataclass(frozen=True)
class Mention:
    """Somebody asked the reader something that the reader has not looked at yet."""

    by: str
    comment: int | None


def unanswered(actor: Actor, most: int = 50) -> dict[int, Mention]:
    """By open ticket the newest mention of the actor that is neither read nor seen on the ticket's page."""
    looked = TicketVisit.objects.filter(
        person=actor.user, ticket=OuterRef("ticket_id"), seen_at__gte=OuterRef("created_at")
    )
    rows = Notification.objects.filter(person=actor.user, kind="mention", read_at=None).exclude(Exists(looked))
    newest = list(rows.select_related("event__actor").order_by("-pk")[:most])
    found: dict[int, Mention] = {}
    for row in newest:
        by = row.event.actor.name if row.event.actor else "Flowtic"
        found.setdefault(row.ticket_id, Mention(by, row.event.data.get("comment")))
    if not found:
        return {}
    there = set(Ticket.objects.internal_to(actor).open().filter(pk__in=found).values_list("pk", flat=True))
    return {pk: mention for pk, mention in found.items() if pk in there}


def _begins(part: str, name: str) -> bool:
    return part.startswith(name) and not part[len(name) : len(name) + 1].isalnum()
