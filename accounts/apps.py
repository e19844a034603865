from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import navigation
        from accounts.seeds import ensure_calendar, ensure_department

        navigation.register()
        post_migrate.connect(ensure_department, sender=self)
        post_migrate.connect(ensure_calendar, sender=self)
