"""Django admin for what has no page of its own; its writes go through the same commands."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class FlowticAdminSite(AdminSite):
    site_header = "Flowtic"
    site_title = "Flowtic"
    index_title = _("Administration")
    enable_nav_sidebar = True


class FlowticAdminConfig(AdminConfig):
    default_site = "flowtic.admin_site.FlowticAdminSite"
