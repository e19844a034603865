"""What all children need, loaded before the first copy: they share its memory (decision 0011)."""

import importlib

from flowtic.processes import copies


def load() -> None:
    """Pages, REST API, tasks and texts of both languages; leaves no thread and no connection."""
    importlib.import_module("flowtic.asgi")
    importlib.import_module("flowtic.celery").app.loader.import_default_modules()
    from django.conf import settings
    from django.db import connections
    from django.urls import get_resolver
    from django.utils import translation

    _ = get_resolver().reverse_dict  # every page and the API
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Ticket")
    connections.close_all()
    copies.settle()
