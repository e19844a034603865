from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from accounts import cards, holdings
        from desk import (  # noqa: F401  (guards of parents, sources of the index, inverse steps, kinds of results)
            family,
            live,
            role_matrix,
            search,
            undo,
            unified_search_page,
        )
        from desk import holdings as tickets_held
        from desk.cards import ticket_figures
        from desk.commands import bulk  # noqa: F401  (the kind of job)
        from desk.demo import articles, checklists, macros, ratings, replies  # noqa: F401  (register themselves as parts of the demo)
        from desk.reports import report, reports_for
        from desk.seeds import ensure_seeds
        from flowtic.core.policy import allows
        from flowtic.core.shell import nav_item

        role_matrix.register()
        cards.register(ticket_figures)
        live.register()
        holdings.register("tickets", _("Open tickets"), tickets_held.count, tickets_held.pass_on)
        for area, order in (("settings", 35), ("me", 18)):
            nav_item(
                f"replies_{area}", _("Canned replies"), "reply", "desk:settings_replies",
                lambda actor: bool(actor.can_work), area=area, order=order,
            )  # fmt: skip
        nav_item(
            "macros", _("Macros"), "bolt", "desk:settings_macros", lambda actor: bool(actor.can_work),
            area="settings", order=36,
        )  # fmt: skip
        for key, label, icon, url_name, order in (
            ("dispatching", _("Assignment"), "route", "desk:settings_dispatching", 22),
            ("sla", _("Promised times"), "clock", "desk:settings_sla", 28),
            ("statuses", _("Statuses"), "flow", "desk:settings_statuses", 40),
            ("priorities", _("Priorities"), "flag", "desk:settings_priorities", 41),
            ("tags", _("Tags"), "tag", "desk:settings_tags", 42),
            ("templates", _("Ticket templates"), "copy", "desk:settings_templates", 43),
            ("checklists", _("Checklists"), "check", "desk:settings_checklists", 44),
            ("roles", _("Roles and rights"), "shield-check", "desk:settings_roles", 16),
            ("audit", _("Record of changes"), "history", "desk:audit", 82),
        ):
            nav_item(key, label, icon, url_name, lambda actor: bool(actor.is_admin), area="settings", order=order)
        nav_item(
            "reports", _("Reports"), "chart", "desk:reports", lambda actor: bool(reports_for(actor)),
            order=60, shortcut="g r",
        )  # fmt: skip
        report(
            "promises", _("Promises kept"), "desk:promise_report", lambda actor: allows(actor, "report.view"), order=20
        )
        report(
            "satisfaction", _("Satisfaction"), "desk:satisfaction",
            lambda actor: allows(actor, "report.view"), order=30,
        )  # fmt: skip
        report("time", _("Time spent"), "desk:time_report", lambda actor: allows(actor, "report.view"), order=35)
        post_migrate.connect(ensure_seeds, sender=self)
