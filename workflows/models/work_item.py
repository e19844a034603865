"""One step waiting for somebody: a person, or a robot with a lease."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.models import NO_DUE_DATE, Ticket
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def visible_to(self, actor: Actor) -> "WorkItemQuerySet":
        """One's own, those of tickets that one works, and those one could take over."""
        if actor.works_in_every_department:
            return self
        if not actor.is_person:
            return self.none()
        mine = Q(assignee=actor.user)
        if not actor.can_work:
            return self.filter(mine)
        pool = Q(department__in=actor.department_ids) | Q(role=actor.role)
        internal = Exists(Ticket.objects.internal_to(actor).filter(pk=OuterRef("ticket")))
        return self.filter(mine | pool | Q(internal))

    def open(self) -> "WorkItemQuerySet":
        return self.filter(state__in=WorkItem.OPEN)

    def for_people(self) -> "WorkItemQuerySet":
        return self.exclude(kind=WorkItem.Kind.EXTERNAL)

    def claimable_by(self, actor: Actor) -> "WorkItemQuerySet":
        """Free items of pools that the actor belongs to; the row's twin is `can_be_claimed_by`."""
        free = self.for_people().filter(state=WorkItem.State.READY, assignee=None).exclude(strategy="dispatcher")
        if not actor.can_work:
            return free.none()
        pool = Q(role=actor.role)
        departments = Q(department__in=Department.objects.worked_by(actor)) & Q(role="")
        return free.filter(pool | departments)

    def lock(self, pk: int) -> "WorkItem":
        return self.select_for_update().get(pk=pk)


class WorkItem(models.Model):
    """Changed only by workflows.commands."""

    class Kind(models.TextChoices):
        FORM = "form", _("Task")
        APPROVAL = "approval", _("Approval")
        EXTERNAL = "external", _("External task")

    class State(models.TextChoices):
        READY = "ready", _("ready")
        CLAIMED = "claimed", _("claimed")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        ERROR = "error", _("error")

    OPEN = (State.READY, State.CLAIMED)

    instance = models.ForeignKey("workflows.Instance", models.CASCADE, related_name="items")
    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="work_items")
    key = models.CharField(max_length=120)
    step = models.CharField(_("step"), max_length=40)
    part = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)

    # Who may take it: people of the department (with the skill), or of the role; or one person.
    strategy = models.CharField(max_length=20, blank=True)
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=10, blank=True)
    skill = IdentityField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # {"code", "params"}: why this person; said in words by workflows/words.py.
    assigned_reason = models.JSONField(default=dict)
    fallback_at = models.DateTimeField(null=True)
    return_after = models.CharField(max_length=40, blank=True)
    return_at = models.DateTimeField(null=True)

    outcome = models.CharField(_("outcome"), max_length=40, blank=True)
    data = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    # Robots.
    topic = IdentityField(max_length=60, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    lease_token = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)

    due_at = models.DateTimeField(_("due"), null=True)
    sort_due_at = models.DateTimeField(default=NO_DUE_DATE)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "key"], name="work_item_once")]
        indexes = [
            models.Index(fields=["assignee", "state", "sort_due_at", "id"], name="work_item_mine"),
            models.Index(fields=["department", "state", "sort_due_at", "id"], name="work_item_pool"),
            models.Index(fields=["ticket", "state"], name="work_item_ticket"),
            models.Index(fields=["topic", "state", "next_try", "id"], name="work_item_topic"),
            models.Index(fields=["state", "return_at"], name="work_item_return"),
            models.Index(fields=["state", "fallback_at"], name="work_item_fallback"),
            models.Index(fields=["state", "-completed_at", "id"], name="work_item_completed"),
        ]
        verbose_name = _("work item")
        verbose_name_plural = _("work items")

    def __str__(self) -> str:
        return f"{self.step} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def can_be_claimed_by(self, actor: Actor) -> bool:
        """The row's twin of `claimable_by`, free or not."""
        if not actor.can_work or self.strategy == "dispatcher" or self.kind == self.Kind.EXTERNAL:
            return False
        if self.role:
            return bool(actor.role == self.role)
        return actor.works_in(self.department_id)

    def owner_words(self) -> dict[str, Any]:
        """What its pool is, for words."""
        return {"department": self.department_id, "role": self.role, "skill": self.skill, "level": self.level}
