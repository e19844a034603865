"""What begins a rule: which events, narrowed by options; in words."""

from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desk import events as desk
from desk.models import Promise as SlaPromise
from desk.models import Ticket
from flowtic.core import durations
from flowtic.core.errors import Invalid
from flowtic.core.models import Event
from workflows.models import AutomationRule

T = AutomationRule.Trigger
CHANGES = (
    *(desk.CHANGED, desk.STATUS_CHANGED, desk.REOPENED, desk.ASSIGNED, desk.CLAIMED, desk.RELEASED, desk.RETURNED),
    desk.DEPARTMENT_CHANGED,
)
# Trigger -> the events that may begin it. Rules about time are begun by the clock (dwelling.py).
EVENTS: dict[str, tuple[str, ...]] = {
    T.CREATED: (desk.CREATED,),
    T.CHANGED: CHANGES,
    T.COMMENTED: (desk.COMMENTED, desk.NOTED),
    T.DUE: (desk.PROMISE_WARNED, desk.PROMISE_BROKEN),
}
HEARD = tuple(dict.fromkeys(name for names in EVENTS.values() for name in names))

FIELDS: dict[str, str | Promise] = {
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "department": gettext_lazy("Department"),
    "assignee": gettext_lazy("Assignee"),
    "tags": gettext_lazy("Tags"),
    "request_type": gettext_lazy("Request type"),
    "requester": gettext_lazy("Requester"),
    "subject": gettext_lazy("Subject"),
    "kind": gettext_lazy("Kind"),
    "due_at": gettext_lazy("Due"),
    "fields": gettext_lazy("A field of the form"),
}
WRITERS: dict[str, str | Promise] = {
    "anybody": pgettext_lazy("who writes", "somebody"),
    "requester": pgettext_lazy("who writes", "the requester"),
    "desk": pgettext_lazy("who writes", "the desk"),
}
TEXTS: dict[str, str | Promise] = {
    "any": gettext_lazy("a reply or a note"),
    "public": gettext_lazy("a public reply"),
    "internal": gettext_lazy("an internal note"),
}
LEVELS: dict[str, str | Promise] = {
    "50": gettext_lazy("is half used up"),
    "80": gettext_lazy("is due soon (80 %)"),
    "100": gettext_lazy("is overdue"),
}
CLOCKS: dict[str, str | Promise] = {
    "calendar": gettext_lazy("calendar time"),
    "business": gettext_lazy("business time"),
}
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=365)


def clean(trigger: str, options: Any) -> dict[str, Any]:
    """The options as they are stored. Raises Invalid by name of the option."""
    if trigger not in T.values:
        raise Invalid(fields={"trigger": _("Please choose when the rule begins.")})
    if not isinstance(options, dict):
        raise Invalid(fields={"options": _("Please give an object.")})
    return _CLEAN[T(trigger)](options)


def _none(options: dict[str, Any]) -> dict[str, Any]:
    return {}


def _changed(options: dict[str, Any]) -> dict[str, Any]:
    wanted = options.get("fields") or []
    if not isinstance(wanted, list) or any(not isinstance(name, str) or name not in FIELDS for name in wanted):
        raise Invalid(fields={"fields": _("This field does not exist.")})
    return {"fields": [name for name in FIELDS if name in wanted]}


def _commented(options: dict[str, Any]) -> dict[str, Any]:
    return {"by": _one(options, "by", WRITERS), "text": _one(options, "text", TEXTS)}


def _due(options: dict[str, Any]) -> dict[str, Any]:
    promises = {"": "", **{key: str(label) for key, label in SlaPromise.Kind.choices}}
    return {"level": _one(options, "level", LEVELS, "100"), "promise": _one(options, "promise", promises)}


def _time(options: dict[str, Any]) -> dict[str, Any]:
    try:
        length = durations.parse(str(options.get("for", "")))
    except ValueError as error:
        raise Invalid(fields={"for": str(error)}) from None
    if not SHORTEST <= length <= LONGEST:
        raise Invalid(fields={"for": _("Choose between 5 minutes and 365 days.")})
    return {"for": str(options["for"]), "clock": _one(options, "clock", CLOCKS)}


def _one(options: dict[str, Any], name: str, allowed: Any, usual: str = "") -> str:
    value = options.get(name) or usual or next(iter(allowed))
    if not isinstance(value, str) or value not in allowed:
        raise Invalid(fields={name: _("This choice does not exist.")})
    return value


_CLEAN = {T.CREATED: _none, T.CHANGED: _changed, T.COMMENTED: _commented, T.DUE: _due, T.TIME: _time}


def fits(rule: AutomationRule, event: Event, ticket: Ticket) -> bool:
    """Whether the event begins the rule, its condition left aside."""
    if event.name not in EVENTS.get(rule.trigger, ()):
        return False
    options = rule.options if isinstance(rule.options, dict) else {}
    return _FITS[T(rule.trigger)](options, event, ticket)


def _fits_change(options: dict[str, Any], event: Event, ticket: Ticket) -> bool:
    told = {item["field"] for item in event.changes}
    wanted = set(options.get("fields") or [])
    # The status that follows from an assignment is the same change to who asked for no field.
    return bool(told & wanted) if wanted else not event.data.get("follows")


def _fits_comment(options: dict[str, Any], event: Event, ticket: Ticket) -> bool:
    if options.get("text", "any") not in ("any", "internal" if event.name == desk.NOTED else "public"):
        return False
    asked = event.actor_id is not None and event.actor_id == ticket.requester_id
    return options.get("by", "anybody") in ("anybody", "requester" if asked else "desk")


def _fits_due(options: dict[str, Any], event: Event, ticket: Ticket) -> bool:
    """The first time that a promise comes to the level or beyond it."""
    level, promise = int(options.get("level", 100)), options.get("promise")
    if int(event.data.get("level", 0)) < level or (promise and event.data.get("kind") != promise):
        return False
    earlier = Event.objects.filter(ticket_id=event.ticket_id, name__in=EVENTS[T.DUE], pk__lt=event.pk)
    told = earlier.values_list("data", flat=True)
    return not any(
        one.get("promise") == event.data.get("promise") and int(one.get("level", 0)) >= level for one in told
    )


_FITS = {
    T.CREATED: lambda _options, _event, _ticket: True,
    T.CHANGED: _fits_change,
    T.COMMENTED: _fits_comment,
    T.DUE: _fits_due,
}


def words(trigger: str, options: dict[str, Any]) -> str:
    """ "a ticket is created", as it stands behind "When"."""
    if trigger == T.CREATED:
        return _("a ticket is created")
    if trigger == T.CHANGED:
        named = [str(FIELDS[name]) for name in options.get("fields") or [] if name in FIELDS]
        if not named:
            return _("a ticket is changed")
        return _("%(fields)s of a ticket changes") % {"fields": _(" or ").join(named)}
    if trigger == T.COMMENTED:
        who, what = WRITERS.get(options.get("by", ""), ""), TEXTS.get(options.get("text", ""), "")
        return _("%(who)s writes %(what)s") % {"who": who or WRITERS["anybody"], "what": what or TEXTS["any"]}
    if trigger == T.DUE:
        kinds = dict(SlaPromise.Kind.choices)
        what = kinds.get(options.get("promise") or "") or _("a promised time")
        level = LEVELS.get(str(options.get("level", 100)), LEVELS["100"])
        return _("%(promise)s %(level)s") % {"promise": what, "level": level}
    length, kind = durations.words(str(options.get("for", ""))), options.get("clock", "calendar")
    if kind == "business":
        return _("a ticket has been like this for %(length)s of business time") % {"length": length}
    return _("a ticket has been like this for %(length)s") % {"length": length}
