"""The list as a board: a column for each status, each with a page of its own."""

from dataclasses import dataclass, replace
from functools import cached_property

from desk.list_rows import Row, people_of, rows
from desk.models import Status
from desk.queries import TicketList
from flowtic.core.errors import BadRequest

CARDS = 12


@dataclass(frozen=True)
class BoardColumn:
    """The cards of one status, and where the next ones are ('' when there are none)."""

    status: Status
    rows: list[Row]
    more: str


class Board:
    """Columns of a list. `only`: the key of the one status whose next cards are wanted."""

    def __init__(self, found: TicketList, *, only: str = "") -> None:
        self.list, self.only = found, only

    @property
    def statuses(self) -> list[Status]:
        """Those that the filters leave: a board of open tickets has no column of closed ones."""
        given = self.list.given
        found = [row for row in self.list.words.statuses if _fits(row, given)]
        if not self.only:
            return found
        one = [row for row in found if row.key == self.only]
        if not one:
            raise BadRequest("There is no such column.", fields={"part": "unknown"})
        return one

    @cached_property
    def columns(self) -> list[BoardColumn]:
        cursor = self.list.cursor if self.only else ""
        pages = [(status, self.list.page_of(status.pk, cursor, CARDS)) for status in self.statuses]
        tickets = [ticket for _status, found in pages for ticket in found.rows]
        lines = {row.ticket.pk: row for row in rows(tickets, self.list.words, people_of(tickets))}
        return [
            BoardColumn(status, [lines[ticket.pk] for ticket in found.rows], self._more(status, found.next))
            for status, found in pages
        ]

    def _more(self, status: Status, cursor: str) -> str:
        state = replace(self.list.state, layout="board")
        return self.list.at(state, ("part", status.key), ("cursor", cursor)) if cursor else ""


def _fits(row: Status, given: dict[str, list[str]]) -> bool:
    if "status" in given and row.key not in given["status"]:
        return False
    if row.key in given.get("status.not", ()):
        return False
    if "category" in given and row.category not in given["category"]:
        return False
    if row.category in given.get("category.not", ()):
        return False
    return "open" not in given or (given["open"] == ["true"]) == row.is_open
