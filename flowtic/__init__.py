"""Flowtic: the composition root. Apps find shared ground in `flowtic.core`."""

try:
    from flowtic.celery import app as celery_app
except ModuleNotFoundError:  # the bootstrap runs before the environment exists
    celery_app = None

__all__ = ["celery_app"]
__version__ = "0.1.0"
