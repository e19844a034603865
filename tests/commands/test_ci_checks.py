"""The checks of `.ci` that are programs of our own: each one is seen to fail."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / ".ci"

HEADER = 'msgid ""\nmsgstr ""\n"Project-Id-Version: x\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
SOURCE = HEADER + '\nmsgid "Close"\nmsgstr ""\n\nmsgctxt "door"\nmsgid "Close"\nmsgstr ""\n'
GOOD = HEADER + '\nmsgid "Close"\nmsgstr "Schließen"\n\nmsgctxt "door"\nmsgid "Close"\nmsgstr ""\n"Zu"\n'


@pytest.fixture(scope="module", autouse=True)
def on_path():
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))


def module(name):
    return importlib.import_module(name)


@pytest.fixture
def compare(tmp_path):
    """Compare a committed catalogue with what was collected from the sources."""
    if not shutil.which("msgfmt"):
        pytest.skip("gettext is not installed")

    def run(committed, collected=SOURCE, compiled=None):
        (tmp_path / "collected.po").write_text(collected)
        (tmp_path / "django.po").write_text(committed)
        (tmp_path / "compiled.po").write_text(compiled or committed)
        subprocess.run(["msgfmt", "-o", tmp_path / "django.mo", tmp_path / "compiled.po"], check=True)
        return module("translations").compare(tmp_path / "collected.po", tmp_path / "django.po")

    return run


def test_complete_catalogue_passes(compare):
    assert compare(GOOD) == []


@pytest.mark.parametrize(
    ("committed", "problem"),
    [
        (GOOD.replace('"Schließen"', '""'), 'not translated: msgid "Close"'),
        (GOOD.replace('msgid "Close"\nmsgstr "S', '#, fuzzy\nmsgid "Close"\nmsgstr "S'), "marked as a guess"),
        (GOOD + '\nmsgid "Gone"\nmsgstr "Weg"\n', 'no longer used: msgid "Gone"'),
        (HEADER + '\nmsgid "Close"\nmsgstr "Schließen"\n', 'not in the catalogue: msgctxt "door" msgid "Close"'),
    ],
)
def test_incomplete_catalogue_fails(compare, committed, problem):
    found = compare(committed)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_half_translated_plural_fails(compare):
    source = HEADER + '\nmsgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    half = source.replace('msgstr[0] ""', 'msgstr[0] "%(n)s Tag"')
    assert "not translated" in compare(half, source)[0]
    assert compare(half.replace('msgstr[1] ""', 'msgstr[1] "%(n)s Tage"'), source) == []


def test_stale_compiled_catalogue_fails(compare):
    found = compare(GOOD, compiled=GOOD.replace("Schließen", "Zumachen"))
    assert found == ["django.mo is older than django.po: run compilemessages and commit it"]


def test_missing_and_different_built_files_are_named(tmp_path):
    built, present = tmp_path / "built", tmp_path / "present"
    for folder, files in (
        (built, {"a.css": "1", "b.css": "1", "new.css": ""}),
        (present, {"a.css": "1", "b.css": "2"}),
    ):
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
    assert module("styles").different(built, present) == ["b.css", "new.css"]


@pytest.fixture
def lock(tmp_path, monkeypatch):
    monkeypatch.setattr(module("tree"), "ROOT", tmp_path)
    (tmp_path / "x.lock").write_text(
        "a==1.5 \\\n    --hash=sha256:0\nb-c==2 ; sys_platform == 'win32' \\\n    --hash=x\n"
    )
    return "x.lock"


@pytest.mark.parametrize(
    ("wanted", "problems"),
    [
        (["a>=1,<2", "B_c"], []),
        (["a>=2"], ["x.lock holds a 1.5, pyproject.toml asks for >=2"]),
        (["absent"], ["x.lock lacks absent"]),
    ],
)
def test_lock_that_lags_behind_fails(lock, wanted, problems):
    assert module("locks").unmet(lock, wanted) == problems


def test_pins_carry_their_markers(lock):
    assert module("locks").pins(lock) == {"a==1.5", "b-c==2 ; sys_platform == 'win32'"}
