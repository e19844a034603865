"""Filters and sort orders of ticket lists: one allow-list for the REST API and the pages.

Nothing of a request reaches the ORM as a name: every parameter has its own function here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk import filter_dates
from desk.field_filters import PREFIX, condition, field_sort, is_field, known_fields
from desk.list_filter import Filter
from desk.models import Participant, Priority, RequestType, Status, Tag, Ticket, TicketVisit
from desk.models.snooze import snoozed_q
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest
from flowtic.core.paging import Sort
from flowtic.core.plain_text import EMAIL
from flowtic.core.prepared import Prepared

Params = Mapping[str, Any]

MAX_VALUES = 50
MAX_QUERY = 1000
MAX_ID = 2**62
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_TAG = 60
NOT = ".not"
# Filters that can be turned round: `status.not=closed,rejected`.
NEGATABLE = (
    *("status", "category", "department", "assignee", "requester", "priority", "tag", "request_type"),
    *("kind", "source", "language"),
)
FOR_ME = ("unread", "watching", "mentioned")
_LANGUAGE = re.compile(r"(?:[a-z]{2}|none)\Z", re.ASCII)
_EMAIL = re.compile(EMAIL)
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?\Z", re.ASCII)
_LEAP_SECOND = re.compile(r"(?<=\d\d:\d\d):60")

# The first column leads an index of Ticket; a second one is there because the index goes on with it.
_COLUMNS = {
    "created": ("created_at",),
    "updated": ("updated_at",),
    "priority": ("priority_id", "updated_at"),
    # The order of work: least time left first, of equals the more urgent, then the older one.
    "due": ("sort_due_at", "-priority_id", "created_at"),
}


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


sorts: dict[str, Sort] = {
    **{name: Sort(name, columns) for name, columns in _COLUMNS.items()},
    **{f"-{name}": Sort(f"-{name}", tuple(map(_turned, columns))) for name, columns in _COLUMNS.items()},
}
DEFAULT_SORT = "-updated"
SORT_COLUMNS = sorted({column.lstrip("-") for columns in _COLUMNS.values() for column in columns})


def sort_named(name: str, actor: Actor | None = None, params: Params | None = None) -> Sort:
    """The sort order of that name, the default for ''. Raises BadRequest for any other.

    With an actor also `field.<key>`: a custom field of the request types that `params` filters by, or of any.
    """
    if actor is not None and PREFIX in name and (found := field_sort(actor, name, types_in(params or {}))):
        return found
    try:
        return sorts[name or DEFAULT_SORT]
    except KeyError:
        raise _wrong("sort", _("Tickets cannot be sorted like this.")) from None


def filter_tickets(actor: Actor, params: Params, *, sort: Sort, ignore: Collection[str] = ()) -> QuerySet[Ticket]:
    """The tickets the actor sees that satisfy all filters of `params`, in the order of `sort`.

    `params`: a QueryDict, or a mapping of names to one or several texts. Blank values count as not given. `ignore`
    names parameters that the door reads itself (sort, cursor, …); any other name that is no filter raises
    BadRequest, as does every malformed value and every key that names nothing.
    """
    return read_filter(actor, params, sort=sort, ignore=ignore).rows()


def read_filter(actor: Actor, params: Params, *, sort: Sort, ignore: Collection[str] = ()) -> Filter:
    """The same before it asks the database for tickets."""
    given = _given(params, ignore)
    known = known_fields(actor, given.get("request_type", ())) if any(map(is_field, given)) else {}
    conditions = tuple(
        condition(actor, known, name, values) if is_field(name) else _condition(actor, name, values)
        for name, values in given.items()
        if name != "q"
    )
    return Filter(actor, sort, conditions, _text("q", given["q"]) if "q" in given else None)


def types_in(params: Params) -> list[str]:
    """The keys of the request types that a list is filtered by."""
    values = params.getlist("request_type") if hasattr(params, "getlist") else params.get("request_type", [])
    several = [values] if isinstance(values, str) else values
    return [part.strip() for text in several for part in text.split(",") if part.strip()][:MAX_VALUES]


def given_filters(params: Params, *, ignore: Collection[str] = ()) -> dict[str, list[str]]:
    """The filters that are set, as texts: for chips and links. Raises BadRequest for unknown names."""
    return _given(params, ignore)


# ---- reading the parameters ----------------------------------------------------------


def _given(params: Params, ignore: Collection[str]) -> dict[str, list[str]]:
    lists: Iterable[tuple[str, Any]] = params.lists() if hasattr(params, "lists") else params.items()
    found: dict[str, list[str]] = {}
    for name, values in lists:
        if name in ignore:
            continue
        if positive(name) not in FILTERS and not is_field(name):
            raise _wrong(_shown(name), _("This filter does not exist."))
        texts = [values] if isinstance(values, str) else [str(value) for value in values]
        if name not in _SINGLE:
            texts = [part.strip() for text in texts for part in text.split(",")]
        texts = [text for text in texts if text.strip()]
        if any(_CONTROL.search(text) for text in texts):
            raise _wrong(name, _("Control characters are not allowed."))
        if len(texts) > (1 if name in _SINGLE else MAX_VALUES):
            raise _wrong(name, _("This filter has too many values."))
        if texts:
            found[name] = list(dict.fromkeys(texts))
    return found


def _wrong(field: str, message: str) -> BadRequest:
    return BadRequest(_("The filter %(name)s is not valid.") % {"name": field}, fields={field: message})


def _shown(name: str) -> str:
    """A parameter's name as an answer may repeat it."""
    return _CONTROL.sub("?", name)[:60]


def _unknown(name: str) -> BadRequest:
    return _wrong(name, _("This value does not exist."))


# ---- one function per filter: (actor, name, values) -> condition ---------------------


def positive(name: str) -> str:
    """ "status.not" -> "status"; a name that has no opposite stays as it is."""
    plain = name.removesuffix(NOT)
    return plain if plain in NEGATABLE else name


def _condition(actor: Actor, name: str, values: list[str]) -> Q:
    plain = positive(name)
    found = FILTERS[plain](actor, name, values)
    if plain == name:
        return found
    if plain == "tag" and not (actor.can_work or actor.is_system):
        return found  # whoever may not ask for tags may not ask for their absence either
    # Statuses are few: what is left of them leads to an index, "not one of these" never does.
    return _any_status(list(Status.objects.exclude(key__in=values))) if plain == "status" else ~found


def _status(_actor: Actor, name: str, values: list[str]) -> Q:
    rows = list(Status.objects.filter(key__in=values))
    if len(rows) != len(values):
        raise _unknown(name)
    return _any_status(rows)


def _category(_actor: Actor, name: str, values: list[str]) -> Q:
    if not set(values) <= set(Status.Category.values):
        raise _unknown(name)
    return _any_status(list(Status.objects.filter(category__in=values)))


def _any_status(rows: Sequence[Status]) -> Q:
    condition = Q(status__in=[row.pk for row in rows])
    states = {row.is_open for row in rows}
    # Said twice where it can be: it lets the database walk the indexes that begin with is_open.
    return condition & Q(is_open=states.pop()) if len(states) == 1 else condition


def _true(name: str, values: list[str]) -> bool:
    if values[0] not in ("true", "false"):
        raise _wrong(name, _("Please say true or false."))
    return values[0] == "true"


_all_departments = Prepared(lambda: Department.objects.values_list("pk", "key"))
_active_departments = Prepared(lambda: Department.objects.active().values_list("pk", "key"))


def departments_seen(actor: Actor) -> list[tuple[int, str]]:
    """Id and key of the departments that `visible_to` shows; nearly every list is filtered by one."""
    if actor.is_system or actor.is_admin:
        return _all_departments.rows()
    return _active_departments.rows() if actor.is_person else []


def _department(actor: Actor, name: str, values: list[str]) -> Q:
    ids = [pk for pk, key in departments_seen(actor) if key in values]
    if len(ids) != len(values):
        raise _unknown(name)
    return Q(department__in=ids)


def _priority(_actor: Actor, name: str, values: list[str]) -> Q:
    ranks = list(Priority.objects.filter(key__in=values).values_list("pk", flat=True))
    if len(ranks) != len(values):
        raise _unknown(name)
    return Q(priority__in=ranks)


def _request_type(_actor: Actor, name: str, values: list[str]) -> Q:
    ids = list(RequestType.objects.filter(key__in=values).values_list("pk", flat=True))
    if len(ids) != len(values):
        raise _unknown(name)
    return Q(request_type__in=ids)


def _tag(actor: Actor, name: str, values: list[str]) -> Q:
    if any(len(value) > MAX_TAG for value in values):
        raise _wrong(name, _("A tag may have up to 60 characters."))
    if not actor.can_work and not actor.is_system:
        return Q(pk__in=[])  # tags are the desk's own words: requesters neither see nor guess them
    # Free words, so an unused one is no mistake. A subquery, not a join: no row twice.
    links = Tag.tickets.through.objects.filter(tag__name__in=[value.lower() for value in values])
    return Q(pk__in=links.values("ticket_id"))


def _assignee(actor: Actor, name: str, values: list[str]) -> Q:
    free = Q(assignee=None) if "none" in values else Q(pk__in=[])
    ids = _people(actor, name, [value for value in values if value != "none"])
    return Q(assignee__in=ids) | free if ids else free


def _requester(actor: Actor, name: str, values: list[str]) -> Q:
    return Q(requester__in=_people(actor, name, values))


def _people(actor: Actor, name: str, values: list[str]) -> list[int]:
    """Ids for 'me', ids and e-mail addresses. An address nobody has finds nothing: it is not told from a stranger's."""
    ids: set[int] = set()
    emails = []
    for value in values:
        if value == "me" and actor.user is not None:
            ids.add(actor.user.pk)
        elif value.isascii() and value.isdigit() and len(value) < 20 and 0 < int(value) <= MAX_ID:
            ids.add(int(value))
        elif len(value) <= 254 and _EMAIL.fullmatch(value):
            emails.append(value.lower())
        else:
            raise _wrong(name, _("Please name a person by e-mail address or number."))
    if emails:
        ids.update(User.objects.visible_to(actor).filter(email__in=emails).values_list("pk", flat=True))
    return sorted(ids)


def _created_after(_actor: Actor, name: str, values: list[str]) -> Q:
    return Q(created_at__gte=_moment(name, values))


def _created_before(_actor: Actor, name: str, values: list[str]) -> Q:
    return Q(created_at__lt=_moment(name, values))


def _updated_after(_actor: Actor, name: str, values: list[str]) -> Q:
    return Q(updated_at__gte=_moment(name, values))


def _moment(name: str, values: list[str]) -> datetime:
    """RFC 3339 with its offset, or a day: that midnight in the reader's time zone. In UTC."""
    text = values[0].upper()
    if not _MOMENT.match(text):
        raise _wrong(name, _("Please give a date, or a time with its offset from UTC."))
    try:
        if len(text) == 10:
            moment = timezone.make_aware(datetime.combine(date.fromisoformat(text), time()))
        else:
            moment = datetime.fromisoformat(_LEAP_SECOND.sub(":59", text))
    except ValueError:
        raise _wrong(name, _("This date does not exist.")) from None
    except OverflowError:
        return _edge(text)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _edge(text)


def _edge(text: str) -> datetime:
    """The end of time that is nearest: in UTC it would lie in the year 0 or 10000."""
    return datetime(1, 1, 1, tzinfo=UTC) if text.startswith("0001") else datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def _span(column: str) -> "Condition":
    def condition(_actor: Actor, name: str, values: list[str]) -> Q:
        found = filter_dates.past_condition(column, values[0])
        if found is None:
            raise _wrong(name, _("Please name a span such as today, this_week or last_30_days."))
        return found

    return condition


def _due(actor: Actor, name: str, values: list[str]) -> Q:
    found = [filter_dates.due_condition(value) for value in values]
    if None in found:
        raise _wrong(name, _("Please name a span such as overdue, today or next_7_days."))
    if not (actor.can_work or actor.is_system):
        return Q(pk__in=[])  # promised times are the desk's own business
    return reduce(or_, (one for one in found if one is not None))


def _choice(field: str, choices: Collection[str]) -> "Condition":
    def condition(_actor: Actor, name: str, values: list[str]) -> Q:
        if not set(values) <= set(choices):
            raise _unknown(name)
        return Q(**{f"{field}__in": values})

    return condition


def _language(_actor: Actor, name: str, values: list[str]) -> Q:
    if not all(_LANGUAGE.match(value) for value in values):
        raise _unknown(name)
    return Q(language__in=["" if value == "none" else value for value in values])


def _for_me(actor: Actor, name: str, values: list[str]) -> Q:
    """What concerns the reader: what they have not seen, what they watch, where they were mentioned."""
    if not set(values) <= set(FOR_ME):
        raise _unknown(name)
    if actor.user is None:
        return Q(pk__in=[])
    found = Q(pk__in=[])
    for value in values:
        if value == "unread":
            seen = TicketVisit.objects.filter(
                ticket=OuterRef("pk"), person=actor.user, seen_at__gte=OuterRef("updated_at")
            )
            found |= ~Q(Exists(seen))
        else:
            reason = Participant.Reason.WATCHER if value == "watching" else Participant.Reason.MENTION
            rows = Participant.objects.filter(person=actor.user, reason=reason)
            found |= Q(pk__in=rows.values("ticket_id"))
    return found


def _text(name: str, values: list[str]) -> str:
    if len(values[0]) > MAX_QUERY:
        raise _wrong(name, _("The search text is too long."))
    return values[0]


Condition = Callable[[Actor, str, list[str]], Q]
FILTERS: dict[str, Condition] = {
    "status": _status,
    "category": _category,
    "open": lambda _actor, name, values: Q(is_open=_true(name, values)),
    "department": _department,
    "assignee": _assignee,
    "requester": _requester,
    "priority": _priority,
    "tag": _tag,
    "request_type": _request_type,
    "created_after": _created_after,
    "created_before": _created_before,
    "updated_after": _updated_after,
    "created": _span("created_at"),
    "updated": _span("updated_at"),
    "due": _due,
    "kind": _choice("kind", Ticket.Kind.values),
    "source": _choice("source", Ticket.Source.values),
    "language": _language,
    "for_me": _for_me,
    "snoozed": lambda _actor, name, values: snoozed_q(snoozed=_true(name, values)),
    "q": lambda _actor, _name, _values: Q(),
}
_SINGLE = {"open", "snoozed", "created_after", "created_before", "updated_after", "created", "updated", "q"}
