from django.urls import include, path

app_name = "desk"
urlpatterns: list = [path("", include("desk.portal_urls"))]
