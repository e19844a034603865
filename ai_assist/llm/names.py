"""Whose names must not leave: the people of a ticket, also by one name alone; everybody by their whole name."""

import time

from accounts.models import User
from ai_assist.masking import NameIndex, name_index
from desk.models import Comment, Participant, Ticket

_KEPT_SECONDS = 300
_kept: list[tuple[float, NameIndex]] = []


def people_of(ticket: Ticket) -> list[str]:
    """Requester, reporter, assignee, participants and authors."""
    ids = {ticket.requester_id, ticket.reporter_id, ticket.assignee_id}
    ids |= set(Participant.objects.filter(ticket=ticket).values_list("person_id", flat=True))
    ids |= set(Comment.objects.filter(ticket=ticket).values_list("author_id", flat=True))
    return list(User.objects.filter(pk__in=ids - {None}).values_list("name", flat=True))


def everybody() -> NameIndex:
    """The names of all people, looked up anew every few minutes."""
    now = time.monotonic()
    if not _kept or _kept[0][0] < now - _KEPT_SECONDS:
        _kept[:] = [(now, name_index(User.objects.values_list("name", flat=True).iterator(chunk_size=5000)))]
    return _kept[0][1]


def forget() -> None:
    """For tests: people come and go."""
    _kept.clear()
