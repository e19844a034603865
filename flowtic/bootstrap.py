"""Builds `.venv` from the lock files, so that `python3 manage.py up` works on a fresh machine.

Standard library only, and no syntax newer than Python 3.8: an old interpreter gets a sentence, not a traceback
(annotations are never evaluated here, so they may be newer).
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
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
# What can be installed: the two lock files, and from the second one MySQL's driver alone.
RUNTIME_LOCK, DEV_LOCK, DRIVER = "requirements.lock", "requirements-dev.lock", "mysqlclient"
BUILD_PACKAGES = ["gcc", "libc6-dev", "libmariadb-dev", "pkg-config", "python3-dev"]
# Present while an environment is being filled: found at the start, it means that filling was cut short.
UNFINISHED = "flowtic-unfinished"
STAMP = "flowtic-stamp.json"
# An entry of a lock: its line and the indented hashes below.
ENTRY = r"^%s==.*\n(?:[ \t]+.*\n)*"


def ensure_environment(root: Path, argv: list[str]) -> None:
    """Return when this interpreter can run the command; otherwise build .venv and start again inside it."""
    if sys.version_info < OLDEST:
        major, minor = sys.version_info[:2]
        fail(f"Flowtic needs Python 3.11 or newer; this is {major}.{minor} ({sys.executable}).")
    home = root / ".venv"
    inside = Path(sys.prefix).resolve() == home.resolve()
    if not inside and provides_django(root):
        return
    if inside and not is_whole(home):  # an interpreter can not rebuild the ground it stands on
        restart(base_interpreter(), argv)
    changed = [name for name in wanted_sets(argv) if update(root, name)]
    if inside and not changed:
        return
    restart(str(home / "bin" / "python"), argv)


def restart(python: str, argv: list[str]) -> NoReturn:
    """Go on in another interpreter, as the same process; more than twice would be a circle."""
    turns = os.environ.get("FLOWTIC_BOOTSTRAP", "").split()
    turns = [*turns, str(os.getpid())]
    if turns.count(str(os.getpid())) > 2:
        fail("The environment in .venv does not work. Delete that folder and try again.")
    os.environ["FLOWTIC_BOOTSTRAP"] = " ".join(turns)
    os.execv(python, [python, *argv])  # noqa: S606


def base_interpreter() -> str:
    return getattr(sys, "_base_executable", None) or sys.executable


def provides_django(root: Path) -> bool:
    """Whether this interpreter already holds the locked Django release series (not some old system package)."""
    if importlib.util.find_spec("django") is None:
        return False
    locked = re.search(r"^django==(\d+\.\d+)", (root / RUNTIME_LOCK).read_text(), re.MULTILINE)
    try:
        return locked is not None and importlib.metadata.version("django").startswith(locked.group(1) + ".")
    except importlib.metadata.PackageNotFoundError:
        return False


def wanted_sets(argv: list[str]) -> list[str]:
    """Tests and checks need the test packages; MySQL needs its driver, which only comes as source."""
    if Path(argv[0]).name != "manage.py" or argv[1:2] == ["test"]:
        return [DEV_LOCK]
    return [RUNTIME_LOCK, DRIVER] if os.environ.get("DATABASE_URL", "").startswith("mysql") else [RUNTIME_LOCK]


def text_of(root: Path, name: str) -> str:
    """The pins and hashes of this set."""
    if name == DRIVER:
        entry = re.search(ENTRY % DRIVER, (root / DEV_LOCK).read_text(), re.MULTILINE)
        return entry.group() if entry else ""
    return (root / name).read_text()


def update(root: Path, name: str) -> bool:
    """Bring .venv to the state of this set; tell whether anything was installed."""
    home, text = root / ".venv", text_of(root, name)
    if is_current(home, name, text):
        return False
    with exclusive(root / RUNTIME_LOCK):
        if is_current(home, name, text):  # another start was quicker
            return True
        fresh = not is_whole(home)
        if fresh:
            create(home)
        install(home, name, text, fresh=fresh)
    return True


def is_whole(home: Path) -> bool:
    return (home / "bin" / "python").exists() and not (home / UNFINISHED).exists()


def is_current(home: Path, name: str, text: str) -> bool:
    if not is_whole(home):
        return False
    entry = read_stamp(home).get(name, {})
    if entry.get("hash") != digest(text):
        return False
    return not entry.get("left_out") or not can_compile()


def read_stamp(home: Path) -> dict:
    try:
        return json.loads((home / STAMP).read_text())
    except (OSError, ValueError):
        return {}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
            f"On Debian and Ubuntu run:  {sudo()}apt-get install -y python3-venv python3-pip"
        )
    say("Flowtic: building its Python environment in .venv; this happens once and takes about half a minute …")
    with_pip = has("ensurepip") and not working_uv()
    run([base_interpreter(), "-m", "venv", *([] if with_pip else ["--without-pip"]), str(home)])


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def working_uv() -> str | None:
    """Path of uv when it is installed and starts (a version manager may leave an empty shell of it)."""
    path = shutil.which("uv")
    return path if path and run([path, "--version"], check=False, quiet=True) else None


def install(home: Path, name: str, text: str, *, fresh: bool) -> None:
    """Fill the environment with a set and stamp it."""
    began = time.monotonic()
    (home / UNFINISHED).touch()
    left_out = False
    if re.search(ENTRY % DRIVER, text, re.MULTILINE):
        left_out = not can_compile() and not fetch_compiler()
    installed = not (left_out and name == DRIVER) and install_text(home, without_driver(text) if left_out else text)
    if not installed and name == DEV_LOCK and not left_out:  # compilers may be there and fail all the same
        left_out = True
        installed = install_text(home, without_driver(text))
    if left_out:
        say(f"!! MySQL's driver ({DRIVER}) could not be built, so nothing that needs MySQL or MariaDB works here.")
        say(f"!! To have it:  {sudo()}apt-get install -y {' '.join(BUILD_PACKAGES)}")
    if installed or not fresh:  # of a failed update nothing usable was lost; a failed first filling starts anew
        (home / UNFINISHED).unlink()
    if not installed:
        fail(f"Installing {name} failed; the lines above say why. The same command tries again.")
    stamp = read_stamp(home)
    stamp[name] = {"hash": digest(text), "left_out": left_out}
    (home / STAMP).write_text(json.dumps(stamp, indent=1))
    say(f"Flowtic: {name} installed in {time.monotonic() - began:.0f} s.")


def install_text(home: Path, text: str) -> bool:
    """Install these pins, with hashes checked, by uv or else by pip. False when both fail."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(text)
        python = str(home / "bin" / "python")
        options = ["--require-hashes", "--no-deps", "-r", str(wanted)]
        uv = working_uv()
        if uv and run([uv, "pip", "install", "--quiet", "--python", python, *options], check=False):
            return True
        if uv:
            say("uv did not succeed; trying pip.")
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        if (home / "bin" / "pip").exists():
            return run([python, "-m", "pip", "install", *quiet, *options], check=False)
        if has("pip"):  # the interpreter's own pip fills the environment from outside (pip 22.3 and newer)
            return run([sys.executable, "-m", "pip", "--python", python, "install", *quiet, *options], check=False)
        return False


def without_driver(text: str) -> str:
    return re.sub(ENTRY % DRIVER, "", text, flags=re.MULTILINE)


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


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages when that is possible here (root and apt-get); False otherwise."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Flowtic: installing from the system's packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if run(command, check=False, env=environment, quiet=True):
        return True
    return run(["apt-get", "update", "-qq"], check=False, env=environment) and run(
        command, check=False, env=environment, quiet=True
    )


# ---- small things ----------------------------------------------------------------------


def run(command: list[str], *, check: bool = True, env: dict | None = None, quiet: bool = False) -> bool:
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(command, check=False, env=env, stdout=output, stderr=subprocess.STDOUT if quiet else None)
    if check and done.returncode:
        fail(f"This failed with exit code {done.returncode}: {' '.join(command)}")
    return done.returncode == 0


def sudo() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(text)
    raise SystemExit(1)
