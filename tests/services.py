"""The servers that tests need: MariaDB and Redis, started for one run in a temporary folder, and Chromium's path.

Nothing of the machine is touched: own data, own socket, a free port on 127.0.0.1, stopped by process id.
Only the packages' programs are installed, not Debian's services (those would start a server of their own).
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flowtic.bootstrap import apt_install, sudo

MARIADB_PACKAGES = ["mariadb-server-core", "mariadb-client-core"]
REDIS_PACKAGES = ["redis-tools"]
CHROMIUM_PACKAGES = ["chromium"]
START_WITHIN = 60.0


@dataclass(frozen=True)
class Missing:
    """A service that is not here, and how to get it."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


# ---- finding ---------------------------------------------------------------------------


def find_chromium() -> str | None:
    return os.environ.get("FLOWTIC_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def find_redis() -> str | None:
    # One program under several names: Debian's redis-tools holds it without the service.
    return shutil.which("redis-server") or shutil.which("redis-check-rdb")


def find_mariadb() -> str | None:
    server = _which("mariadbd") or _which("mysqld")
    return server if server and shutil.which("mariadb-install-db") else None


def _which(program: str) -> str | None:
    return shutil.which(program, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def missing_services() -> list[Missing]:
    """Install what is not here and can be; name what is missing afterwards."""
    gone = []
    for name, find, packages in (
        ("MariaDB", find_mariadb, MARIADB_PACKAGES),
        ("Redis", find_redis, REDIS_PACKAGES),
        ("Chromium", find_chromium, CHROMIUM_PACKAGES),
    ):
        if not find() and not (apt_install(packages) and find()):
            gone.append(Missing(name, f"not installed ({sudo()}apt-get install -y {' '.join(packages)})"))
    if not importlib.util.find_spec("MySQLdb") and not any(entry.name == "MariaDB" for entry in gone):
        gone.append(Missing("MariaDB", "Python's driver mysqlclient is not installed"))
    return gone


# ---- running ---------------------------------------------------------------------------


class Server:
    """A server process with its data in a folder; a context manager that leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        try:
            self.start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        raise NotImplementedError

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self) -> None:
        """Ask the process to end, insist after 20 seconds. Its folder belongs to the caller."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def spawn(self, arguments: list[str], executable: str | None = None) -> None:
        # Ends with this process, however that ends; Ctrl-C in the terminal does not reach it before the tests.
        setpriv = shutil.which("setpriv")
        if setpriv and executable is None:
            arguments = [setpriv, "--pdeathsig", "TERM", *arguments]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                arguments,
                executable=executable,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_WITHIN
        while not self.is_ready():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)


class MariaDB(Server):
    password = secrets.token_hex(12)

    @property
    def url(self) -> str:
        return f"mysql://flowtic:{self.password}@127.0.0.1:{self.port}/flowtic"

    def start(self) -> None:
        data, user = self.folder / "data", _account()
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--user={user}", f"--datadir={data}", "--skip-test-db"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        accounts = self.folder / "accounts.sql"
        accounts.write_text(
            f"CREATE USER 'flowtic'@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            "GRANT ALL ON *.* TO 'flowtic'@'127.0.0.1';\n"
            "CREATE DATABASE flowtic CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
        )
        server = find_mariadb()
        assert server is not None
        self.spawn(
            [
                server,
                "--no-defaults",
                f"--user={user}",
                f"--datadir={data}",
                f"--socket={self.folder / 'socket'}",
                f"--pid-file={self.folder / 'pid'}",
                f"--init-file={accounts}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                # The data dies with the run: nothing waits for a disk.
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=nosync",
                "--innodb-doublewrite=0",
                "--innodb-buffer-pool-size=128M",
                "--innodb-log-file-size=64M",
                "--performance-schema=off",
                "--max-connections=300",
            ]
        )


class Redis(Server):
    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = find_redis()
        assert program is not None
        arguments = [
            *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        ]
        if Path(program).name == "redis-server":
            self.spawn([program, *arguments])
        else:  # it decides by the name it is called with whether it is the server or a tool
            self.spawn(["redis-server", *arguments], executable=program)


def _account() -> str:
    """MariaDB refuses to run as root unless it is told so by name."""
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(folder: Path, *, without: set[str]) -> Iterator[dict[str, str]]:
    """Start the servers that are here; yield the environment variables by which the tests find them."""
    found: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        if "MariaDB" not in without:
            found["FLOWTIC_TEST_MYSQL_URL"] = stack.enter_context(MariaDB(folder / "mariadb")).url
        if "Redis" not in without:
            found["FLOWTIC_TEST_REDIS_URL"] = stack.enter_context(Redis(folder / "redis")).url
        if "Chromium" not in without:
            found["FLOWTIC_TEST_CHROMIUM"] = find_chromium() or ""
        yield found
