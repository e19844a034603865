"""The ticket: one matter raised to the desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from desk.models.participant import Participant
from desk.models.sla import Promise, clocks_of
from desk.models.status import Status, StatusTransition
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField, IdentityField

# Sorts behind every real date: lists by due date need a value that is never NULL.
NO_DUE_DATE = datetime(9999, 12, 31, tzinfo=UTC)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, actor: Actor) -> "TicketQuerySet":
        """Tickets of which the actor may read at least the public part."""
        if actor.works_in_every_department:
            return self
        if not actor.is_person:
            return self.none()
        return self.filter(_inside(actor, related=True) if actor.can_work else _related(actor))

    def internal_to(self, actor: Actor) -> "TicketQuerySet":
        """Tickets the actor works: notes included."""
        if actor.works_in_every_department:
            return self
        return self.filter(_inside(actor)) if actor.can_work else self.none()

    def open(self) -> "TicketQuerySet":
        return self.filter(is_open=True)

    def overdue(self, now: datetime | None = None) -> "TicketQuerySet":
        return self.open().filter(sort_due_at__lt=now or clock.now())

    def lock(self, pk: int) -> "Ticket":
        """The row as it is now, kept from other writers until the transaction ends."""
        # No join here: MariaDB would lock the joined status and department for everybody else too.
        return self.select_for_update().get(pk=pk)

    def for_list(self) -> "TicketQuerySet":
        """Everything a list row shows, without the texts.

        Fetched beside, not joined: joined to small tables, the planners of both databases are tempted to start from
        those and to sort the whole ticket table instead of walking the index that the order asks for.
        """
        return self.defer("description", "fields", "field_versions").prefetch_related(
            "status", "priority", "department", "requester", "assignee", "tags"
        )


def inside_q(actor: Actor) -> Q:
    """Condition on tickets that the actor works; for `internal_to` and the search."""
    return _inside(actor)


def _related(actor: Actor) -> Q:
    """Takes part as requester, watcher or otherwise. Who only asks has few tickets: start from those."""
    return Q(pk__in=Participant.objects.filter(person=actor.user).values("ticket_id"))


def _inside(actor: Actor, *, related: bool = False) -> Q:
    """`related`: also those of which an agent may read the public part only."""
    if not actor.can_work:
        return Q(pk__in=[])
    internal = Q(level=Participant.Level.INTERNAL)
    person, department = Q(person=actor.user), Q(department__in=actor.department_ids) & internal
    # Asked row by row, once and last: as a list of ids it would be fetched whole for every search of an agent.
    taking_part = Participant.objects.filter((person if related else person & internal) | department)
    mine = Q(department__in=actor.department_ids) | Q(assignee=actor.user)
    return mine | Q(Exists(taking_part.filter(ticket=OuterRef("pk"))))


class Ticket(models.Model):
    """One matter; changed only by desk.commands."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        REQUEST = "request", _("Request")
        QUESTION = "question", _("Question")

    class Source(models.TextChoices):
        WEB = "web", _("Web form")
        API = "api", _("API")
        EMAIL = "email", _("E-mail")
        WORKFLOW = "workflow", _("Workflow")
        IMPORT = "import", _("Import")
        PUBLIC = "public", _("Public form")

    number = IdentityField(_("number"), max_length=40, unique=True)
    subject = models.CharField(_("subject"), max_length=255)
    description = models.TextField(_("description"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.REQUEST)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.WEB)
    language = models.CharField(_("language"), max_length=5, blank=True)

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("requester")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("reported by"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("assignee"),
    )
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    status = models.ForeignKey(Status, models.PROTECT, related_name="+", db_index=False, verbose_name=_("status"))
    priority = models.ForeignKey(
        "desk.Priority", models.PROTECT, related_name="+", db_index=False, verbose_name=_("priority")
    )
    request_type = models.ForeignKey(
        "desk.RequestType", models.PROTECT, null=True, related_name="+", verbose_name=_("request type")
    )
    # The version of the form that `fields` answers; None for what came before there were versions.
    form_version = models.ForeignKey(
        "desk.FormVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("version of the form")
    )
    tags = models.ManyToManyField("desk.Tag", related_name="tickets", blank=True, verbose_name=_("tags"))
    fields = models.JSONField(_("fields"), default=dict)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged_tickets", verbose_name=_("merged into")
    )

    # The category of `status`, repeated so that lists filter on one table.
    is_open = FlagField(_("open"), default=True)
    due_at = models.DateTimeField(_("due"), null=True)
    sort_due_at = models.DateTimeField(_("due date for sorting"), default=NO_DUE_DATE)
    # Set by hand: it wins over the promises.
    due_fixed = FlagField(_("due date set by hand"), default=False)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last change"))
    first_response_at = models.DateTimeField(_("first reply"), null=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    version = models.PositiveIntegerField(_("version"), default=1)
    # {field: version at which it last changed}; see desk/concurrency.py
    field_versions = models.JSONField(_("versions of the fields"), default=dict)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="ticket_updated"),
            models.Index(fields=["-created_at", "-id"], name="ticket_created"),
            models.Index(fields=["is_open", "-updated_at", "-id"], name="ticket_open_updated"),
            models.Index(fields=["is_open", "-created_at", "-id"], name="ticket_open_created"),
            # The order of work: slack, then priority, then age.
            models.Index(fields=["is_open", "sort_due_at", "-priority", "created_at", "id"], name="ticket_open_slack"),
            models.Index(fields=["department", "is_open", "-updated_at", "-id"], name="ticket_department"),
            models.Index(fields=["department", "-created_at", "-id"], name="ticket_department_created"),
            models.Index(fields=["assignee", "is_open", "-updated_at", "-id"], name="ticket_assignee"),
            models.Index(fields=["requester", "-updated_at", "-id"], name="ticket_requester"),
            models.Index(fields=["status", "-updated_at", "-id"], name="ticket_status"),
            models.Index(fields=["-priority", "-updated_at", "-id"], name="ticket_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("desk:ticket", args=[self.number])

    @cached_property
    def due_clock(self) -> Promise | None:
        """The promise behind the due date; None for a date set by hand. Lists fetch those of all rows together."""
        return clocks_of([self]).get(self.pk)

    @property
    def key(self) -> int:
        """What DOM ids use."""
        return self.pk

    def internal_for(self, actor: Actor) -> bool:
        """Whether the actor works this ticket and reads its notes. The row's twin of `internal_to`."""
        if actor.works_in_every_department:
            return True
        if not actor.can_work:
            return False
        if actor.works_in(self.department_id) or self.assignee_id == actor.user.pk:
            return True
        rows = self.participants.filter(level=Participant.Level.INTERNAL)
        return rows.filter(Q(person=actor.user) | Q(department__in=actor.department_ids)).exists()

    def involves(self, actor: Actor) -> bool:
        """Whether the actor is requester or takes part otherwise. The row's twin of `visible_to`, notes apart."""
        if not actor.is_person:
            return False
        return self.requester_id == actor.user.pk or self.participants.filter(person=actor.user).exists()

    def acting_role(self, actor: Actor) -> str:
        """The role whose transitions count: who only takes part acts as user, whatever their role elsewhere."""
        return actor.role if self.internal_for(actor) else "user"

    def can_become(self, status: Status, actor: Actor) -> bool:
        """Whether the transitions an admin set let this actor take the ticket there."""
        if actor.is_system:
            return True
        return StatusTransition.objects.filter(
            source=self.status_id, target=status, role=self.acting_role(actor)
        ).exists()

    def reopen_until(self) -> datetime | None:
        """Until when the requester may reopen a closed ticket; None while it is not closed."""
        return self.closed_at + timedelta(days=settings.FLOWTIC_REOPEN_DAYS) if self.closed_at else None

    def snapshot(self) -> dict[str, Any]:
        """The values that commands journal before they change them."""
        return {
            "status": self.status.key,
            "priority": self.priority_id,
            "department": self.department_id,
            "assignee": self.assignee_id,
        }
