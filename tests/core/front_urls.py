"""A small map of addresses, so that the tests of the frames do not depend on the apps above core."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse()


desk = [
    path("tickets", page, name="ticket_list"),
    path("tickets/new", page, name="ticket_new"),
    path("portal", page, name="portal"),
    path("portal/tickets", page, name="portal_tickets"),
    path("portal/new", page, name="portal_new"),
]
accounts = [
    path("me/profile", page, name="profile"),
    path("people/<int:pk>", page, name="person"),
    path("settings", page, name="settings"),
    path("settings/people/pending", page, name="people_pending"),
]
urlpatterns = [
    path("", include((desk, "desk"))),
    path("", include((accounts, "accounts"))),
    path("accounts/login", page, name="account_login"),
    path("accounts/logout", page, name="account_logout"),
]
