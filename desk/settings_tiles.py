"""Tiles of the administration about tickets, and their steps of the first-run checklist."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desk.models import RequestType, SlaPolicy, Ticket
from desk.search import KIND
from desk.transitions import all_ways
from flowtic.core import search
from flowtic.core.settings_home import DANGER, OK, WARN, Fact, Reading, step, tile

NEWEST = 200


def statuses(actor: Any) -> Reading:
    """Two queries: the statuses and the ways between them."""
    found = all_ways()
    facts = [Fact(_("No way out of “%(status)s”") % {"status": status.name}, DANGER) for status in found.stuck]
    active = sum(status.active for status in found.statuses)
    facts.append(Fact(ngettext("%(n)d active", "%(n)d active", active) % {"n": active}))
    return Reading(facts)


def request_types(actor: Any) -> Reading:
    found = RequestType.objects.filter(active=True).aggregate(
        number=Count("pk"),
        homeless=Count("pk", filter=Q(department=None)),
        public=Count("pk", filter=Q(public_link=True)),
    )
    facts = []
    if homeless := found["homeless"]:
        text = ngettext("%(n)d without a department", "%(n)d without a department", homeless)
        facts.append(Fact(text % {"n": homeless}, WARN))
    facts.append(Fact(ngettext("%(n)d on offer", "%(n)d on offer", found["number"]) % {"n": found["number"]}))
    if found["public"]:
        facts.append(Fact(_("%(n)d without a login") % {"n": found["public"]}))
    return Reading(facts, done=found["number"] > 0)


def promises(actor: Any) -> Reading:
    active = SlaPolicy.objects.filter(active=True).count()
    if not active:
        return Reading([Fact(_("Nothing is promised yet"))], done=False)
    return Reading([Fact(ngettext("%(n)d rule", "%(n)d rules", active) % {"n": active})], done=True)


def searching(actor: Any) -> Reading:
    """Whether the newest tickets can be found; they are indexed with the change itself."""
    missing = search.missing_number(Ticket.objects.order_by("-pk")[:NEWEST], KIND)
    if missing:
        text = ngettext(
            "%(n)d of the newest tickets cannot be found: manage.py rebuild_search",
            "%(n)d of the newest tickets cannot be found: manage.py rebuild_search",
            missing,
        )
        return Reading([Fact(text % {"n": missing}, DANGER)])
    return Reading([Fact(_("Up to date"), OK)])


tile(
    "request_types", gettext_lazy("Request types"), "form", "workflows:forms", "tickets",
    read=request_types, order=10, words=gettext_lazy("forms catalogue questions fields public link"),
)  # fmt: skip
tile(
    "statuses", gettext_lazy("Statuses and transitions"), "flow", "desk:settings_statuses", "tickets",
    read=statuses, order=20, words=gettext_lazy("states open closed waiting matrix steps"),
)  # fmt: skip
tile(
    "priorities", gettext_lazy("Priorities"), "flag", "desk:settings_priorities", "tickets", order=30,
    words=gettext_lazy("urgent high normal low colour"),
)  # fmt: skip
tile(
    "tags", gettext_lazy("Tags"), "tag", "desk:settings_tags", "tickets", order=40,
    words=gettext_lazy("labels keywords rename merge"),
)  # fmt: skip
tile(
    "templates", gettext_lazy("Ticket templates"), "copy", "desk:settings_templates", "tickets",
    order=45, words=gettext_lazy("prefilled tickets recurring onboarding"),
)  # fmt: skip
tile(
    "checklists", gettext_lazy("Checklists"), "check", "desk:settings_checklists", "tickets",
    order=46, words=gettext_lazy("to do list steps template onboarding"),
)  # fmt: skip
tile(
    "sla", gettext_lazy("Promised times"), "clock", "desk:settings_sla", "tickets", read=promises, order=50,
    words=gettext_lazy("SLA response resolution due date targets escalation"),
)  # fmt: skip
tile(
    "dispatching", gettext_lazy("Assignment"), "route", "desk:settings_dispatching", "tickets", order=55,
    words=gettext_lazy("dispatch automatic round robin load capacity"),
)  # fmt: skip
tile(
    "roles", gettext_lazy("Roles and rights"), "shield-check", "desk:settings_roles", "people", order=30,
    words=gettext_lazy("permissions who may matrix agent support admin lead"),
)  # fmt: skip
tile(
    "search", gettext_lazy("Search index"), "search", "desk:search", "system", read=searching, order=45,
    words=gettext_lazy("full text rebuild_search find"),
)  # fmt: skip
step(
    "request_types", gettext_lazy("Offer a request type"),
    gettext_lazy("A form with a few questions, and the department its tickets go to."),
    "workflows:forms", tile="request_types", order=30,
)  # fmt: skip
step(
    "promises", gettext_lazy("Promise times"),
    gettext_lazy("Within how much working time tickets are answered and resolved."),
    "desk:settings_sla", tile="sla", order=40,
)  # fmt: skip
