"""Past runs played through another version, one after the other, and what came of all of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflows.definition.format import APPROVAL, Definition
from workflows.engine.advance import same_for_everybody
from workflows.rehearsal.comparison import Tally, parting, shown_way
from workflows.rehearsal.reading import Case
from workflows.rehearsal.recording import Walked, record
from workflows.rehearsal.sandbox import Moments, Order, Sandbox, first_event
from workflows.rehearsal.staffing import Member, Roster, Shares, Wish, share_out
from workflows.rehearsal.typical import Typical

MOST_KEPT = 2000  # tickets with another way that are kept for the list


@dataclass(slots=True)
class Other:
    """A ticket that takes another way."""

    ticket: int
    group: int
    real: list[str]
    now: list[str]
    error: str
    person: int | None = None
    reason: dict[str, Any] | None = None


def play(case: Case, definition: Definition, typical: Typical, moments: Moments) -> tuple[Walked, Walked, list[Order]]:
    """One run: what happened, what would happen, and the work that people would get."""
    recording, real = record(case.events())
    old = next(definition for definition, _event in case.events())
    start = first_event(definition, old, recording["start"])
    with same_for_everybody():
        box = Sandbox(definition, start, recording=recording, typical=typical, moments=moments)
        now = box.run()
    return real, now, box.orders


class Playing:
    """Takes runs one by one; `result` at the end."""

    def __init__(self, definition: Definition, typical: Typical, moments: Moments) -> None:
        self.definition, self.typical, self.moments = definition, typical, moments
        self.tally = Tally()
        self.others: list[Other] = []
        self._real: list[Wish] = []
        self._now: list[Wish] = []
        self._firsts: dict[int, int] = {}  # number of the ticket in `others` -> its first work in `_now`

    def take(self, case: Case) -> None:
        real, now, orders = play(case, self.definition, self.typical, self.moments)
        group = self.tally.add(real, now)
        first = len(self._now)
        self._real += _really(real)
        self._now += _rehearsed(real, orders, case.requester)
        if group is not None and len(self.others) < MOST_KEPT:
            parted = parting(real, now)
            error = parted.code if parted else ""
            self.others.append(Other(case.ticket, group, shown_way(real), shown_way(now), error))
            if orders:
                self._firsts[len(self.others) - 1] = first

    def result(self, people: list[Member]) -> dict[str, Any]:
        """Figures as they are stored; fills in who would have got the tickets that are listed."""
        shares, given = share_out(self._now, Roster(people))
        really = really_shared(self._real)
        for number, first in self._firsts.items():
            self.others[number].person = given[first].person
            self.others[number].reason = given[first].reason
        return {**self.tally.result(), "people": people_rows(really, shares), "nobody": dict(shares.nobody)}


def really_shared(wishes: list[Wish]) -> Shares:
    """The load that people really had."""
    shares = Shares()
    for wish in sorted(wishes, key=lambda one: one.opened):
        if wish.taker is not None:
            shares.free(wish.opened)
            shares.give(wish.taker, wish.closed, counts=wish.counts)
    return shares


def people_rows(really: Shares, shares: Shares) -> list[dict[str, Any]]:
    """Side by side: how much each person got, and the most they had open at once."""
    ids = really.number.keys() | shares.number.keys()
    rows = [
        {
            "id": pk,
            "real": really.number[pk],
            "now": shares.number[pk],
            "most_real": really.most[pk],
            "most_now": shares.most[pk],
        }
        for pk in ids
    ]
    return sorted(rows, key=lambda row: (-row["now"], -row["real"], row["id"]))


def _really(real: Walked) -> Iterator[Wish]:
    for visit in real.visits:
        for person in visit.people.values():
            counts = visit.kind != APPROVAL
            yield Wish({}, "", None, visit.opened, visit.closed, counts=counts, taker=person)


def _rehearsed(real: Walked, orders: list[Order], requester: int) -> Iterator[Wish]:
    takers = {(visit.name, part): person for visit in real.visits for part, person in visit.people.items()}
    for order in orders:
        yield Wish(
            owner=order.owner,
            department=order.department,
            field_value=order.field_value,
            opened=order.opened,
            closed=order.closed,
            counts=order.kind != APPROVAL,
            requester=requester,
            taker=takers.get((order.visit, order.part)),
        )
