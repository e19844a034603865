from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.fields import IdentityField


class RequestType(LocalisedName):
    """What is asked for: a form schema and the department it goes to."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    active = models.BooleanField(_("active"), default=True)
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, blank=True, related_name="+")
    # {"fields": [{"key", "kind", "required", "choices", "label_de", "label_en"}, …]}: see desk/custom_fields.py
    schema = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("request type")
        verbose_name_plural = _("request types")
