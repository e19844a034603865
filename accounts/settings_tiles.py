"""Tiles of the administration about people, departments and tokens, and their steps of the first-run checklist."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.demo import logins
from accounts.models import ApiToken, Department, Membership, User
from flowtic.core.settings_home import WARN, Fact, Reading, step, tile

SOON = timedelta(days=14)


def people(actor: Any) -> Reading:
    active = Q(state=User.State.ACTIVE)
    found = User.objects.aggregate(
        active=Count("pk", filter=active),
        working=Count("pk", filter=active & Q(role__in=User.WORKING_ROLES)),
        admins=Count("pk", filter=active & Q(role=User.Role.ADMIN)),
        waiting=Count("pk", filter=Q(state=User.State.PENDING)),
    )
    facts = []
    if waiting := found["waiting"]:
        facts.append(Fact(ngettext("%(n)d account waits", "%(n)d accounts wait", waiting) % {"n": waiting}, WARN))
    if found["admins"] == 1:
        facts.append(Fact(_("Only one administrator: nobody stands in"), WARN))
    counted = {"n": found["active"], "working": found["working"]}
    facts.append(Fact(_("%(n)d active, %(working)d of them work tickets") % counted))
    return Reading(facts, done=found["working"] > 1)


def departments(actor: Any) -> Reading:
    rows = Membership.objects.filter(department=OuterRef("pk"), user__state=User.State.ACTIVE)
    flags = Department.objects.filter(active=True).annotate(
        manned=Exists(rows.filter(user__role__in=User.WORKING_ROLES)), led=Exists(rows.filter(is_lead=True))
    )
    found = list(flags.values_list("manned", "led"))
    empty = sum(not manned for manned, _led in found)
    leaderless = sum(manned and not led for manned, led in found)
    facts = []
    if empty:
        text = ngettext("%(n)d department without members", "%(n)d departments without members", empty)
        facts.append(Fact(text % {"n": empty}, WARN))
    if leaderless:
        text = ngettext("%(n)d department without a lead", "%(n)d departments without a lead", leaderless)
        facts.append(Fact(text % {"n": leaderless}))
    facts.append(Fact(ngettext("%(n)d active", "%(n)d active", len(found)) % {"n": len(found)}))
    # One department comes with the first start.
    return Reading(facts, done=len(found) > 1)


def tokens(actor: Any) -> Reading:
    now = timezone.now()
    found = ApiToken.objects.usable().aggregate(
        number=Count("pk"),
        soon=Count("pk", filter=Q(expires_at__lt=now + SOON)),
        forever=Count("pk", filter=Q(expires_at=None)),
    )
    facts = []
    if soon := found["soon"]:
        facts.append(
            Fact(ngettext("%(n)d ends within two weeks", "%(n)d end within two weeks", soon) % {"n": soon}, WARN)
        )
    facts.append(Fact(ngettext("%(n)d in use", "%(n)d in use", found["number"]) % {"n": found["number"]}))
    if found["forever"]:
        facts.append(Fact(_("%(n)d without an end") % {"n": found["forever"]}))
    return Reading(facts)


tile(
    "people", gettext_lazy("People"), "users", "accounts:settings_people", "people", read=people, order=10,
    words=gettext_lazy("users accounts agents requesters approve pending sign-up suspend password role picture"),
)  # fmt: skip
tile(
    "departments", gettext_lazy("Departments"), "building", "accounts:settings_departments", "people",
    read=departments, order=20, words=gettext_lazy("teams groups members leads queues"),
)  # fmt: skip
tile(
    "domains", gettext_lazy("Approved domains"), "globe", "accounts:settings_domains", "people", order=40,
    words=gettext_lazy("e-mail addresses sign-up without approval"),
)  # fmt: skip
tile(
    "calendars", gettext_lazy("Working hours"), "calendar", "accounts:settings_calendars", "tickets", order=60,
    words=gettext_lazy("business hours holidays calendar ics opening times"),
)  # fmt: skip
tile(
    "skills", gettext_lazy("Skills"), "star", "accounts:settings_skills", "people", order=50,
    words=gettext_lazy("abilities languages level"),
)  # fmt: skip
tile(
    "tokens", gettext_lazy("API tokens"), "key", "accounts:tokens", "system", read=tokens, order=60,
    words=gettext_lazy("REST scripts keys OpenAPI MCP integration"),
)  # fmt: skip
step(
    "departments", gettext_lazy("Create departments"),
    gettext_lazy("They own tickets: for example IT, facilities, human resources."),
    "accounts:settings_departments", tile="departments", order=10,
)  # fmt: skip
step(
    "people", gettext_lazy("Invite people"),
    gettext_lazy("Give colleagues the role agent and a department; everybody else may sign up."),
    "accounts:settings_people", tile="people", order=20,
)  # fmt: skip


def _demo_is_gone(actor: Any) -> bool:
    emails = [email for _role, email, _password in logins()]
    return not emails or not User.objects.filter(email__in=emails, state=User.State.ACTIVE).exists()


step(
    "demo", gettext_lazy("Replace the demo"),
    gettext_lazy("Start with an empty data folder (--no-demo), or suspend the demo people."),
    "accounts:settings_people", done=_demo_is_gone, order=60,
)  # fmt: skip
