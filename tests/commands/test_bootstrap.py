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
    assert stamp[LOCK]["hash"] == bootstrap.digest(project / LOCK)
    assert not bootstrap.update(project, LOCK), "nothing is left to do the second time"


def test_changed_lock_is_installed_into_the_same_environment(project):
    bootstrap.update(project, LOCK)
    keepsake = project / ".venv" / "keepsake"
    keepsake.touch()
    (project / LOCK).write_text("# something else\n")

    assert bootstrap.update(project, LOCK)
    assert keepsake.exists()
    assert bootstrap.is_current(project / ".venv", project / LOCK)


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
    monkeypatch.setattr(bootstrap, "install_lock", lambda *_: False)

    with pytest.raises(SystemExit):
        bootstrap.update(project, LOCK)
    assert bootstrap.is_whole(project / ".venv")
    assert not bootstrap.is_current(project / ".venv", project / LOCK)


def test_without_any_installer_the_missing_package_is_named(project, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "has", lambda module: False)
    monkeypatch.setattr(bootstrap, "working_uv", lambda: None)

    with pytest.raises(SystemExit):
        bootstrap.update(project, LOCK)
    assert "apt-get install -y python3-venv python3-pip" in capsys.readouterr().err
    assert not (project / ".venv").exists()


def test_driver_that_can_not_be_built_is_left_out_loudly(project, monkeypatch, capsys):
    (project / bootstrap.DEV_LOCK).write_text(
        "\nmysqlclient==1.0 \\\n    --hash=sha256:00\nother==2 \\\n    --hash=x\n"
    )
    installed = []
    monkeypatch.setattr(bootstrap, "can_compile", lambda: False)
    monkeypatch.setattr(bootstrap, "fetch_compiler", lambda: False)
    monkeypatch.setattr(bootstrap, "install_lock", lambda home, lock, names: installed.append(names) or True)

    bootstrap.update(project, bootstrap.DEV_LOCK)
    assert installed == [["mysqlclient"]]
    assert "LEFT OUT" in capsys.readouterr().err
    monkeypatch.setattr(bootstrap, "can_compile", lambda: True)
    assert not bootstrap.is_current(project / ".venv", project / bootstrap.DEV_LOCK), "tried again once it can work"


def test_entry_of_a_lock_is_cut_out_whole():
    lock = "a==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nb==2 \\\n    --hash=sha256:3\nc==3 \\\n    --hash=x\n"
    assert (
        bootstrap.without(lock, ["b"])
        == "a==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nc==3 \\\n    --hash=x\n"
    )


def test_endless_restarts_are_stopped(monkeypatch):
    monkeypatch.setattr(bootstrap.os, "execv", lambda *_: None)
    monkeypatch.delenv("FLOWTIC_BOOTSTRAP", raising=False)
    bootstrap.restart("python", [])
    bootstrap.restart("python", [])
    with pytest.raises(SystemExit):
        bootstrap.restart("python", [])
