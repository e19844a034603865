from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "flowtic.core"
    label = "core"
    verbose_name = "Flowtic"

    def ready(self) -> None:
        from flowtic.core import checks, events, policy, secrets, settings_home  # noqa: F401  (checks register themselves)

        policy.autodiscover()
        events.autodiscover()
        settings_home.autodiscover()
