"""Changes that somebody, or a machine, proposes for a workflow or a form: a person accepts them one by one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Actor) -> "ProposalQuerySet":
        """Those for what the actor may edit: admins all, leads those of their departments' workflows and forms."""
        if actor.is_system or actor.is_admin:
            return self
        if not actor.can_work:
            return self.none()
        own = actor.lead_department_ids
        return self.filter(Q(workflow__department__in=own) | Q(request_type__department__in=own))

    def lock(self, pk: int) -> "Proposal":
        return self.select_for_update().get(pk=pk)


class Proposal(models.Model):
    """Changed only by workflows.commands.proposals."""

    class Kind(models.TextChoices):
        WORKFLOW = "workflow", _("Workflow")
        FORM = "form", _("Form")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("accepted")
        DISMISSED = "dismissed", _("dismissed")

    key = IdentityField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    workflow = models.ForeignKey("workflows.Workflow", models.CASCADE, null=True, related_name="proposals")
    request_type = models.ForeignKey("desk.RequestType", models.CASCADE, null=True, related_name="proposals")
    # What was asked for, in the person's words.
    wish = models.TextField(blank=True)
    # The document that the operations were made for.
    base = models.JSONField()
    operations = models.JSONField(default=list)
    # Indexes of the operations that people have accepted.
    accepted = models.JSONField(default=list)
    # What the machine wanted and Flowtic did not take, in words.
    refused = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    # llm, local, person.
    engine = models.CharField(max_length=10, default="person")
    engine_version = models.CharField(max_length=80, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(workflow__isnull=False, request_type=None) | Q(workflow=None, request_type__isnull=False),
                name="proposal_for_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
