"""A rule as a sentence: when, and, then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowtic.core import conditions
from flowtic.core.conditions import FieldInfo
from workflows.automation import actions, triggers


@dataclass(frozen=True)
class Sentence:
    """The parts behind "When", "and" ('' for always) and "then"."""

    trigger: str
    condition: str
    actions: tuple[str, ...]
    stop: bool = False


def sentence(rule: Any, known: Mapping[str, FieldInfo]) -> Sentence:
    """Of a rule as it is stored, or of the values of one."""
    said = conditions.words(rule.condition, known) if rule.condition else ""
    return Sentence(
        triggers.words(rule.trigger, rule.options or {}),
        said,
        tuple(actions.words(spec) for spec in rule.actions or ()),
        bool(rule.stop),
    )
