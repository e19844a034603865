from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        from accounts import holdings
        from workflows import guards, importing, jobs, load, moving_jobs, navigation, rehearsal_jobs, tag_uses, words  # noqa: F401  (they register themselves)
        from workflows import holdings as steps_held
        from workflows.automation import calls, names, telling  # noqa: F401
        from workflows.demo import automation, play  # noqa: F401
        from workflows.notifications import register as register_notifications

        register_notifications()
        telling.register()
        holdings.register("work_items", _("Open steps"), steps_held.count, steps_held.pass_on)
