"""Saved views of the list: a name for filters, order, groups and columns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from desk.models.localised import LocalisedName
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> "SavedViewQuerySet":
        """One's own, everybody's, and those of the departments one works in; who looks after all sees all shared."""
        if not actor.can_work:
            return self.none()
        own = Q(owner=actor.user)
        if actor.is_support:
            return self.filter(own | Q(owner=None))
        return self.filter(own | Q(everybody=True) | Q(department__in=_working(actor)))

    def offered_to(self, actor: Actor) -> "SavedViewQuerySet":
        """What stands in the side bar: the same for everybody who works in a department, whatever the role."""
        if not actor.can_work:
            return self.none()
        return self.filter(Q(owner=actor.user) | Q(everybody=True) | Q(department__in=_working(actor)))

    def lock(self, pk: int) -> "SavedView":
        return self.select_for_update().get(pk=pk)


def _working(actor: Actor) -> models.QuerySet[Membership, int]:
    return Membership.objects.filter(user=actor.user).values_list("department_id", flat=True)


class SavedView(LocalisedName):
    """`query` is the canonical address: whoever opens the view sees through it what their own rights let them see.

    Exactly one of `owner`, `department` and `everybody` is set.
    """

    class Colour(models.TextChoices):
        GREY = "grey", _("Grey")
        TEAL = "teal", _("Teal")
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        PLUM = "plum", _("Plum")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "accounts.Department", models.CASCADE, null=True, related_name="+", verbose_name=_("department")
    )
    everybody = FlagField(_("for everybody"), default=False)
    icon = models.CharField(_("icon"), max_length=20, blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, default=Colour.GREY)
    query = models.TextField(_("filters and order"), blank=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last change"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")

    @property
    def key(self) -> str:
        """What addresses name: built-in views have words, saved ones a number."""
        return f"v{self.pk}"

    @property
    def label(self) -> str:
        return self.name


class ViewOrder(models.Model):
    """In which order a person has the views in the side bar, and which not at all; keys of built-in views included."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    shown = models.TextField(_("shown"), blank=True)
    hidden = models.TextField(_("hidden"), blank=True)

    class Meta:
        verbose_name = _("order of views")
        verbose_name_plural = _("orders of views")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.shown}"
