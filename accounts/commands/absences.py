"""Who is away, and who does their work meanwhile."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Absence, User
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require

LONGEST = timedelta(days=3 * 366)
MOST = 50  # that are not over yet


@command
def record_absence(
    actor: Actor, person: User, *, starts_at: datetime, ends_at: datetime, substitute: User | None, note: str
) -> Absence:
    """The person is away between the two moments; new work goes to the substitute meanwhile."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_absence", person)
    wrong = _wrong(person, starts_at, ends_at, substitute)
    if wrong:
        raise Invalid(_("Please check the marked fields."), fields=wrong)
    waiting = person.absences.not_over()
    if waiting.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Conflict(_("Another absence lies in this time."), fields={"starts_at": _("overlaps another absence")})
    if waiting.count() >= MOST:
        raise Conflict(_("There are too many absences already."))
    note = one_line(note)[:200]
    row = Absence.objects.create(user=person, starts_at=starts_at, ends_at=ends_at, substitute=substitute, note=note)
    record(actor, events.PERSON_ABSENT, person, data=_facts(row))
    return row


@command
def remove_absence(actor: Actor, absence: Absence) -> None:
    """The person comes back earlier, or does not go: what has passed stays in the records."""
    absence = Absence.objects.select_for_update().select_related("user").get(pk=absence.pk)
    require(actor, "person.set_absence", absence.user)
    now = clock.now()
    if absence.ends_at <= now:
        raise Conflict(_("This absence is over."))
    facts = _facts(absence)
    if absence.starts_at < now:
        absence.ends_at = now
        absence.save(update_fields=["ends_at"])
    else:
        absence.delete()
    record(actor, events.PERSON_PRESENT, absence.user, data=facts)


@command
def set_availability(actor: Actor, person: User, *, available: bool) -> User:
    """Away from now until the day ends or an absence begins that was planned; or here again, whatever was entered."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_absence", person)
    now = clock.now()
    running = list(Absence.objects.at(now).filter(user=person))
    if available:
        for row in running:
            remove_absence(actor, row)
    elif not running:
        planned = person.absences.not_over(now).order_by("starts_at").values_list("starts_at", flat=True).first()
        midnight = _next_midnight(person, now)
        ends_at = min(midnight, planned) if planned else midnight
        record_absence(actor, person, starts_at=now, ends_at=ends_at, substitute=None, note="")
    return person


def _next_midnight(person: User, now: datetime) -> datetime:
    """Where the person is."""
    zone = ZoneInfo(person.time_zone or settings.TIME_ZONE)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone)


def _wrong(person: User, starts_at: datetime, ends_at: datetime, substitute: User | None) -> dict[str, str]:
    now, found = clock.now(), dict[str, str]()
    if ends_at <= starts_at:
        found["ends_at"] = _("The end must be later than the beginning.")
    elif ends_at <= now:
        found["ends_at"] = _("This time has passed already.")
    elif ends_at - min(starts_at, now) > LONGEST:
        found["ends_at"] = _("An absence lasts at most three years.")
    if substitute is not None and substitute.pk == person.pk:
        found["substitute"] = _("Choose somebody else as substitute.")
    elif substitute is not None and not substitute.can_work:
        found["substitute"] = _("Only people who work tickets can be substitutes.")
    return found


def _facts(row: Absence) -> dict[str, object]:
    return {"from": row.starts_at.isoformat(), "until": row.ends_at.isoformat(), "substitute": row.substitute_id}
