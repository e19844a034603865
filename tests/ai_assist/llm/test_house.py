"""Rules of this part of the house."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
APPS = ("flowtic", "accounts", "knowledge", "desk", "workflows", "ai_assist")


def test_only_one_package_imports_the_vendors_library():
    found = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"^\s*(?:import openai|from openai)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found
    assert all(name.startswith("ai_assist/providers/openai/") for name in found)


def test_pages_start_without_large_libraries():
    code = (
        "import sys, django; django.setup(); import flowtic.urls; "
        "print([name for name in ('openai', 'sklearn', 'jsonschema') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
