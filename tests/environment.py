"""pytest plugin that is loaded before Django's settings: a run without `manage.py test` is a test run too."""

import os
import tempfile

from hypothesis import settings

os.environ.setdefault("FLOWTIC_TEST", "1")
if "FLOWTIC_DATA_DIR" not in os.environ:
    # Kept alive by this name; removed when the process ends.
    _folder = tempfile.TemporaryDirectory(prefix="flowtic-pytest-")
    os.environ["FLOWTIC_DATA_DIR"] = _folder.name

# Invented examples are the same in every run: a red test means a change. `HYPOTHESIS_PROFILE=default` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
