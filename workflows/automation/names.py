"""How history names rules and what they did."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from desk import history
from desk.sentences import explains, names_machines
from flowtic.core import said
from flowtic.core.models import Event
from workflows import events
from workflows.models import AutomationRule, AutomationRun


@names_machines("automation")
def rule_names(machines: Iterable[str]) -> dict[str, str]:
    """ "automation:12" becomes the rule's name; one that was deleted is still a rule."""
    ids = {one: int(text) for one in machines if (text := one.partition(":")[2]).isdigit() and len(text) < 19}
    names = dict(AutomationRule.objects.filter(pk__in=ids.values()).values_list("pk", "name"))
    return {
        one: _("The rule “%(name)s”") % {"name": names[pk]} if pk in names else _("A rule that was deleted")
        for one, pk in ids.items()
    }


@explains(events.RULE_CHANGED, events.RULE_DELETED, events.RULE_PAUSED, events.RULE_RESUMED)
@explains(events.RULE_TOLD, events.RULE_CALLED)
def words(event: Event) -> dict[str, str]:
    data = event.data
    found = {key: str(data.get(key, "–")) for key in ("rule", "error", "host")}
    if event.name == events.RULE_PAUSED:
        found["error"] = said.words(data.get("said"), found["error"])
    if event.name == events.RULE_TOLD:
        people = User.objects.filter(pk__in=data.get("people") or []).order_by("name")
        run = AutomationRun.objects.filter(pk=data.get("run") or 0).first()
        number = data.get("number", 0)
        kept = run.results[number] if run and number < len(run.results) else {}
        found["people"] = ", ".join(people.values_list("name", flat=True)[:20]) or "–"
        found["about"] = str(kept.get("subject") or "–")
    return found


history.draw({events.RULE_TOLD: "bell", events.RULE_CALLED: "link", events.RULE_PAUSED: "alert"})
