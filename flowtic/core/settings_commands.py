"""What the settings page itself keeps: whether the first-run checklist still stands there."""

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.models import Counter
from flowtic.core.policy import require

# 1: put away. A number under a name is all the room that this needs.
CHECKLIST = "settings.checklist_away"


@command
def put_checklist_away(actor: Actor, *, away: bool) -> None:
    """For all administrators of this installation; it can be brought back."""
    require(actor, "settings.view")
    Counter.objects.update_or_create(pk=CHECKLIST, defaults={"value": int(away)})


def checklist_away() -> bool:
    return bool(Counter.objects.filter(pk=CHECKLIST).values_list("value", flat=True).first())
