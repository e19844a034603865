"""One step waiting for somebody: a person, or a robot with a lease."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast, Left, Length
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
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
        """Free items of pools that the actor belongs to, without approvals that are not theirs to decide.

        The row's twins are `can_be_claimed_by` and `objection`.
        """
        free = self.for_people().filter(state=WorkItem.State.READY, assignee=None).exclude(strategy="dispatcher")
        if not actor.can_work:
            return free.none()
        pool = Q(role=actor.role)
        departments = Q(department__in=Department.objects.worked_by(actor)) & Q(role="")
        return free.filter(pool | departments).exclude(Q(kind=WorkItem.Kind.APPROVAL) & _barred(actor))

    def lock(self, pk: int) -> "WorkItem":
        return self.select_for_update().get(pk=pk)


def _barred(actor: Actor) -> Q:
    """Approvals of one's own request, and of a visit to the step in which one has decided already."""
    decided = WorkItem.objects.filter(
        instance=OuterRef("instance"), step=OuterRef("step"), state=WorkItem.State.COMPLETED, completed_by=actor.user
    )
    same = decided.alias(visit=_visit("key", "part")).filter(visit=_visit(OuterRef("key"), OuterRef("part")))
    return Q(ticket__requester=actor.user) | Q(Exists(same))


def _visit(key: Any, part: Any) -> Any:
    """What an approval's key says before ":approval." and the number of its part."""
    tail = len(f":{WorkItem.Kind.APPROVAL}.")
    return Left(key, Length(key) - Length(Cast(part, CharField(max_length=6))) - tail)


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

    instance = models.ForeignKey("workflows.Instance", models.CASCADE, related_name="items", verbose_name=_("run"))
    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="work_items", verbose_name=_("ticket"))
    key = models.CharField(_("key"), max_length=120)
    step = models.CharField(_("step"), max_length=40)
    part = models.PositiveSmallIntegerField(_("part of the step"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)

    # Who may take it: people of the department (with the skill), or of the role; or one person.
    strategy = models.CharField(_("strategy"), max_length=20, blank=True)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=10, blank=True)
    skill = IdentityField(_("skill"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("assignee")
    )
    # {"code", "params"}: why this person; said in words by workflows/words.py.
    assigned_reason = models.JSONField(_("why this person"), default=dict)
    fallback_at = models.DateTimeField(null=True)
    return_after = models.CharField(max_length=40, blank=True)
    return_at = models.DateTimeField(null=True)

    outcome = models.CharField(_("outcome"), max_length=40, blank=True)
    data = models.JSONField(_("details"), default=dict)
    note = models.TextField(_("note"), blank=True)

    # Robots.
    topic = IdentityField(_("topic"), max_length=60, blank=True)
    worker = models.CharField(_("worker"), max_length=100, blank=True)
    lease_token = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    next_try = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=1000, blank=True)

    due_at = models.DateTimeField(_("due"), null=True)
    sort_due_at = models.DateTimeField(default=NO_DUE_DATE)
    created_at = models.DateTimeField(_("created"))
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    touched_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("completed by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

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

    def objection(self, person: User) -> str:
        """Why the person must not decide this approval although they could take it: "own_request", "decided" or ""."""
        if self.kind != self.Kind.APPROVAL:
            return ""
        if self.ticket.requester_id == person.pk:
            return "own_request"
        decided = self.instance.items.filter(step=self.step, state=self.State.COMPLETED, completed_by=person)
        visit = self.key.rpartition(":")[0]
        return "decided" if decided.filter(key__startswith=f"{visit}:").exists() else ""

    @property
    def is_named(self) -> bool:
        """Whether it never had a pool: the workflow says by name who decides, which may be the requester."""
        return self.department_id is None and not self.role

    def owner_words(self) -> dict[str, Any]:
        """What its pool is, for words."""
        return {"department": self.department_id, "role": self.role, "skill": self.skill, "level": self.level}
