"""Tiles of the administration about workflows and the rules that start them."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy, ngettext

from flowtic.core import clock
from flowtic.core.settings_home import DANGER, Fact, Reading, tile
from workflows.models import Instance

RECENT = timedelta(days=7)


def runs(actor: Any) -> Reading:
    recent = Q(has_error=True, moved_at__gte=clock.now() - RECENT)
    running = Instance.objects.filter(status=Instance.State.RUNNING)
    found = running.aggregate(number=Count("pk"), failed=Count("pk", filter=recent))
    failed, number = found["failed"], found["number"]
    facts = []
    if failed:
        text = ngettext("%(n)d run failed in seven days", "%(n)d runs failed in seven days", failed)
        facts.append(Fact(text % {"n": failed}, DANGER))
    facts.append(Fact(ngettext("%(n)d run is going on", "%(n)d runs are going on", number) % {"n": number}))
    return Reading(facts)


tile(
    "workflows", gettext_lazy("Workflows"), "flow", "workflows:list", "automation", read=runs, order=10,
    words=gettext_lazy("process approval steps BPMN automation runs errors"),
)  # fmt: skip
tile(
    "workflow_rules", gettext_lazy("Rules for workflows"), "bolt", "workflows:rules", "automation", order=20,
    words=gettext_lazy("triggers conditions automatic start"),
)  # fmt: skip
