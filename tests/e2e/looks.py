"""In which looks every page is opened: two that between them have each language, theme and width; more with `--all`."""

import pytest

# German on the phone, where long words hurt; the rest of the matrix is slow (tests/e2e/sweep.py has all eight).
VARIANTS = [
    ("en", "dark", "desktop"),
    ("de", "light", "phone"),
    pytest.param("de", "dark", "desktop", marks=pytest.mark.slow),
    pytest.param("en", "light", "phone", marks=pytest.mark.slow),
]
