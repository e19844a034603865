"""Colleagues named in a text: `@` and the name as it stands in their profile."""

from accounts.models import Membership, User
from desk.models import Participant, Ticket

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


def _begins(part: str, name: str) -> bool:
    return part.startswith(name) and not part[len(name) : len(name) + 1].isalnum()
