from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from accounts import cards
        from desk import search  # noqa: F401  (registers tickets as a source of the search index)
        from desk.cards import ticket_figures
        from desk.seeds import ensure_seeds

        cards.register(ticket_figures)
        post_migrate.connect(ensure_seeds, sender=self)
