"""The REST API: every app's router under one roof."""

from flowtic.core.api import build_api

api = build_api()
