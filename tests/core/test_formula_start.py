"""A worker has the formula engine at hand before its first task, and never the engine's command line."""

import subprocess
import sys

SCRIPT = """
import sys, django
django.setup()
from flowtic.celery import app
from celery.signals import worker_process_init
assert "cel" not in sys.modules, "only workers pay for it at their start"
worker_process_init.send(sender=None)
from flowtic.core import formulas
before = len(sys.modules)
assert formulas.evaluate("amount * 2 > 3", {"amount": 2}) is True
assert "cel" in sys.modules and len(sys.modules) == before
print(sorted({"typer", "prompt_toolkit"} & set(sys.modules)))
"""


def test_a_worker_is_warm_and_light(tmp_path):
    environment = {"DJANGO_SETTINGS_MODULE": "flowtic.settings", "FLOWTIC_TEST": "1", "FLOWTIC_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", "a terminal toolkit for nothing"
