"""Digest mails: what waits is put into one row, once, and a job sends that row as one mail."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import address_of
from accounts.models import Digest, Notification, NotificationSettings, User
from accounts.notify import QUIET, Channel, Entry, entries, is_quiet, zone_of
from flowtic.core import clock, jobs, mail
from flowtic.core.actor import Actor
from flowtic.core.leases import leased
from flowtic.core.models import Job

JOB = "accounts.digest"
TEMPLATE = "accounts/mail/digest"
# By the person's own clock.
DAILY_HOUR = 7
MOST_IN_ONE = 200
PEOPLE_PER_TURN = 500
BATCH = 5000


@leased("accounts.digests", 300)
def collect_digests() -> int:
    """Called by the schedule: makes the digests that are due. Returns how many."""
    waiting = Notification.objects.filter(sent_in=None).exclude(digest="")
    pairs = list(waiting.order_by("person").values_list("person", "digest").distinct()[:PEOPLE_PER_TURN])
    people = User.objects.in_bulk({pk for pk, _kind in pairs})
    wishes = NotificationSettings.objects.in_bulk(list(people))
    now = clock.now()
    return sum(_collect(people[pk], kind, wishes.get(pk), now) for pk, kind in pairs)


def _collect(person: User, kind: str, row: NotificationSettings | None, now: datetime) -> bool:
    if row is not None and is_quiet(row, person, now):
        return False
    slot = due_slot(person, kind, row, now)
    waiting = Notification.objects.filter(person=person, digest=kind, sent_in=None, created_at__lt=slot)
    if not waiting.exists():
        return False
    with transaction.atomic():
        # Whoever comes second finds the row: what is left waits for the next moment.
        digest, made = Digest.objects.get_or_create(person=person, kind=kind, slot=slot, defaults={"created_at": now})
        if not made:
            return False
        ids = list(waiting.order_by("-pk").values_list("pk", flat=True)[:BATCH])
        Notification.objects.filter(pk__in=ids).update(sent_in=digest)
        jobs.enqueue(Actor.system("accounts"), JOB, {"digest": digest.pk}, queue="default")
    return True


def due_slot(person: User, kind: str, row: NotificationSettings | None, now: datetime) -> datetime:
    """The last moment at which such a digest was due; what came before it goes into it."""
    local = now.astimezone(zone_of(person))
    if kind == QUIET:
        end = row.quiet_until if row is not None and row.quiet_until is not None else None
        if end is None:
            return now.replace(second=0, microsecond=0)
        slot = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return slot if slot <= local else slot - timedelta(days=1)
    if kind == Channel.DAILY:
        slot = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
        return slot if slot <= local else slot - timedelta(days=1)
    return now.replace(minute=0, second=0, microsecond=0)


@jobs.job(JOB)
def send_digest(job: Job) -> None:
    """Sends it unless it was. A repeat after a death in between has the same Message-ID: mail programs show it once."""
    digest = Digest.objects.select_related("person").filter(pk=job.payload["digest"], sent_at=None).first()
    if digest is None:
        return
    person = digest.person
    rows = digest.notifications.select_related("event", "event__actor").order_by("-pk")[:MOST_IN_ONE]
    if person.state == User.State.ACTIVE and person.email:
        with mail.read_by(person):
            told = entries(Actor(person, "email"), rows)
            message = _message(digest, person, told) if told else None
        if message is not None:
            message.send()
    Digest.objects.filter(pk=digest.pk).update(sent_at=clock.now())


def _message(digest: Digest, person: User, told: list[Entry]) -> Any:
    number = len(told)
    subject = ngettext("%(n)d notification from the help desk", "%(n)d notifications from the help desk", number)
    context = {
        "subject": subject % {"n": number},
        "name": person.name,
        "tickets": grouped(told),
        "base": settings.BASE_URL,
        "settings_url": address_of("accounts:notification_settings"),
        "why": _("You get this mail because you chose to get notifications together."),
    }
    return mail.build(
        person.email or "", template=TEMPLATE, context=context, message_id=mail.message_id(f"digest.{digest.pk}")
    )


def grouped(told: list[Entry]) -> list[list[Entry]]:
    """By ticket, the ticket with the newest entry first."""
    found: dict[int, list[Entry]] = {}
    for entry in told:
        found.setdefault(entry.row.ticket_id, []).append(entry)
    return list(found.values())


@leased("accounts.old_notifications", 300)
def forget_old_notifications() -> int:
    """Deletes what is older than the days in FLOWTIC_RETENTION_DAYS, read or not; returns how much."""
    limit = timezone.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["notification"])
    ids = list(Notification.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:BATCH])
    removed = Notification.objects.filter(pk__in=ids).delete()[0]
    old = list(Digest.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:BATCH])
    return removed + Digest.objects.filter(pk__in=old).delete()[0]
