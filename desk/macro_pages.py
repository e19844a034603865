"""What the pages about macros show."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from desk.acts import ACTS, Act, Verdict
from desk.models import Macro, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.policy import allows


@dataclass
class Preview:
    """A macro on one ticket before it runs: a line per step, and why it cannot run at all."""

    ticket: Ticket
    macro: Macro
    lines: list[tuple[Act, Verdict]] = field(default_factory=list)
    refusal: str = ""

    @property
    def possible(self) -> bool:
        return not self.refusal and all(verdict.kind != "refused" for _act, verdict in self.lines)

    @property
    def writes(self) -> bool:
        return any(act.key in ("reply", "note") for act, _verdict in self.lines)


@dataclass(frozen=True)
class MacroLine:
    """A row of the settings page."""

    macro: Macro
    audience: str
    summary: str
    editable: bool
    problem: str


def macro_lines(actor: Actor, macros: Sequence[Macro]) -> list[MacroLine]:
    """One line per macro, with what is wrong with its steps."""
    return [_line(actor, macro) for macro in macros]


def _line(actor: Actor, macro: Macro) -> MacroLine:
    parts, problem = [], ""
    for step in macro.steps:
        act = ACTS.get(str(step.get("do")))
        try:
            if act is None:
                raise LookupError
            thing = act.thing(actor, step.get("value"))
            said = _("who runs it") if step.get("value") == "me" else act.said(thing)
            parts.append(f"{act.label}: {said}")
        except (CommandError, LookupError):
            problem = _("A step names something that no longer exists.")
    audience = macro.department.name if macro.department else macro.get_audience_display()
    return MacroLine(macro, str(audience), " · ".join(parts), allows(actor, "macro.edit", macro), problem)
