"""What the account pages show. Reads only; visible_to decides what exists for the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from accounts import events
from accounts.absences import absent_until
from accounts.activity import is_present
from accounts.calendars import calendar_of
from accounts.cards import Figure, figures
from accounts.models import (
    Absence,
    ApiToken,
    ApprovedDomain,
    Calendar,
    Department,
    Membership,
    PersonSkill,
    Skill,
    User,
)
from flowtic.core import working_hours
from flowtic.core.actor import Actor
from flowtic.core.events import event_types
from flowtic.core.models import Event
from flowtic.core.paging import Page, Sort, page

PEOPLE_SORT = Sort("name", ("name",))
HISTORY_SHOWN = 30


@dataclass(frozen=True)
class Card:
    """A person as others see them."""

    person: User
    departments: list[Membership]
    local_time: datetime
    is_present: bool
    figures: list[Figure]
    absent_until: datetime | None

    @property
    def phone_link(self) -> str:
        """Digits only, so that a phone understands it."""
        return "".join(char for char in self.person.phone if char.isdigit() or char == "+")


def card(actor: Actor, person: User) -> Card:
    """The contact card; `person` is one the actor may see."""
    now = timezone.now().astimezone(ZoneInfo(person.time_zone or settings.TIME_ZONE))
    memberships = list(person.memberships.filter(department__active=True).select_related("department"))
    memberships.sort(key=lambda row: (row.department.position, row.department.key))
    away = absent_until(person) if person.can_work else None
    return Card(person, memberships, now, is_present(person), figures(actor, person), away)


def working_week(person: User) -> list[tuple[str, str]]:
    """Weekday and hours, for the profile; the days on which nobody works are left out."""
    weekly = calendar_of(person).weekly
    days = [(str(WEEKDAYS[number]), working_hours.words(weekly.get(str(number)))) for number in range(7)]
    return [(day, hours) for day, hours in days if hours]


def skills_of(person: User) -> list[PersonSkill]:
    """The best first."""
    return list(person.skills.select_related("skill").order_by("-level", "skill__key"))


def absences(person: User) -> list[Absence]:
    """Those that are not over."""
    return list(person.absences.not_over().select_related("substitute"))


def calendars() -> QuerySet[Calendar]:
    """The default first, with the number of own days."""
    return Calendar.objects.annotate(own_days=Count("days", distinct=True)).order_by("-is_default", "key")


def skills() -> QuerySet[Skill]:
    return Skill.objects.annotate(number=Count("people")).order_by("-active", "key")


def people(actor: Actor) -> QuerySet[User]:
    """People with what a list shows of them."""
    memberships = Membership.objects.select_related("department").order_by("department__position")
    return User.objects.visible_to(actor).prefetch_related(Prefetch("memberships", memberships))


def people_page(actor: Actor, *, state: str, role: str, text: str, cursor: str) -> Page[User]:
    """One page of the list of people; an unknown state or role narrows nothing."""
    rows = people(actor)
    if state in User.State.values:
        rows = rows.filter(state=state)
    if role in User.Role.values:
        rows = rows.filter(role=role)
    for word in text.replace("\0", "").split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word.lower()))
    return page(rows, PEOPLE_SORT, cursor=cursor)


def pending_people(actor: Actor) -> QuerySet[User]:
    """Who waits for a decision, longest first."""
    waiting = User.objects.visible_to(actor).filter(state=User.State.PENDING)
    return waiting.select_related("requested_department").order_by("created_at", "pk")


def waiting_count(actor: Actor) -> int | None:
    """For the navigation: how many wait, None for nobody."""
    return pending_people(actor).count() or None


def departments(actor: Actor) -> QuerySet[Department]:
    """Departments with the number of their active people and their leads."""
    active = Count("memberships", filter=Q(memberships__user__state=User.State.ACTIVE))
    leads = Membership.objects.filter(is_lead=True, user__state=User.State.ACTIVE).select_related("user")
    rows = Department.objects.visible_to(actor).annotate(people=active)
    return rows.prefetch_related(Prefetch("memberships", leads, to_attr="lead_rows"))


def members(department: Department) -> QuerySet[Membership]:
    active = department.memberships.filter(user__state=User.State.ACTIVE)
    return active.select_related("user").order_by("-is_lead", "user__name")


def approved_domains() -> QuerySet[ApprovedDomain]:
    return ApprovedDomain.objects.prefetch_related("departments").order_by("domain")


def tokens(actor: Actor, owner: User) -> list[ApiToken]:
    """The owner's tokens: what works first, the newest on top."""
    rows = ApiToken.objects.visible_to(actor).filter(user=owner).order_by("-created_at", "-pk")
    return sorted(rows, key=lambda token: not token.is_usable)


@dataclass(frozen=True)
class Line:
    """One sentence of a person's history."""

    sentence: str
    event: Event


def history(person: User) -> Sequence[Line]:
    """What happened to the account, newest first, in words."""
    found = Event.objects.filter(subject_type=User._meta.label_lower, subject_id=person.pk)
    # Logins would push everything else out of sight; they stand in the event list of the administration.
    found = found.exclude(name__in=[events.LOGGED_IN, events.LOGIN_FAILED]).select_related("actor").order_by("-pk")
    kinds = event_types()
    return [
        Line(str(kinds[row.name].sentence) % {"actor": row.actor or "Flowtic", "subject": person}, row)
        for row in found[:HISTORY_SHOWN]
        if row.name in kinds
    ]


def pending_since(person: User) -> datetime:
    """When the address was confirmed, else when the account was made."""
    confirmed = Event.objects.filter(
        subject_type=User._meta.label_lower, subject_id=person.pk, name=events.PERSON_CONFIRMED
    )
    moment = confirmed.order_by("-pk").values_list("created_at", flat=True).first()
    return moment or person.created_at
