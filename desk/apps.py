from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from accounts import cards, holdings
        from desk import holdings as tickets_held
        from desk import search, unified_search_page  # noqa: F401  (sources of the index, kinds of results)
        from desk.cards import ticket_figures
        from desk.demo import articles  # noqa: F401  (registers itself as a part of the demo)
        from desk.reports import report, reports_for
        from desk.seeds import ensure_seeds
        from flowtic.core.policy import allows
        from flowtic.core.shell import nav_item

        cards.register(ticket_figures)
        holdings.register("tickets", _("Open tickets"), tickets_held.count, tickets_held.pass_on)
        nav_item(
            "dispatching", _("Assignment"), "route", "desk:settings_dispatching", lambda actor: bool(actor.is_admin),
            area="settings", order=22,
        )  # fmt: skip
        nav_item(
            "sla", _("Promised times"), "clock", "desk:settings_sla", lambda actor: bool(actor.is_admin),
            area="settings", order=28,
        )  # fmt: skip
        nav_item(
            "reports", _("Reports"), "chart", "desk:reports", lambda actor: bool(reports_for(actor)),
            order=60, shortcut="g r",
        )  # fmt: skip
        report(
            "promises", _("Promises kept"), "desk:promise_report", lambda actor: allows(actor, "report.view"), order=20
        )
        post_migrate.connect(ensure_seeds, sender=self)
