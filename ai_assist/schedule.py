"""What the assistant does by the clock."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from ai_assist import fields
from ai_assist.commands.trust import recalculate
from ai_assist.jobs import CLASSIFY, MACHINE, classify_soon
from ai_assist.models import Suggestion
from ai_assist.queries import assistant_on
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.leases import leased
from flowtic.core.models import Job

BATCH = 100
# Newer tickets have a job of their own; older ones are somebody's work already.
YOUNGEST, OLDEST = timedelta(minutes=2), timedelta(days=30)


@leased("ai.classify_missed", 60)
def classify_missed() -> int:
    """Open tickets that came while the assistant was off, or by import. Returns how many workers will look at."""
    if not assistant_on() or Job.objects.filter(kind=CLASSIFY, queue="long", state=Job.State.PENDING).exists():
        return 0
    now = clock.now()
    looked_at = Suggestion.objects.filter(ticket=OuterRef("pk"), feature=Suggestion.Feature.CLASSIFY)
    missed = Ticket.objects.open().filter(created_at__range=(now - OLDEST, now - YOUNGEST), merged_into=None)
    ids = list(missed.exclude(Exists(looked_at)).order_by("-pk").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        classify_soon(pk, queue="long")
    return len(ids)


@leased("ai.weigh_trust", 60)
def weigh_trust() -> int:
    """Measures every field anew; up or down the ladder by what it finds. Returns how many changed their place."""
    if not assistant_on():
        return 0
    return sum(recalculate(MACHINE, field) for field in fields.FIELDS)
