"""What the page of learned models shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ai_assist import queries
from ai_assist.models import LearnedModel
from ai_assist.words import FIELD_NAMES, percent
from flowtic.core.actor import Actor

TARGETS = {**FIELD_NAMES, "duration": gettext_lazy("Expected duration")}
# Held-out figures in the order of the page; those that are no shares stay out.
SCORES = {
    "accuracy": gettext_lazy("Right"),
    "top_3": gettext_lazy("Right among the first three"),
    "macro_f1": pgettext_lazy("score of a model", "Macro F1"),
    "precision": gettext_lazy("Right where certain enough"),
    "coverage": gettext_lazy("Certain enough"),
    "ece": gettext_lazy("Calibration error"),
}
KEPT = 6


@dataclass(frozen=True)
class Shown:
    """One training."""

    row: LearnedModel
    target: str
    scores: Sequence[tuple[str, str]]

    @property
    def tag(self) -> str:
        """The colour of its state."""
        if self.row.live:
            return "tag-ok"
        return {"failed": "tag-danger", "training": "tag-info"}.get(self.row.state, "")


class LearnedPage:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def groups(self) -> list[tuple[str, list[Shown]]]:
        """By target and language, the newest first."""
        found: dict[tuple[str, str], list[Shown]] = {}
        for row in LearnedModel.objects.visible_to(self.actor).select_related("started_by"):
            rows = found.setdefault((row.target, row.language), [])
            if len(rows) < KEPT:
                rows.append(Shown(row, _title(row), _scores(row.scores)))
        return [(rows[0].target, rows) for rows in found.values()]

    @cached_property
    def closed(self) -> int:
        """Closed tickets there are to learn from."""
        from ai_assist.local import closed_count

        return int(closed_count())

    @cached_property
    def least(self) -> int:
        return int(queries.settings().least_tickets)

    @property
    def is_too_little(self) -> bool:
        return self.closed < self.least

    @property
    def is_training(self) -> bool:
        states = LearnedModel.objects.visible_to(self.actor).filter(state=LearnedModel.State.TRAINING)
        return states.exists()


def _title(row: LearnedModel) -> str:
    name = str(TARGETS.get(row.target, row.target))
    languages = {"de": _("German"), "en": _("English")}
    return f"{name} · {languages.get(row.language, row.language)}" if row.language else name


def _scores(scores: dict[str, Any]) -> list[tuple[str, str]]:
    told = ((str(label), scores.get(name)) for name, label in SCORES.items())
    return [(label, percent(value)) for label, value in told if isinstance(value, int | float)]
