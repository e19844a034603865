from django.urls import path

from flowtic.core import views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("settings/outbox", views.outbox_page, name="outbox"),
    path("settings/outbox/<str:kind>/<int:pk>/retry", views.outbox_retry, name="outbox_retry"),
]
