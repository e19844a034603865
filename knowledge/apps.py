"""Articles, their versions and categories. Knows nothing of tickets."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def _works(actor: Any) -> bool:
    return bool(actor.can_work)


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from flowtic.core.shell import nav_item
        from knowledge import search  # noqa: F401  (registers articles as a source of the search index)

        nav_item("knowledge", _("Knowledge"), "book", "knowledge:browse", _works, order=40, tab=True, shortcut="g k")
        nav_item("help", _("Help"), "help", "knowledge:help", lambda actor: actor.is_person, area="portal", order=40)
