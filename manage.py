#!/usr/bin/env python3
"""Flowtic's command line. On a fresh machine it builds its own environment: python3 manage.py up"""

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def bootstrap():
    """flowtic/bootstrap.py, loaded by path: importing the package would need Celery already."""
    spec = importlib.util.spec_from_file_location("flowtic_bootstrap", str(ROOT / "flowtic" / "bootstrap.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    bootstrap().ensure_environment(ROOT, sys.argv)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
