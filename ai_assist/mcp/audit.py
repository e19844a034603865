"""Every call of a tool in the audit log."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import declare, record

TOOL_CALLED = declare("tool.called", _("%(actor)s used the tool %(subject)s"))
LONGEST_ARGUMENT = 200


@command
def note_call(actor: Actor, *, tool: str, arguments: dict[str, Any], outcome: str) -> None:
    """One line of the audit log: who called which tool with what, and how it ended."""
    shown = {name: _cut(value) for name, value in arguments.items() if value is not None}
    record(actor, TOOL_CALLED, actor.user, data={"subject": tool, "arguments": shown, "outcome": outcome})


def _cut(value: Any) -> Any:
    """Short values as they are; of a long text its length is enough, the text stands where it was written."""
    if isinstance(value, bool | int):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_ARGUMENT else f"{text[:LONGEST_ARGUMENT]}… ({len(text)})"
