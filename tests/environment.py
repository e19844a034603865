"""pytest plugin that is loaded before Django's settings: a run without `manage.py test` is a test run too."""

import os
import tempfile

os.environ.setdefault("FLOWTIC_TEST", "1")
if "FLOWTIC_DATA_DIR" not in os.environ:
    # Kept alive by this name; removed when the process ends.
    _folder = tempfile.TemporaryDirectory(prefix="flowtic-pytest-")
    os.environ["FLOWTIC_DATA_DIR"] = _folder.name
