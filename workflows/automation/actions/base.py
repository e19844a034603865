"""What an action is: parameters that are checked when a rule is saved, words, and one call of a command."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from desk.models import Ticket
from flowtic.core import placeholders
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from flowtic.core.plain_text import one_line
from workflows.automation.facts import Values
from workflows.models import AutomationRun

DONE, SAME, WAITING, FAILED = "done", "same", "waiting", "failed"
SHORT, MAX_TEXT, MAX_LINE = 120, 10_000, 255
Choices = Callable[[], Iterable[tuple[str, Any]]]


@dataclass(frozen=True)
class Param:
    """One control of an action's form; `kind` is select, line, text, tags or several."""

    name: str
    label: str | Promise
    kind: str = "line"
    choices: Choices | None = None
    required: bool = True
    help: str | Promise = ""


@dataclass
class Doing:
    """One action that is done: by whom, to which locked ticket, in which run, as which of its actions."""

    actor: Actor
    ticket: Ticket
    run: AutomationRun
    number: int
    values: Values = field(default_factory=dict)
    # What the log keeps beside the outcome.
    kept: dict[str, Any] = field(default_factory=dict)


class Action:
    """One kind. The parameters are plain JSON beside {"do": key}."""

    key = ""
    label: str | Promise = ""
    icon = "pen"
    params: tuple[Param, ...] = ()
    # Works outside the ticket: a rehearsal only names it.
    outside = False

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The parameters to store. Raises Invalid by parameter."""
        raise NotImplementedError

    def words(self, spec: dict[str, Any]) -> str:
        """What it does, as it stands behind "then"."""
        raise NotImplementedError

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        """Does it; answers DONE, SAME (it was so already) or WAITING (goes on in a job). Raises what commands raise."""
        raise NotImplementedError


def clean_line(spec: dict[str, Any], name: str, *, required: bool = True, longest: int = MAX_LINE) -> str:
    value = spec.get(name)
    found = one_line(value) if isinstance(value, str) else ""
    if value not in (None, "") and not isinstance(value, str):
        raise Invalid(fields={name: _("Please enter a text.")})
    if required and not found:
        raise Invalid(fields={name: _("Please write something.")})
    if len(found) > longest:
        raise Invalid(fields={name: _("The text is too long.")})
    _check_placeholders(found, name)
    return found


def clean_text(spec: dict[str, Any], name: str = "text", *, required: bool = True) -> str:
    """Several lines with placeholders."""
    value = spec.get(name)
    found = value.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(value, str) else ""
    if required and not found:
        raise Invalid(fields={name: _("Please write something.")})
    if len(found) > MAX_TEXT:
        raise Invalid(fields={name: _("The text is too long.")})
    _check_placeholders(found, name)
    return found


def _check_placeholders(text: str, name: str) -> None:
    problems = placeholders.check(text)
    if problems:
        raise Invalid(fields={name: problems[0].message})


def clean_choice(spec: dict[str, Any], name: str, allowed: Iterable[str]) -> str:
    value = spec.get(name)
    if not isinstance(value, str) or value not in set(allowed):
        raise Invalid(fields={name: _("This choice does not exist.")})
    return value


def clean_id(spec: dict[str, Any], name: str, rows: Any, wrong: str) -> int:
    """The id of one of the rows, given as number or text."""
    text = str(spec.get(name, ""))
    found = text.isascii() and text.isdigit() and len(text) < 19 and rows.filter(pk=int(text)).exists()
    if not found:
        raise Invalid(fields={name: wrong})
    return int(text)


def short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(SHORT)
