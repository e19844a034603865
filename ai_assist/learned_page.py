"""What the page of learned models shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

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
# Of the curves of duration.
RANGES = {
    "coverage": gettext_lazy("Inside the range of 80 %"),
}
FINDING = {
    "recall_at_1": gettext_lazy("First hit right"),
    "recall_at_5": gettext_lazy("Right among the first five"),
    "mrr": gettext_lazy("Mean reciprocal rank"),
}
KEPT = 6


@dataclass(frozen=True)
class Shown:
    """One training."""

    row: LearnedModel
    target: str
    scores: Sequence[tuple[str, str]]

    @property
    def state(self) -> str:
        if self.row.live:
            return _("in use")
        if self.row.state == LearnedModel.State.TOO_LITTLE:
            return _("nothing learned")
        return _("kept back") if self.row.scores.get("kept_back") else str(self.row.get_state_display())

    @property
    def about(self) -> str:
        """Why it does not answer, or why nothing was learned; "" for the others."""
        if self.row.scores.get("kept_back"):
            return _kept_back(self.row.scores)
        short = self.row.state == LearnedModel.State.TOO_LITTLE
        return _why_nothing(self.row) if self.row.error else _("Too few closed tickets.") if short else ""

    @property
    def compared(self) -> str:
        """How often the model before it and this one were right, on the same tickets."""
        before, after = self.row.scores.get("before"), self.row.scores.get("accuracy")
        if before is None or after is None:
            return ""
        return _("%(before)s before, %(after)s now") % {"before": percent(before), "after": percent(after)}

    @property
    def tag(self) -> str:
        """The colour of its state."""
        if self.row.live:
            return "tag-ok"
        if self.row.scores.get("kept_back"):
            return "tag-warn"
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
                labels = RANGES if row.target == "duration" else SCORES
                rows.append(Shown(row, _title(row), _scores(row.scores, labels)))
        return [(rows[0].target, rows) for rows in found.values()]

    @cached_property
    def closed(self) -> int:
        """Closed tickets there are to learn from."""
        from ai_assist.local import closed_count

        return int(closed_count())

    @cached_property
    def least(self) -> int:
        return int(queries.settings().least_tickets)

    @cached_property
    def is_demo(self) -> bool:
        """Whether demo content is among what was learned from."""
        from ai_assist.demo.history import NAME
        from desk.models import ImportRun

        return ImportRun.objects.filter(fingerprint=NAME).exists()

    @cached_property
    def report(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The last judging on this desk's tickets: (what, on how many, figures)."""
        found = self._stored
        rows = [
            (str(TARGETS.get(target, target)), _on(scores.get("rows", 0)), _scores(scores, SCORES))
            for target, scores in (found.get("routing") or {}).items()
            if scores
        ]
        for name, label in (("similar", _("Similar tickets")), ("articles", _("Articles"))):
            if scores := found.get(name):
                rows.append((label, _on(scores["questions"]), _scores(scores, FINDING)))
        if (scores := found.get("duration")) and scores.get("coverage") is not None:
            rows.append((str(TARGETS["duration"]), _on(scores.get("judged", 0)), _scores(scores, RANGES)))
        return rows

    @property
    def reported_at(self) -> datetime | None:
        from ai_assist.local.evaluation import desk

        return desk.made_at(self._stored)

    @cached_property
    def _stored(self) -> dict[str, Any]:
        from ai_assist.local.evaluation import desk

        return desk.stored()

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


def _scores(scores: dict[str, Any], labels: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = ((str(label), scores.get(name)) for name, label in labels.items())
    return [(label, percent(value)) for label, value in told if isinstance(value, int | float)]


def _on(rows: int) -> str:
    return ngettext("judged on %(n)d ticket", "judged on %(n)d tickets", rows) % {"n": rows}


def _kept_back(scores: dict[str, Any]) -> str:
    if scores.get("before") is not None:
        return _("Clearly worse than the one in use, so that one goes on.")
    return _("Not better than always the same answer, so rules go on.")


def _why_nothing(row: LearnedModel) -> str:
    """The codes that a training leaves, in words; anything else is an error as it was raised."""
    if row.error == "values":
        return _("Too few tickets of at least two different values.")
    if row.error == "interrupted":
        return _("The worker was stopped.")
    if row.error.startswith("does not pay"):
        return _("A model for this language alone is not clearly better than the one for all.")
    if found := re.fullmatch(r"(\d+)/(\d+)", row.error):
        return _("%(count)s of %(least)s closed tickets.") % {"count": found[1], "least": found[2]}
    return row.error
