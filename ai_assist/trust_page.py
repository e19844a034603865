"""What the page on trust shows: figures, and two small drawings for each field as plain geometry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ai_assist import fields, queries
from ai_assist.forms import TrustForm
from ai_assist.measuring import Measure, drifts, measure
from ai_assist.models import Suggestion, Trust
from ai_assist.models.trust import WINDOW
from ai_assist.words import FIELD_NAMES, MODE_NAMES, percent
from flowtic.core.actor import Actor
from flowtic.core.policy import allows

# The drawings' own units; room at the left and below for the labels.
SIZE, WIDE, HIGH = 160, 320, 120
LEFT, TOP = 30, 8
REASONS: dict[str, str | Promise] = {
    "promoted": pgettext_lazy("trust in suggestions", "climbed by being right"),
    "demoted": pgettext_lazy("trust in suggestions", "fell by itself"),
    "set": pgettext_lazy("trust in suggestions", "set by hand"),
}


@dataclass(frozen=True)
class Dot:
    """A circle of a drawing; `title` is what it says to who cannot see it."""

    x: float
    y: float
    r: float
    title: str


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


class FieldTrust:
    """One field with its measurements."""

    def __init__(self, row: Trust, form: TrustForm | None) -> None:
        self.row, self.form = row, form
        self.label = str(FIELD_NAMES[row.field])
        self.mode = str(MODE_NAMES[row.mode])
        self.changed_words = str(REASONS.get(row.reason, ""))
        self.window = WINDOW

    @cached_property
    def measured(self) -> Measure:
        return measure(self.row.field, self.row)

    @property
    def tag(self) -> str:
        return {str(Suggestion.Mode.FILL): "tag-ok", str(Suggestion.Mode.SUGGEST): "tag-ai"}.get(self.row.mode, "")

    @property
    def is_changeable(self) -> bool:
        return self.row.field in fields.CHANGEABLE

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """(what, how much, compared with what)."""
        found, row = self.measured, self.row
        of_window = _("of the last %(most)s at most") % {"most": WINDOW}
        needed = _("at least %(share)s asked for") % {"share": percent(row.bar)}
        certain = _("of tickets had a guess of %(share)s or more") % {"share": percent(row.threshold)}
        return [
            (_("Decisions"), str(found.decided), of_window),
            (_("Right"), percent(found.precision), needed),
            (_("Coverage"), percent(found.coverage), certain),
            (_("Calibration error"), percent(found.error), _("0 % would be perfect")),
        ]

    @property
    def verdict(self) -> str:
        """What the measurements mean for the step the field stands on."""
        found, row = self.measured, self.row
        if found.decided < row.least:
            words = {"n": max(row.least - found.decided, 0)}
            return _("Too few decisions to judge: %(n)s more are needed.") % words
        if drifts(found.right, row.bar):
            return _("The newest decisions are worse than chance allows: the field does not climb.")
        if found.precision is not None and found.precision >= row.bar:
            if row.mode == row.ceiling:
                return _("Good enough; it stands on the highest step that is allowed.")
            return _("Good enough: the field climbs at the next measurement.")
        return _("Not good enough to climb.")

    # ---- drawings ------------------------------------------------------------------------

    @property
    def plot(self) -> list[Dot]:
        """Promised against right: on the diagonal a suggestion of 80 % is right in 80 of 100 cases."""
        most = max((one.number for one in self.measured.bins), default=1)
        return [
            Dot(
                round(LEFT + one.promised * SIZE, 1),
                round(TOP + (1 - one.right) * SIZE, 1),
                round(2.5 + 4.5 * (one.number / most) ** 0.5, 1),
                _("promised %(promised)s, right %(right)s, %(number)s decisions")
                % {"promised": percent(one.promised), "right": percent(one.right), "number": one.number},
            )
            for one in self.measured.bins
        ]

    @property
    def trend(self) -> list[Bar]:
        """One bar for each of the last twelve weeks that had decisions."""
        weeks = self.measured.weeks
        step = WIDE / max(len(weeks), 1)
        return [
            Bar(
                round(LEFT + place * step + step * 0.15, 1),
                round(TOP + (1 - week.precision) * HIGH, 1),
                round(step * 0.7, 1),
                round(max(week.precision * HIGH, 1), 1),
                _("week of %(day)s: %(right)s right, %(number)s decisions")
                % {
                    "day": date_format(week.start, "SHORT_DATE_FORMAT"),
                    "right": percent(week.precision),
                    "number": week.number,
                },
            )
            for place, week in enumerate(weeks)
            if week.precision is not None
        ]

    @property
    def bar_y(self) -> float:
        """Where the required share lies in the trend."""
        return round(TOP + (1 - self.row.bar) * HIGH, 1)


class TrustPage:
    """All fields; `tried`: forms that were refused."""

    def __init__(self, actor: Actor, *, tried: Mapping[str, TrustForm] | None = None) -> None:
        self.actor, self.tried = actor, tried or {}

    @cached_property
    def may_change(self) -> bool:
        return allows(self.actor, "assist.configure")

    @property
    def is_on(self) -> bool:
        return queries.assistant_on()

    @cached_property
    def fields(self) -> list[FieldTrust]:
        rows = queries.trust_rows()
        found = [rows.get(name) or Trust(field=name) for name in fields.FIELDS]
        return [FieldTrust(row, self._form(row)) for row in found]

    def _form(self, row: Trust) -> TrustForm | None:
        if not self.may_change:
            return None
        return self.tried.get(row.field) or TrustForm.of(row)
