"""WSGI entry point; `flowtic.asgi` wraps it in its thread pool."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

application = get_wsgi_application()
