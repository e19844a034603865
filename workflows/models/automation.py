"""Automation rules: when something happens to a ticket and a condition holds, then these actions; and their log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core import said
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField, IdentityField


class AutomationRuleQuerySet(models.QuerySet["AutomationRule"]):
    def visible_to(self, actor: Actor) -> "AutomationRuleQuerySet":
        """Everybody who works tickets may know why the desk moves by itself."""
        return self if actor.is_system or actor.can_work else self.none()

    def in_force(self) -> "AutomationRuleQuerySet":
        """Switched on and not paused, in their order."""
        return self.filter(active=True, paused_at=None).order_by("position", "pk")

    def lock(self, pk: int) -> "AutomationRule":
        return self.select_for_update().get(pk=pk)


class AutomationRule(models.Model):
    """Changed only by workflows.commands.automation; acts through workflows.automation.running."""

    class Trigger(models.TextChoices):
        CREATED = "created", _("A ticket is created")
        CHANGED = "changed", _("A ticket is changed")
        COMMENTED = "commented", _("Somebody writes on a ticket")
        DUE = "due", _("A promised time runs out")
        TIME = "time", _("A ticket has been like this for some time")

    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=100)
    active = FlagField(_("active"), default=False)
    trigger = models.CharField(_("trigger"), max_length=10, choices=Trigger.choices, default=Trigger.CREATED)
    # What narrows the trigger (workflows/automation/triggers.py), e.g. {"fields": ["status"]}.
    options = models.JSONField(_("details of the trigger"), default=dict, blank=True)
    # A condition tree (flowtic/core/conditions.py).
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    # [{"do": kind, …}, …] in their order (workflows/automation/actions/).
    actions = models.JSONField(_("actions"), default=list)
    # Rules behind this one are not asked any more once it acted.
    stop = FlagField(_("stop flag"), default=False)
    # How often in a row it failed; at five it pauses itself.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    pause_reason = models.CharField(_("why it is paused"), max_length=500, blank=True)
    # The same by source and parameters (flowtic.core.said), for readers of other languages.
    pause_said = models.JSONField(_("why it is paused, by its parts"), default=dict, blank=True)
    # Rules about time: when the tickets there are were last looked through; None: soon.
    scanned_at = models.DateTimeField(_("last looked through"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last change"))

    objects = AutomationRuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["active", "trigger", "position"], name="automation_in_force")]
        verbose_name = _("automation rule")
        verbose_name_plural = _("automation rules")

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def pause_words(self) -> str:
        """Why it is paused, in the reader's language."""
        return said.words(self.pause_said, self.pause_reason)

    @property
    def machine(self) -> str:
        """What events of its changes name as the acting machine."""
        return f"automation:{self.pk}"


class AutomationRunQuerySet(models.QuerySet["AutomationRun"]):
    def visible_to(self, actor: Actor) -> "AutomationRunQuerySet":
        """Those on tickets that the actor works."""
        from desk.models import Ticket

        if actor.works_in_every_department:
            return self
        return self.filter(ticket__in=Ticket.objects.internal_to(actor).values("pk"))


class AutomationRun(models.Model):
    """A rule met a ticket: what it did, why it failed, or why it was stopped."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    # One row per rule and fact: a fact that is delivered again finds it and does nothing.
    key = IdentityField(_("key"), max_length=100, unique=True)
    rule = models.ForeignKey(
        AutomationRule, models.SET_NULL, null=True, related_name="runs", db_index=False, verbose_name=_("rule")
    )
    rule_name = models.CharField(_("name"), max_length=100)
    ticket = models.ForeignKey(
        "desk.Ticket", models.CASCADE, related_name="+", db_index=False, verbose_name=_("ticket")
    )
    # A plain number, None for rules about time.
    event_id = models.BigIntegerField(_("event"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    # Why it was stopped (loop, depth, often) or the code of what was refused.
    code = models.CharField(_("code"), max_length=40, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    said = models.JSONField(_("error, by its parts"), default=dict, blank=True)
    # [{"do": kind, "state": done|same|waiting|failed, "said": …}, …]
    results = models.JSONField(_("results"), default=list)
    # The fact where the chain began: within it a rule acts on a ticket once.
    root = IdentityField(_("beginning"), max_length=100)
    # The run whose change this one followed from, and how far down the chain it is; the first is 1.
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name=_("followed from")
    )
    depth = models.PositiveIntegerField(_("depth"), default=1)
    milliseconds = models.PositiveIntegerField(_("duration"), default=0)
    created_at = models.DateTimeField(_("created"))

    objects = AutomationRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["rule", "-id"], name="automation_run_rule"),
            models.Index(fields=["ticket", "-id"], name="automation_run_ticket"),
            models.Index(fields=["root"], name="automation_run_root"),
            models.Index(fields=["created_at"], name="automation_run_created"),
        ]
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")

    def __str__(self) -> str:
        return f"{self.rule_name} on {self.ticket_id} ({self.outcome})"

    @property
    def error_words(self) -> str:
        """What failed, in the reader's language."""
        return said.words(self.said, self.error)

    @property
    def chain(self) -> str:
        """What changes of this run carry as their request: how what follows finds it."""
        return f"rule:{self.pk}"


class Dwell(models.Model):
    """Since when a ticket has fitted a rule about time without a break, and whether the rule acted on it yet."""

    rule = models.ForeignKey(AutomationRule, models.CASCADE, related_name="dwells", verbose_name=_("rule"))
    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="+", verbose_name=_("ticket"))
    since = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("due"))
    fired_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "ticket"], name="automation_dwell_once")]
        indexes = [models.Index(fields=["fired_at", "due_at"], name="automation_dwell_due")]
        verbose_name = _("stay in a state")
        verbose_name_plural = _("stays in a state")

    def __str__(self) -> str:
        return f"{self.ticket_id} for {self.rule_id} since {self.since:%Y-%m-%d %H:%M}"
