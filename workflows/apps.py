from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        from workflows import guards, jobs, load, navigation, words  # noqa: F401  (they register themselves)
        from workflows.demo import play  # noqa: F401
