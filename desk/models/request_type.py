from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.fields import IdentityField


class RequestType(LocalisedName):
    """What is asked for: a form, the department it goes to, and how it stands in the catalogue."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    active = models.BooleanField(_("active"), default=True)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    description_de = models.CharField(_("description (German)"), max_length=300, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=30, default="form", blank=True)
    # Types of one category stand together under its name.
    category = models.CharField(_("category"), max_length=60, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    # The form: versions are published by desk.commands.forms; `schema` repeats the live one for cheap reading.
    live_version = models.ForeignKey(
        "desk.FormVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version in use")
    )
    schema = models.JSONField(_("questions"), default=dict, blank=True)
    # Whether people without a login may use it, and the random part of its address.
    public_link = models.BooleanField(_("public link"), default=False)
    public_key = IdentityField(max_length=32, unique=True, null=True, blank=True)
    # Its department's leads edit the draft of the form; here they also publish it.
    leads_publish = models.BooleanField(_("its department’s leads may publish"), default=False)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("request type")
        verbose_name_plural = _("request types")

    @property
    def description(self) -> str:
        """In the reader's language, else in the other one."""
        texts = (self.description_de, self.description_en)
        first, second = texts if (get_language() or "en").startswith("de") else texts[::-1]
        return first or second
