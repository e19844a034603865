"""A person: from a mere contact to an administrator."""

from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField
from flowtic.core.prepared import Prepared

HUES = 14


def known_time_zone(name: str) -> None:
    if name and name not in available_timezones():
        raise ValidationError(_("This time zone is unknown."), code="time_zone")


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor) -> "UserQuerySet":
        """Who works tickets may look up everybody; everybody else only themselves."""
        if actor.is_system or actor.can_work:
            return self
        return self.filter(pk=actor.user.pk) if actor.is_person else self.none()

    def active(self) -> "UserQuerySet":
        return self.filter(state=User.State.ACTIVE)

    def workers(self) -> "UserQuerySet":
        """Active people who may own tickets."""
        return self.active().filter(role__in=User.WORKING_ROLES)

    def lock(self, pk: int) -> "User":
        return self.select_for_update().get(pk=pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """For Django's and allauth's own tools; Flowtic's doors use accounts.commands."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person with one role and one state; both change only through accounts.commands."""

    class Role(models.TextChoices):
        USER = "user", _("User")
        AGENT = "agent", _("Agent")
        SUPPORT = "support", _("Support")
        ADMIN = "admin", _("Admin")

    class State(models.TextChoices):
        CONTACT = "contact", _("Contact without account")
        UNVERIFIED = "unverified", _("E-mail not confirmed")
        PENDING = "pending", _("Account awaiting approval")
        ACTIVE = "active", _("Active")
        REJECTED = "rejected", _("Rejected")
        SUSPENDED = "suspended", _("Suspended")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        COMFORTABLE = "comfortable", _("Comfortable")

    WORKING_ROLES = (Role.AGENT, Role.SUPPORT, Role.ADMIN)
    # States in which a person may log in; everybody else's sessions and tokens are dead.
    LOGIN_STATES = (State.UNVERIFIED, State.PENDING, State.ACTIVE)

    email = IdentityField(_("e-mail"), max_length=254, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=150)
    # What somebody calls themselves who signed up with a contact's address and has not proved it yet.
    requested_name = models.CharField(max_length=150, blank=True, editable=False)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.USER)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UNVERIFIED)
    # Kept in step with `state` by the commands: Django and allauth ask for a column.
    is_active = models.BooleanField(default=True, editable=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_time_zone])
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=12, choices=Density.choices, default=Density.COMPACT)
    # {"mode": on|alt|off, "keys": {usual key: own key}}; see accounts/shortcuts.py
    shortcuts = models.JSONField(_("keyboard shortcuts"), default=dict, blank=True)
    # Random name below media/avatars: the address of a picture cannot be guessed.
    avatar_key = models.CharField(max_length=32, blank=True, editable=False)
    reason = models.CharField(_("reason for the account"), max_length=500, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True, editable=False)
    requested_department = models.ForeignKey(
        "accounts.Department", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    # At most so many open tickets and work items are given to the person by machine; None: no limit.
    capacity = models.PositiveSmallIntegerField(_("most open work"), null=True, blank=True)
    # None: that of the department, else the default one.
    calendar = models.ForeignKey(
        "accounts.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working hours")
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    last_active_at = models.DateTimeField(_("last here"), null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["state", "role"], name="person_state"),
            models.Index(fields=["name"], name="person_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("-", " ").split() if word[:1].isalnum()]
        picked = words[:1] + words[-1:] if len(words) > 1 else words
        return "".join(word[0] for word in picked).upper() or (self.email or "?")[0].upper()

    @property
    def hue(self) -> int:
        """One of the fourteen avatar hues, the same for this person everywhere."""
        return (self.pk or 0) * 5 % HUES

    @property
    def avatar_url(self) -> str:
        return reverse("accounts:avatar", args=[self.avatar_key]) if self.avatar_key else ""

    @property
    def is_staff(self) -> bool:
        """Who may enter Django admin."""
        return self.role == self.Role.ADMIN and self.state == self.State.ACTIVE

    is_superuser = is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    @property
    def can_work(self) -> bool:
        return self.state == self.State.ACTIVE and self.role in self.WORKING_ROLES

    def _memberships(self) -> list[tuple[int, bool]]:
        if "_membership_rows" not in self.__dict__:
            self.__dict__["_membership_rows"] = _memberships_of.among([self.pk])
        return self.__dict__["_membership_rows"]

    def working_department_ids(self) -> set[int]:
        return {pk for pk, _lead in self._memberships()}

    def lead_department_ids(self) -> set[int]:
        return {pk for pk, lead in self._memberships() if lead}


def _memberships_among(ids: list[int]) -> models.QuerySet[Any, Any]:
    from accounts.models.department import Membership

    rows = Membership.objects.filter(user__in=ids, department__active=True)
    return rows.values_list("department_id", "is_lead")


_memberships_of = Prepared(_memberships_among)
