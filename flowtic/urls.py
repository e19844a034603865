"""All addresses. ARCHITECTURE: pages by noun, verbs as sub-resources; the API under /api/v1/."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from flowtic.api import api
from flowtic.core import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("language", set_language, name="set_language"),
    path("", include("accounts.urls")),
    path("", include("knowledge.urls")),
    path("", include("ai_assist.urls")),
    path("", include("workflows.urls")),
    path("", include("desk.urls")),
    path("", include("flowtic.core.urls")),
]

handler400 = "flowtic.core.error_views.bad_request"
handler403 = "flowtic.core.error_views.permission_denied"
handler404 = "flowtic.core.error_views.page_not_found"
handler500 = "flowtic.core.error_views.server_error"
