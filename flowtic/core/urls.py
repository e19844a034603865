from django.urls import path

from flowtic.core import settings_views, views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("settings/checklist", settings_views.checklist, name="checklist"),
    path("settings/system", settings_views.system, name="system"),
    path("settings/outbox", views.outbox_page, name="outbox"),
    path("settings/outbox/<str:kind>/<int:pk>/retry", views.outbox_retry, name="outbox_retry"),
]
