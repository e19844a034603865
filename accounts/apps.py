from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import navigation
        from accounts.live import MyChannel, NotificationFeed
        from accounts.seeds import ensure_calendar, ensure_department
        from flowtic.core.stream import feeds, topics

        navigation.register()
        topics.channel("me", MyChannel())
        feeds.feed(NotificationFeed)
        post_migrate.connect(ensure_department, sender=self)
        post_migrate.connect(ensure_calendar, sender=self)
