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
        from flowtic.core.shell import nav_item

        cards.register(ticket_figures)
        nav_item(
            "dispatching", _("Assignment"), "route", "desk:settings_dispatching", lambda actor: bool(actor.is_admin),
            area="settings", order=22,
        )  # fmt: skip
        nav_item(
            "sla", _("Promised times"), "clock", "desk:settings_sla", lambda actor: bool(actor.is_admin),
            area="settings", order=28,
        )  # fmt: skip
        nav_item(
            "promise_report", _("Promises kept"), "chart", "desk:promise_report",
            lambda actor: actor.is_support or bool(actor.lead_department_ids), order=62,
        )  # fmt: skip
        post_migrate.connect(ensure_seeds, sender=self)
