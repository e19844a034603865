"""Builds `.venv` from the lock files, so that `python3 manage.py up` works on a fresh machine.

Standard library only, and no syntax newer than Python 3.8: an old interpreter gets a sentence, not a traceback.
Inside an activated environment or a container that holds Django nothing is done.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Iterator, List, NoReturn, Optional

OLDEST = (3, 11)
RUNTIME_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
BUILD_PACKAGES = ["gcc", "libc6-dev", "libmariadb-dev", "pkg-config", "python3-dev"]
# Present while an environment is being filled: found at the start, it means that filling was cut short.
UNFINISHED = "flowtic-unfinished"
STAMP = "flowtic-stamp.json"


def ensure_environment(root: Path, argv: List[str]) -> None:
    """Return when this interpreter can run the command; otherwise build .venv and start again inside it."""
    if sys.version_info < OLDEST:
        fail("Flowtic needs Python 3.11 or newer; this is %d.%d (%s)." % (*sys.version_info[:2], sys.executable))
    home = root / ".venv"
    inside = Path(sys.prefix).resolve() == home.resolve()
    if not inside and provides_django(root):
        return
    if inside and not is_whole(home):  # an interpreter can not rebuild the ground it stands on
        restart(base_interpreter(), argv)
    lock = DEV_LOCK if Path(argv[0]).name != "manage.py" or argv[1:2] == ["test"] else RUNTIME_LOCK
    changed = update(root, lock)
    if inside and not changed:
        return
    restart(str(home / "bin" / "python"), argv)


def restart(python: str, argv: List[str]) -> NoReturn:
    """Go on in another interpreter, as the same process; more than twice would be a circle."""
    turns = os.environ.get("FLOWTIC_BOOTSTRAP", "").split()
    turns = [*turns, str(os.getpid())]
    if turns.count(str(os.getpid())) > 2:
        fail("The environment in .venv does not work. Delete that folder and try again.")
    os.environ["FLOWTIC_BOOTSTRAP"] = " ".join(turns)
    os.execv(python, [python, *argv])


def base_interpreter() -> str:
    return getattr(sys, "_base_executable", None) or sys.executable


def provides_django(root: Path) -> bool:
    """Whether this interpreter already holds the locked Django release series (not some old system package)."""
    if importlib.util.find_spec("django") is None:
        return False
    locked = re.search(r"^django==(\d+\.\d+)", (root / RUNTIME_LOCK).read_text(), re.MULTILINE)
    try:
        return bool(locked) and importlib.metadata.version("django").startswith(locked.group(1) + ".")
    except importlib.metadata.PackageNotFoundError:
        return False


def update(root: Path, lock: str) -> bool:
    """Bring .venv to the state of the lock file; tell whether anything was installed."""
    home, path = root / ".venv", root / lock
    if is_current(home, path):
        return False
    with exclusive(path):
        if is_current(home, path):  # another start was quicker
            return True
        fresh = not is_whole(home)
        if fresh:
            create(home)
        install(home, path, fresh=fresh)
    return True


def is_whole(home: Path) -> bool:
    return (home / "bin" / "python").exists() and not (home / UNFINISHED).exists()


def is_current(home: Path, lock: Path) -> bool:
    if not is_whole(home):
        return False
    entry = read_stamp(home).get(lock.name, {})
    if entry.get("hash") != digest(lock):
        return False
    return not entry.get("left_out") or not can_compile()


def read_stamp(home: Path) -> dict:
    try:
        return json.loads((home / STAMP).read_text())
    except (OSError, ValueError):
        return {}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Two starts at once: the second waits until the first has built the environment."""
    with open(path, "rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another start is building the environment; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# ---- building ------------------------------------------------------------------------


def create(home: Path) -> None:
    """An empty environment in place of whatever half-built one lies there."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / UNFINISHED).touch()
    if not working_uv() and not has("ensurepip") and not has("pip"):
        shutil.rmtree(home, ignore_errors=True)
        fail(
            "Python's packages can not be installed: neither uv, nor pip, nor ensurepip is here.\n"
            "On Debian and Ubuntu run:  %sapt-get install -y python3-venv python3-pip" % sudo()
        )
    say("Flowtic: building its Python environment in .venv; this happens once and takes about half a minute …")
    with_pip = has("ensurepip") and not working_uv()
    run([base_interpreter(), "-m", "venv", *([] if with_pip else ["--without-pip"]), str(home)])


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def working_uv() -> Optional[str]:
    """Path of uv when it is installed and starts (a version manager may leave an empty shell of it)."""
    path = shutil.which("uv")
    return path if path and run([path, "--version"], check=False, quiet=True) else None


def install(home: Path, lock: Path, *, fresh: bool) -> None:
    """Fill the environment from the lock and stamp it."""
    began = time.monotonic()
    (home / UNFINISHED).touch()
    left_out: List[str] = []
    if "\nmysqlclient==" in lock.read_text() and not can_compile() and not fetch_compiler():
        left_out = ["mysqlclient"]
    if not install_lock(home, lock, left_out):
        if not left_out and "\nmysqlclient==" in lock.read_text():
            left_out = ["mysqlclient"]
        if not left_out or not install_lock(home, lock, left_out):
            if not fresh:  # nothing usable was lost: the old packages still work after the cause is mended
                (home / UNFINISHED).unlink()
            fail("Installing %s failed; the lines above say why. The same command tries again." % lock.name)
    if left_out:
        say("!! mysqlclient could not be built: tests on MariaDB will be LEFT OUT.")
        say("!! To have them:  %sapt-get install -y %s" % (sudo(), " ".join(BUILD_PACKAGES)))
    stamp = read_stamp(home)
    stamp[lock.name] = {"hash": digest(lock), "left_out": left_out}
    (home / STAMP).write_text(json.dumps(stamp, indent=1))
    (home / UNFINISHED).unlink()
    say("Flowtic: %s installed in %.0f s." % (lock.name, time.monotonic() - began))


def install_lock(home: Path, lock: Path, left_out: List[str]) -> bool:
    """Install the lock, with hashes checked, by uv or else by pip. False when both fail."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / lock.name
        wanted.write_text(without(lock.read_text(), left_out))
        python = str(home / "bin" / "python")
        options = ["--require-hashes", "--no-deps", "-r", str(wanted)]
        uv = working_uv()
        if uv and run([uv, "pip", "install", "--quiet", "--python", python, *options], check=False):
            return True
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        if uv:
            say("uv did not succeed; trying pip.")
        if (home / "bin" / "pip").exists():
            return run([python, "-m", "pip", "install", *quiet, *options], check=False)
        if has("pip"):  # the interpreter's own pip fills the environment from outside (pip 22.3 and newer)
            return run([sys.executable, "-m", "pip", "--python", python, "install", *quiet, *options], check=False)
        return False


def without(lock: str, names: List[str]) -> str:
    """The lock's text less the entries of these packages (an entry is a line and its indented hashes)."""
    for name in names:
        lock = re.sub(r"^%s==.*\n(?:[ \t]+.*\n)*" % re.escape(name), "", lock, flags=re.MULTILINE)
    return lock


def can_compile() -> bool:
    """Whether mysqlclient can be built here: compiler, Python's and MariaDB's headers."""
    if not shutil.which("gcc") or not shutil.which("pkg-config"):
        return False
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        return False
    return any(
        subprocess.run(["pkg-config", "--exists", name], check=False).returncode == 0
        for name in ("libmariadb", "mariadb", "mysqlclient")
    )


def fetch_compiler() -> bool:
    return apt_install(BUILD_PACKAGES) and can_compile()


def apt_install(packages: List[str]) -> bool:
    """Install Debian packages when that is possible here (root and apt-get); False otherwise."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("Flowtic: installing from the system's packages: %s" % " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if run(command, check=False, env=environment, quiet=True):
        return True
    return run(["apt-get", "update", "-qq"], check=False, env=environment) and run(
        command, check=False, env=environment, quiet=True
    )


# ---- small things ----------------------------------------------------------------------


def run(command: List[str], *, check: bool = True, env: Optional[dict] = None, quiet: bool = False) -> bool:
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(command, check=False, env=env, stdout=output, stderr=subprocess.STDOUT if quiet else None)
    if check and done.returncode:
        fail("This failed with exit code %d: %s" % (done.returncode, " ".join(command)))
    return done.returncode == 0


def sudo() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(text)
    raise SystemExit(1)
