"""What the API of automation rules answers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from desk.api.answers import Page
from flowtic.core.api_shapes import Out
from workflows.api.answers import TicketRef


class AutomationWords(Out):
    when: str
    and_: str = Field(alias="and")
    then: list[str]


class AutomationOut(Out):
    id: int
    position: int
    name: str
    active: bool
    paused: bool = Field(description="It failed five times in a row; nothing happens until it is resumed.")
    pause_reason: str
    trigger: Literal["created", "changed", "commented", "due", "time"]
    options: dict[str, Any]
    condition: dict[str, Any]
    actions: list[dict[str, Any]]
    stop: bool
    words: AutomationWords


class AutomationPage(Page):
    results: list[AutomationOut]


class FittingTickets(Out):
    checked: int
    fitting: int
    tickets: list[TicketRef]


class DoneAction(Out):
    do: str
    state: Literal["done", "same", "waiting", "failed"]


class AutomationRunOut(Out):
    id: int
    ticket: TicketRef
    outcome: Literal["done", "failed", "stopped"]
    code: str
    error: str
    actions: list[DoneAction]
    depth: int = Field(description="How far down a chain of rules; the first is 1.")
    milliseconds: int
    created_at: datetime


class AutomationRunPage(Page):
    results: list[AutomationRunOut]
