"""Tiles of the core: deliveries, mail, workers, database, record of changes, security, settings of the system."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flowtic.core import checks
from flowtic.core.models import Delivery, Event, EventSeal, Job, Lease, LeasedWork
from flowtic.core.settings_home import DANGER, OK, WARN, Fact, Reading, step, tile

State = LeasedWork.State
LATE = timedelta(seconds=60)
# The schedule runs every two seconds; a machine under load may be slow.
SILENT = timedelta(minutes=2)
# 100,000 tickets are measured (benchmarks/RESULTS.md); a file of this size holds many times that.
SQLITE_FINE_GB = 10
MAILS = ("desk.notices", "accounts.")


def deliveries(actor: Any) -> Reading:
    found = [_work(model) for model in (Delivery, Job)]
    dead = sum(row["dead"] for row in found)
    waiting = sum(row["waiting"] for row in found)
    oldest = min((row["oldest"] for row in found if row["oldest"]), default=None)
    facts = []
    if dead:
        facts.append(
            Fact(ngettext("%(n)d delivery was given up", "%(n)d deliveries were given up", dead) % {"n": dead}, DANGER)
        )
    if oldest and timezone.now() - oldest > LATE:
        facts.append(Fact(_("Work waits since %(time)s") % {"time": _when(oldest)}, DANGER))
    facts.append(Fact(ngettext("%(n)d waits", "%(n)d wait", waiting) % {"n": waiting}))
    return Reading(facts)


def _work(model: type[LeasedWork]) -> dict[str, Any]:
    unfinished = model._default_manager.filter(state__in=(State.PENDING, State.DEAD))
    pending = Q(state=State.PENDING)
    return unfinished.aggregate(
        dead=Count("pk", filter=Q(state=State.DEAD)),
        waiting=Count("pk", filter=pending),
        oldest=Min("next_try", filter=pending & Q(next_try__lte=timezone.now())),
    )


def mail(actor: Any) -> Reading:
    """Where mails go, and the last one that did not get there."""
    printed = settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))
    facts = [Fact(_("Mails are only printed; nobody gets them"), WARN)] if printed else [Fact(_mail_server())]
    mails = Q(subscriber=MAILS[0]) | Q(subscriber__startswith=MAILS[1])
    failing = Delivery.objects.filter(mails, state__in=(State.PENDING, State.DEAD)).exclude(last_error="")
    latest = failing.order_by("-pk").values_list("created_at", flat=True).first()
    if latest:
        facts.insert(0, Fact(_("Last error: %(time)s") % {"time": _when(latest)}, DANGER))
    return Reading(facts, done=not printed)


def _mail_server() -> str:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return _("Written to a folder") if settings.EMAIL_FILE_PATH else settings.EMAIL_BACKEND.rsplit(".", 1)[-1]


def workers(actor: Any) -> Reading:
    """The schedule leaves a trace every two seconds; workers are judged by the work that waits (the tile above)."""
    seen = Lease.objects.filter(pk="core.relay").values_list("until", flat=True).first()
    if seen is None:
        return Reading([Fact(_("The schedule has never run"), WARN)])
    if timezone.now() - seen > SILENT:
        return Reading([Fact(_("The schedule stands still since %(time)s") % {"time": _when(seen)}, DANGER)])
    return Reading([Fact(_("The schedule runs"), OK)])


def database(actor: Any) -> Reading:
    """Kind and size; with SQLite how much room is left. Backups are made outside, so nothing is known of them."""
    config = settings.DATABASES["default"]
    facts = []
    if config["ENGINE"].endswith("sqlite3"):
        gigabytes = _size(Path(str(config["NAME"]))) / 1024**3
        facts.append(Fact(_("SQLite, %(size)s GB") % {"size": f"{gigabytes:.1f}"}))
        if gigabytes > SQLITE_FINE_GB:
            facts.append(Fact(_("Large for SQLite: better on MySQL or MariaDB"), WARN))
        else:
            facts.append(Fact(_("Fine on one machine; measured with 100,000 tickets"), OK))
    else:
        facts.append(Fact(_("MySQL or MariaDB")))
    facts.append(Fact(_("Last backup: unknown; it is made outside of Flowtic")))
    return Reading(facts)


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())


def record_of_changes(actor: Any) -> Reading:
    """How far the chain of seals reaches; the check itself runs on the page."""
    last_seal = EventSeal.objects.order_by("-seq").values("event_id")[:1]
    newest = Event.objects.order_by("-pk").annotate(sealed=Subquery(last_seal)).values_list("pk", "sealed").first()
    open_end = max(newest[0] - (newest[1] or 0), 0) if newest else 0
    if open_end > 1000:
        return Reading([Fact(_("The last %(n)d entries are not sealed yet") % {"n": open_end}, WARN)])
    return Reading(
        [Fact(_("Sealed to the end") if not open_end else _("Sealed but for the last %(n)d") % {"n": open_end}, OK)]
    )


def security(actor: Any) -> Reading:
    facts = [Fact(message.msg, DANGER) for message in _errors()]
    if settings.DEBUG:
        facts.append(Fact(_("Debug mode is on: error pages show source"), DANGER))
    if not settings.SECURE:
        facts.append(Fact(_("Without https; fine on this machine only"), WARN))
    if not any("mfa" in name for name in settings.INSTALLED_APPS):
        facts.append(Fact(_("No second factor for administrators"), WARN))
    return Reading(facts or [Fact(_("Nothing to object to"), OK)])


def _errors() -> Iterable[Any]:
    for check in (checks.base_url, checks.secret_key, checks.time_zone, checks.days, checks.outgoing):
        yield from check()


def _when(moment: datetime) -> str:
    """The time, with its day unless that is today."""
    local = timezone.localtime(moment)
    return date_format(local, "TIME_FORMAT" if local.date() == timezone.localdate() else "SHORT_DATETIME_FORMAT")


tile(
    "outbox", gettext_lazy("Deliveries"), "send", "core:outbox", "system", read=deliveries, order=10,
    words=gettext_lazy("outbox queue dead letters retry jobs events"),
)  # fmt: skip
tile(
    "mail", gettext_lazy("Mail"), "mail", "core:system", "system", read=mail, order=20, fragment="#FLOWTIC_EMAIL_URL",
    words=gettext_lazy("e-mail SMTP sender server notifications"),
)  # fmt: skip
tile(
    "workers", gettext_lazy("Background work"), "refresh", "core:outbox", "system", read=workers, order=30,
    words=gettext_lazy("worker schedule cron celery"),
)  # fmt: skip
tile(
    "database", gettext_lazy("Database and backup"), "server", "core:system", "system", read=database, order=40,
    fragment="#DATABASE_URL", words=gettext_lazy("SQLite MySQL MariaDB backup storage size"),
)  # fmt: skip
tile(
    "security", gettext_lazy("Security"), "shield-check", "core:system", "system", read=security, order=50,
    fragment="#FLOWTIC_BASE_URL", words=gettext_lazy("https second factor 2FA MFA TLS cookies debug"),
)  # fmt: skip
tile(
    "audit", gettext_lazy("Record of changes"), "history", "desk:audit", "system", read=record_of_changes, order=15,
    words=gettext_lazy("audit log history who changed export seal compliance"),
)  # fmt: skip
tile(
    "system", gettext_lazy("Settings of the system"), "gear", "core:system", "system", order=70,
    words=gettext_lazy("environment variables configuration limits upload time zone language retention"),
)  # fmt: skip
tile(
    "admin", gettext_lazy("Data administration"), "columns", "admin:index", "system", order=90,
    words=gettext_lazy("Django admin raw data secrets tables"),
)  # fmt: skip
step(
    "mail", gettext_lazy("Send mail"), gettext_lazy("Tell Flowtic your mail server, so that people hear of news."),
    "core:system", tile="mail", order=50,
)  # fmt: skip
