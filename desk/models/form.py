"""Forms of request types: published versions, unfinished drafts, templates of common tickets."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class FormVersion(models.Model):
    """What a request type asked from one day to the next. Never changed: tickets point at what they answered."""

    request_type = models.ForeignKey(
        "desk.RequestType", models.CASCADE, related_name="versions", verbose_name=_("request type")
    )
    number = models.PositiveIntegerField(_("version"))
    schema = models.JSONField(_("questions"), default=dict)
    note = models.CharField(_("note"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["request_type", "-number"]
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [models.UniqueConstraint(fields=["request_type", "number"], name="form_version_number")]

    def __str__(self) -> str:
        return f"{self.request_type_id} v{self.number}"


class FormVersionDraft(models.Model):
    """The next version of a form, as its editors leave it: finished or not. `schema` None: there is none just now."""

    request_type = models.OneToOneField("desk.RequestType", models.CASCADE, related_name="version_draft")
    schema = models.JSONField(null=True)
    # Counts every save, so that nobody overwrites what somebody else saved in the meantime.
    rev = models.PositiveIntegerField(default=0)
    # Number of the published version that it began from.
    based_on = models.PositiveIntegerField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)
    # What leads back and forth again: {"rev": revision it fits, "undo": [operations, ...], "redo": [...]}.
    steps = models.JSONField(_("steps back"), default=dict, blank=True)

    class Meta:
        verbose_name = _("draft of a form version")
        verbose_name_plural = _("drafts of form versions")

    def __str__(self) -> str:
        return f"{self.request_type_id} draft {self.rev}"


class FormDraft(models.Model):
    """What somebody has filled in so far: one draft per person and request type, removed when it is sent."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    request_type = models.ForeignKey("desk.RequestType", models.CASCADE, related_name="drafts")
    form_version = models.ForeignKey(FormVersion, models.CASCADE, null=True, related_name="+")
    # Names this filling-in: sent twice, it is one ticket.
    token = IdentityField(max_length=32)
    page = models.CharField(max_length=60, blank=True)
    # By key, as typed: what does not fit is kept too.
    values = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        constraints = [models.UniqueConstraint(fields=["person", "request_type"], name="form_draft_person")]
        indexes = [models.Index(fields=["updated_at"], name="form_draft_updated")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.request_type_id}"


class DraftFile(models.Model):
    """A file that waits in a draft for the ticket it will belong to."""

    draft = models.ForeignKey(FormDraft, models.CASCADE, related_name="files")
    field = IdentityField(max_length=60)
    key = IdentityField(max_length=32, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"drafts/{self.key[:2]}/{self.key}"


class TicketTemplateQuerySet(models.QuerySet["TicketTemplate"]):
    def visible_to(self, actor: Actor) -> "TicketTemplateQuerySet":
        """Templates for everybody who works tickets, and those of the actor's own departments."""
        if actor.works_in_every_department:
            return self
        if not actor.can_work:
            return self.none()
        return self.filter(Q(department=None) | Q(department__in=actor.department_ids))


class TicketTemplate(LocalisedName):
    """Fills in a new ticket that comes again and again. Without a department it is everybody's."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    request_type = models.ForeignKey(
        "desk.RequestType", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request type")
    )
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True)
    fields: Any = models.JSONField(_("fields"), default=dict, blank=True)
    priority = models.ForeignKey(
        "desk.Priority", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("priority")
    )
    tags: Any = models.JSONField(_("tags"), default=list, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = TicketTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("ticket template")
        verbose_name_plural = _("ticket templates")
