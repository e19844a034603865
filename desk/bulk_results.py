"""How far a run is and what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.acts import Act
from desk.bulk_acts import act_of
from desk.models import BulkRow, BulkRun
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.models import Operation
from flowtic.core.undo import WINDOW

# Until a run that nobody works on is called waiting.
PATIENCE = timedelta(seconds=30)
LISTED = 500  # rows by name on the page
R = BulkRow.State


class Result:
    """Counts and rows of a run, fetched when asked."""

    def __init__(self, run: BulkRun) -> None:
        self.run = run

    @cached_property
    def counts(self) -> Counter[str]:
        rows = self.run.rows.order_by().values_list("state").annotate(n=Count("pk"))
        return Counter(dict(rows))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return self.counts[R.CHANGED] if self.run.undoing else self.counts[R.PENDING]

    @property
    def ready(self) -> int:
        return self.total - self.waiting

    @property
    def is_stalled(self) -> bool:
        """A worker should have begun long ago."""
        age = clock.now() - self.run.created_at
        return self.run.state == BulkRun.State.RUNNING and not self.ready and age > PATIENCE

    @property
    def changed(self) -> int:
        return self.counts[R.CHANGED]

    @property
    def skipped(self) -> int:
        return self.counts[R.SKIPPED] + self.counts[R.KEPT] + (0 if self.run.undoing else self.run.missing)

    @cached_property
    def reasons(self) -> list[tuple[str, int]]:
        """Why rows were left out, the most frequent first."""
        rows = self.run.rows.filter(state__in=(R.SKIPPED, R.KEPT)).order_by()
        found = Counter(dict(rows.values_list("reason").annotate(n=Count("pk"))))
        if self.run.missing and not self.run.undoing:
            found[_("not found")] += self.run.missing
        return found.most_common()

    @property
    def sentence(self) -> str:
        """ "36 changed, 2 skipped (no right)"."""
        if self.run.undoing:
            parts = [_("%(number)d undone") % {"number": self.counts[R.UNDONE]}]
        else:
            parts = [_("%(number)d changed") % {"number": self.changed}]
        if same := self.counts[R.SAME]:
            parts.append(ngettext("%(number)d was so already", "%(number)d were so already", same) % {"number": same})
        if left := self.skipped:
            why = "; ".join(reason for reason, _n in self.reasons[:3] if reason)
            said = (_("%(number)d not undone") if self.run.undoing else _("%(number)d skipped")) % {"number": left}
            parts.append(f"{said} ({why})" if why else said)
        if self.run.state == BulkRun.State.STOPPED and (rest := self.counts[R.PENDING]):
            parts.append(_("%(number)d not begun") % {"number": rest})
        return ", ".join(parts)

    @cached_property
    def rows(self) -> Sequence[BulkRow]:
        """Those that were left out first: they are what somebody has to look at."""
        related = self.run.rows.select_related("ticket", "ticket__status")
        out = list(related.filter(state__in=(R.SKIPPED, R.KEPT)).order_by("pk")[:LISTED])
        rest = related.exclude(state__in=(R.SKIPPED, R.KEPT)).order_by("pk")
        return [*out, *rest[: max(0, LISTED - len(out))]]

    @property
    def unlisted(self) -> int:
        return max(0, self.total - LISTED)

    @cached_property
    def may_undo(self) -> bool:
        if not self.run.operation_id or self.run.undoing:
            return False
        rows = Operation.objects.filter(pk=self.run.operation_id, undone_at=None)
        return rows.filter(created_at__gt=clock.now() - WINDOW).exists()

    @cached_property
    def what(self) -> str:
        """The act in words."""
        return said(self.run)


def said(run: BulkRun) -> str:
    """ "Status: Closed"; only the name of the act where its value is missing or gone."""
    if not run.act.get("do"):
        return ""
    act: Act = act_of(run.act)
    try:
        value: Any = act.said(act.thing(Actor(run.started_by), run.act["value"])) if run.act.get("value") != "" else ""
    except CommandError:
        value = ""
    return f"{act.label}: {value}" if value else str(act.label)
