"""flowtic/bootstrap.py builds, keeps and repairs `.venv`. The locks here are empty, so no network is needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flowtic import bootstrap

LOCK = bootstrap.RUNTIME_LOCK


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / LOCK).write_text("# nothing\n")
    return tmp_path


def test_builds_an_environment_and_stamps_it(project):
    assert bootstrap.update(project, LOCK)

    assert (project / ".venv" / "bin" / "python").exists()
    stamp = json.loads((project / ".venv" / bootstrap.STAMP).read_text())
    assert stamp[LOCK]["hash"] == bootstrap.digest("# nothing\n")
    assert not bootstrap.update(project, LOCK), "nothing is left to do the second time"


def test_changed_lock_is_installed_into_the_same_environment(project):
    bootstrap.update(project, LOCK)
    keepsake = project / ".venv" / "keepsake"
    keepsake.touch()
    (project / LOCK).write_text("# something else\n")

    assert bootstrap.update(project, LOCK)
    assert keepsake.exists()
    assert bootstrap.is_current(project / ".venv", LOCK, "# something else\n")


def test_half_built_environment_is_built_anew(project):
    bootstrap.update(project, LOCK)
    (project / ".venv" / "keepsake").touch()
    (project / ".venv" / bootstrap.UNFINISHED).touch()

    assert bootstrap.update(project, LOCK)
    assert not (project / ".venv" / "keepsake").exists()
    assert not (project / ".venv" / bootstrap.UNFINISHED).exists()


def test_two_starts_at_once_build_once(project):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from flowtic import bootstrap\n"
        "bootstrap.update(Path(sys.argv[2]), bootstrap.RUNTIME_LOCK)"
    )
    root = str(Path(bootstrap.__file__).parent.parent)
    starts = [
        subprocess.Popen([sys.executable, "-c", program, root, str(project)], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = "".join(start.communicate(timeout=60)[1] for start in starts)

    assert [start.returncode for start in starts] == [0, 0]
    assert said.count("building its Python environment") == 1


def test_failed_update_keeps_the_old_environment(project, monkeypatch):
    bootstrap.update(project, LOCK)
    (project / LOCK).write_text("# unreachable\n")
    monkeypatch.setattr(bootstrap, "install_text", lambda *_: False)

    with pytest.raises(SystemExit):
        bootstrap.update(project, LOCK)
    assert bootstrap.is_whole(project / ".venv")
    assert not bootstrap.is_current(project / ".venv", LOCK, "# unreachable\n")


def test_without_any_installer_the_missing_package_is_named(project, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "has", lambda module: False)
    monkeypatch.setattr(bootstrap, "working_uv", lambda: None)

    with pytest.raises(SystemExit):
        bootstrap.update(project, LOCK)
    assert "apt-get install -y python3-venv python3-pip" in capsys.readouterr().err
    assert not (project / ".venv").exists()


DEV_TEXT = "a==1 \\\n    --hash=1\nmysqlclient==1.0 \\\n    --hash=2 \\\n    --hash=3\nother==2 \\\n    --hash=4\n"


@pytest.fixture
def no_compiler(project, monkeypatch):
    """A machine without compiler; the list it returns collects what would have been installed."""
    (project / bootstrap.DEV_LOCK).write_text(DEV_TEXT)
    installed = []
    monkeypatch.setattr(bootstrap, "can_compile", lambda: False)
    monkeypatch.setattr(bootstrap, "fetch_compiler", lambda: False)
    monkeypatch.setattr(bootstrap, "install_text", lambda home, text: installed.append(text) or True)
    return installed


def test_driver_that_can_not_be_built_is_left_out_loudly(project, no_compiler, monkeypatch, capsys):
    bootstrap.update(project, bootstrap.DEV_LOCK)

    assert no_compiler == ["a==1 \\\n    --hash=1\nother==2 \\\n    --hash=4\n"]
    assert "apt-get install -y gcc" in capsys.readouterr().err
    monkeypatch.setattr(bootstrap, "can_compile", lambda: True)
    assert bootstrap.update(project, bootstrap.DEV_LOCK), "tried again once it can work"
    assert no_compiler[1] == DEV_TEXT


def test_desk_on_mysql_is_not_started_without_its_driver(project, no_compiler):
    bootstrap.update(project, LOCK)
    with pytest.raises(SystemExit):
        bootstrap.update(project, bootstrap.DRIVER)
    assert len(no_compiler) == 1
    assert bootstrap.is_whole(project / ".venv")


def test_driver_alone_is_taken_from_the_test_lock(project, no_compiler, monkeypatch):
    monkeypatch.setattr(bootstrap, "can_compile", lambda: True)
    bootstrap.update(project, bootstrap.DRIVER)
    assert no_compiler == ["mysqlclient==1.0 \\\n    --hash=2 \\\n    --hash=3\n"]


@pytest.mark.parametrize(
    ("argv", "url", "expected"),
    [
        (["manage.py", "up"], "", [bootstrap.RUNTIME_LOCK]),
        (["/srv/manage.py", "up"], "mysql://db/flowtic", [bootstrap.RUNTIME_LOCK, bootstrap.DRIVER]),
        (["manage.py", "test", "-x"], "", [bootstrap.DEV_LOCK]),
        ([".ci/checks.py"], "", [bootstrap.DEV_LOCK]),
    ],
)
def test_what_is_installed_depends_on_the_command(argv, url, expected, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    assert bootstrap.wanted_sets(argv) == expected


def test_endless_restarts_are_stopped(monkeypatch):
    monkeypatch.setattr(bootstrap.os, "execv", lambda *_: None)
    monkeypatch.delenv("FLOWTIC_BOOTSTRAP", raising=False)
    bootstrap.restart("python", [])
    bootstrap.restart("python", [])
    with pytest.raises(SystemExit):
        bootstrap.restart("python", [])
