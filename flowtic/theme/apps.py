from django.apps import AppConfig


class ThemeConfig(AppConfig):
    """The app django-tailwind builds (TAILWIND_APP_NAME = "flowtic.theme")."""

    name = "flowtic.theme"
    label = "theme"
