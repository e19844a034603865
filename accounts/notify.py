"""What people may be told of, and what each of them wants: kinds, channels, quiet hours. Nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Notification, NotificationSettings, TicketMute, User
from flowtic.core.actor import Actor


class Channel(TextChoices):
    """When the mail about something comes."""

    NOW = "now", _("at once")
    HOURLY = "hourly", _("every hour in one mail")
    DAILY = "daily", _("once a day in one mail")
    OFF = "off", _("never")


# Waits for the end of quiet hours; nobody chooses it.
QUIET = "quiet"


class Group(TextChoices):
    """The filters of the list."""

    MENTION = "mention", _("Mentions")
    ASSIGNMENT = "assignment", _("Assignments")
    PROMISE = "promise", _("Promised times")
    APPROVAL = "approval", _("Approvals")


@dataclass(frozen=True)
class Kind:
    """One line of the table of choices, with what everybody gets who chose nothing."""

    key: str
    label: str | Promise
    in_app: bool
    mail: str
    group: str = ""
    # Also for people who only ask.
    for_users: bool = False
    # Meant for this person alone: comes through even where the ticket is muted.
    personal: bool = False
    order: int = 100


@dataclass(frozen=True)
class Wish:
    in_app: bool
    mail: str


@dataclass(frozen=True)
class Shown:
    """A notification in the reader's words."""

    number: str
    subject: str
    url: str
    text: str
    why: str
    icon: str
    actor: User | None


# (notification, ticket, reason, whether the event is public)
Row = tuple[int, int, str, bool]


class Describer:
    """What notifications say; made by the app that the tickets belong to."""

    def readable(self, actor: Actor, rows: Sequence[Row]) -> set[int]:
        """Those that the actor may still read."""
        raise NotImplementedError

    def shown(self, actor: Actor, rows: Sequence[Notification]) -> dict[int, Shown]:
        """Those that may be read, by id, in the active language."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}
_describers: list[Describer] = []


def kind(key: str, label: str | Promise, *, in_app: bool, mail: str, **more: Any) -> Kind:
    """Registers a kind in AppConfig.ready(); the same key again replaces it."""
    _kinds[key] = Kind(key, label, in_app, mail, **more)
    return _kinds[key]


def describe_with(given: Describer) -> None:
    _describers[:] = [given]


def describer() -> Describer:
    return _describers[0]


def kinds_for(person: User) -> list[Kind]:
    """The lines that mean something to the person."""
    works = person.role in User.WORKING_ROLES
    return sorted((one for one in _kinds.values() if works or one.for_users), key=lambda one: one.order)


def kinds_of(group: str) -> list[str]:
    return [one.key for one in _kinds.values() if one.group == group]


class Wishes:
    """What some people want about one ticket, fetched in two questions."""

    def __init__(self, people: Iterable[int], *, ticket_id: int | None, department: str) -> None:
        ids = list(people)
        self.department = department
        self.rows = {row.pk: row for row in NotificationSettings.objects.filter(pk__in=ids)} if ids else {}
        muted = TicketMute.objects.filter(ticket_id=ticket_id, person__in=ids) if ids and ticket_id else ()
        self.muted = {row.person_id for row in muted}

    def of(self, person: User, key: str) -> Wish:
        """In the product, and which mail: a muted ticket is silent but for what is meant for the person alone."""
        found = _kinds[key]
        if person.pk in self.muted and not found.personal:
            return Wish(in_app=False, mail=Channel.OFF)
        return wish(self.rows.get(person.pk), found, self.department)

    def mail(self, person: User, key: str, moment: datetime) -> str:
        """The channel of a mail about something that happened at `moment`; it follows from nothing else, so that
        whoever sends mails and whoever collects them for later never both take one, nor both leave it."""
        chosen = self.of(person, key).mail
        row = self.rows.get(person.pk)
        return QUIET if chosen == Channel.NOW and row is not None and is_quiet(row, person, moment) else chosen


def wish(row: NotificationSettings | None, found: Kind, department: str = "") -> Wish:
    """The department's own choice, else the general one, else what everybody gets."""
    places: list[Mapping[str, Any]] = [row.departments.get(department, {}), row.choices] if row else []
    given: Mapping[str, Any] = next((place[found.key] for place in places if found.key in place), {})
    return Wish(in_app=bool(given.get("in_app", found.in_app)), mail=str(given.get("mail", found.mail)))


def zone_of(person: User) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)


def is_quiet(row: NotificationSettings, person: User, moment: datetime) -> bool:
    """Whether the moment lies in the person's quiet hours, by their own clock; they may run over midnight."""
    begin, end = row.quiet_from, row.quiet_until
    if begin is None or end is None or begin == end:
        return False
    at: time = moment.astimezone(zone_of(person)).time()
    return begin <= at < end if begin < end else at >= begin or at < end


def unread(actor: Actor, most: int = 100) -> list[int]:
    """The unread notifications that the actor may still read, no more than `most`."""
    rows = Notification.objects.visible_to(actor).unread().order_by("-pk")
    found = list(rows.values_list("pk", "ticket_id", "reason", "event__public")[:most])
    allowed = describer().readable(actor, found) if found else set()
    return [row[0] for row in found if row[0] in allowed]


@dataclass(frozen=True)
class Entry:
    """A row with its words."""

    row: Notification
    shown: Shown


def entries(actor: Actor, rows: Iterable[Notification]) -> list[Entry]:
    """In the same order; what may not be read any more is left out."""
    given = list(rows)
    words = describer().shown(actor, given) if given else {}
    return [Entry(row, words[row.pk]) for row in given if row.pk in words]


def newest(actor: Actor, *, group: str = "", most: int = 8) -> list[Entry]:
    rows = Notification.objects.visible_to(actor).select_related("event", "event__actor").order_by("-pk")
    return entries(actor, (rows.filter(kind__in=kinds_of(group)) if group else rows)[:most])


def is_muted(actor: Actor, ticket_id: int) -> bool:
    return bool(actor.is_person) and TicketMute.objects.filter(person=actor.user, ticket_id=ticket_id).exists()
