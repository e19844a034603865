"""Rules for tests, made by the command that pages and REST call."""

from typing import Any

from flowtic.core.actor import Actor
from flowtic.core.models import Delivery
from flowtic.core.outbox import deliver
from workflows.commands.automation import save_automation
from workflows.models import AutomationRule

OWN = ("workflows.automation", "workflows.automation_tell", "workflows.automation_paused")
NOTE = {"do": "note", "text": "Seen."}


def make_rule(name: str = "Rule", *actions: dict[str, Any], trigger: str = "created", **more: Any) -> AutomationRule:
    values = {"options": {}, "condition": {}, "active": True, **more}
    return save_automation(
        Actor.system("test"), None, name=name, trigger=trigger, actions=list(actions) or [NOTE], **values
    )


def work(*others: str) -> None:
    """What workers do: hands out every fact, also those that follow, in their order."""
    for _round in range(50):
        rows = Delivery.objects.filter(state="pending", subscriber__in=(*OWN, *others)).order_by("event_id", "pk")
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            return
        for pk in ids:
            assert deliver(pk)
    raise AssertionError("it never ends")
