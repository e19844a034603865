"""Rehearsals of changes on past tickets, test runs that are kept while somebody looks at them, and saved samples."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def visible_to(self, actor: Actor) -> "RehearsalQuerySet":
        """One's own: its figures count the tickets that this person sees. Admins see every ticket, and every one."""
        if actor.is_system or actor.is_admin:
            return self
        return self.filter(started_by=actor.user) if actor.can_work else self.none()

    def lock(self, pk: int) -> "Rehearsal":
        return self.select_for_update().get(pk=pk)


class Rehearsal(models.Model):
    """A changed workflow, rule list or assignment policy, played through with the tickets of a period.

    Changed only by workflows.commands.rehearsals and by its job. `content`: what is rehearsed, as it was then.
    """

    class Kind(models.TextChoices):
        WORKFLOW = "workflow", _("Workflow")
        RULES = "rules", _("Rules")
        POLICY = "policy", _("Assignment")
        AUTOMATION = "automation", _("Automation rules")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("finished")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    workflow = models.ForeignKey(
        "workflows.Workflow", models.CASCADE, null=True, related_name="rehearsals", verbose_name=_("workflow")
    )
    # Number of the published version; None: the draft as it was.
    number = models.PositiveIntegerField(_("version"), null=True)
    department = models.ForeignKey(
        "accounts.Department", models.CASCADE, null=True, related_name="+", verbose_name=_("department")
    )
    content = models.JSONField(_("details"), default=dict)
    period_from = models.DateTimeField(_("from"))
    period_to = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(_("tickets"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    result = models.JSONField(_("result"), default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"

    @property
    def last_moment(self) -> datetime:
        """Still part of the period."""
        return self.period_to - timedelta(microseconds=1)

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY


class RehearsedTicket(models.Model):
    """A ticket that would take another way, or end in an error; `group` is its place in the result's groups."""

    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, related_name="tickets", verbose_name=_("rehearsal"))
    ticket = models.ForeignKey(
        "desk.Ticket", models.CASCADE, related_name="+", db_index=False, verbose_name=_("ticket")
    )
    group = models.PositiveIntegerField(_("group"))
    # {"real": [steps], "now": [steps], "person": id, …}
    ways = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["rehearsal", "group", "id"], name="rehearsed_group")]
        verbose_name = _("rehearsed ticket")
        verbose_name_plural = _("rehearsed tickets")

    def __str__(self) -> str:
        return f"{self.rehearsal_id}/{self.ticket_id}"


class TestRun(models.Model):
    """A test run that somebody looks at: where it began and every event since. Nothing else is written for it."""

    __test__ = False  # no test of ours

    key = IdentityField(_("key"), max_length=32, unique=True)
    workflow = models.ForeignKey("workflows.Workflow", models.CASCADE, related_name="+", verbose_name=_("workflow"))
    number = models.PositiveIntegerField(_("version"), null=True)
    document = models.JSONField(_("definition"))
    # {"name", "ticket": number, "start": event, "recording"?}
    sample = models.JSONField(_("sample"), default=dict)
    events = models.JSONField(_("events"), default=list)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("test run")
        verbose_name_plural = _("test runs")

    def __str__(self) -> str:
        return self.key


class Sample(models.Model):
    """A saved test run: its data and answers, and the way that is expected of every later version."""

    workflow = models.ForeignKey(
        "workflows.Workflow", models.CASCADE, related_name="samples", verbose_name=_("workflow")
    )
    name = models.CharField(_("name"), max_length=100)
    sample = models.JSONField(_("sample"), default=dict)
    # [[step, next step, outcome], …] and how it ends.
    expected = models.JSONField(_("expected way"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("sample")
        verbose_name_plural = _("samples")

    def __str__(self) -> str:
        return self.name
