from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.fields import IdentityField


class Tag(models.Model):
    """A word on tickets; lower case, unique."""

    name = IdentityField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name
