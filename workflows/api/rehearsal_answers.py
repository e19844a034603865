"""What the API answers about rehearsals."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from desk.api.answers import Page
from flowtic.core.api_shapes import Out
from workflows.api.answers import TicketRef


class SpreadOut(Out):
    n: int
    median: float | None = Field(description="Seconds.")
    p90: float | None


class BothOut(Out):
    real: SpreadOut
    now: SpreadOut


class LoadOut(Out):
    person: int
    real: int
    now: int
    most_real: int = Field(description="The most that the person had open at once.")
    most_now: int


class FiguresOut(Out):
    tickets: int
    same: int
    other: int
    ends: dict[Literal["real", "now"], dict[str, int]]
    length: BothOut
    steps: dict[str, BothOut]
    people: list[LoadOut]


class PartingOut(Out):
    step: str = Field(description="Where the paths part; empty: only the end differs.")
    real: str = Field(description="The next step in reality; empty: it did not leave the step.")
    now: str = Field(description="The next step in the rehearsal; `!`: the step ends in an error.")
    error: str
    number: int
    tickets: list[TicketRef] = Field(description="At most 50, those you see.")


class RehearsalRow(Out):
    id: int
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    version: int | None = Field(description="null: the draft as it was then.")
    since: datetime
    until: datetime
    total: int
    done: int
    created_at: datetime
    finished_at: datetime | None
    error: str
    figures: FiguresOut | None


class RehearsalOut(RehearsalRow):
    groups: list[PartingOut] | None


class RehearsalPageOut(Page):
    results: list[RehearsalRow]
