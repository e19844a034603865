"""What the API of automation rules accepts."""

from typing import Annotated, Literal

from pydantic import Field

from flowtic.core.api_shapes import In, Name, Values
from workflows.api.bodies import Position

Trigger = Literal["created", "changed", "commented", "due", "time"]
Actions = Annotated[
    list[Values],
    Field(min_length=1, max_length=12, description="[{“do”: kind, …}], done in this order; see docs/automation.md."),
]


class AutomationIn(In):
    name: Name
    trigger: Trigger
    options: Values = Field(default_factory=dict, description="What narrows the trigger; see docs/automation.md.")
    condition: Values = Field(default_factory=dict, description="A condition tree; {} fits every ticket.")
    actions: Actions
    stop: bool = Field(False, description="Rules behind it do not act on the same event any more.")
    active: bool = False


class AutomationPatch(In):
    name: Name | None = None
    trigger: Trigger | None = None
    options: Values | None = None
    condition: Values | None = None
    actions: Actions | None = None
    stop: bool | None = None
    active: bool | None = None
    position: Position | None = None
    paused: Literal[False] | None = Field(None, description="false: acts again.")
