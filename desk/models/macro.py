from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, actor: Actor) -> "MacroQuerySet":
        """One's own, those of one's departments and those for everybody; support and admins manage all shared ones."""
        if not actor.can_work:
            return self.none()
        own = Q(audience=Macro.Audience.OWN, owner=actor.user)
        if actor.works_in_every_department:
            return self.filter(own | ~Q(audience=Macro.Audience.OWN))
        here = Q(audience=Macro.Audience.DEPARTMENT, department__in=actor.department_ids)
        return self.filter(own | here | Q(audience=Macro.Audience.EVERYBODY))

    def usable_by(self, actor: Actor) -> "MacroQuerySet":
        """What menus offer."""
        return self.visible_to(actor).filter(active=True)


class Macro(LocalisedName):
    """Several changes of a ticket under one name; its steps are acts (desk.acts), done in their order."""

    class Audience(models.TextChoices):
        OWN = "own", _("only me")
        DEPARTMENT = "department", _("one department")
        EVERYBODY = "everybody", _("everybody")

    audience = models.CharField(_("who may use it"), max_length=10, choices=Audience.choices, default=Audience.OWN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    # [{"do": "status", "value": "waiting_requester"}, {"do": "note", "value": "…"}, …]
    steps = models.JSONField(_("steps"), default=list)
    active = FlagField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last change"))

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "pk"]
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
