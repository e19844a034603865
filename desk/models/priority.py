from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.fields import IdentityField


class Priority(LocalisedName):
    """One of four ranks; name and colour are the admin's. The rank is the primary key, so lists sort without a join."""

    rank = models.PositiveSmallIntegerField(_("rank"), primary_key=True)
    key = IdentityField(_("key"), max_length=20, unique=True)
    color = models.CharField(_("colour"), max_length=20, blank=True)

    class Meta:
        ordering = ["rank"]
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
