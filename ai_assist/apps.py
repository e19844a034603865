from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# They register themselves: jobs of workers, places in menus and pages, sentences, limits of doors, demo content.
REGISTERED = (
    *("jobs", "local.jobs", "llm.jobs", "llm.places", "navigation", "words", "classifier"),
    *("mcp.limits", "mcp.audit", "design.places", "gaps", "article_places", "demo.history", "demo.play"),
)


class AiAssistConfig(AppConfig):
    name = "ai_assist"
    verbose_name = _("Assistant")

    def ready(self) -> None:
        for module in REGISTERED:
            import_module(f"ai_assist.{module}")
