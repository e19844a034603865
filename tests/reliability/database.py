"""A MariaDB that keeps what it acknowledged, so that it may be killed in the middle of everything."""

import time

from tests.services import MariaDB

# The suite's server forgets the last second when it dies; this one must not.
_FORGETFUL = ("--innodb-flush-log-at-trx-commit", "--innodb-flush-method", "--innodb-doublewrite")


class CrashableMariaDB(MariaDB):
    """`with CrashableMariaDB(folder) as database:`; `crash()` is kill -9 and a new start on the same data."""

    command: tuple[str, ...] = ()

    def spawn(self, arguments: list[str], executable: str | None = None) -> None:
        self.command = tuple(one for one in arguments if not one.startswith(_FORGETFUL))
        self._run(self.command)

    def crash(self, gone: float = 0.0) -> None:
        """Returns when the server answers again; `gone`: seconds between its death and its new start."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        time.sleep(gone)
        # Accounts and database exist by now.
        self._run(tuple(one for one in self.command if not one.startswith("--init-file")))
        self._wait_until_ready()

    def _run(self, command: tuple[str, ...]) -> None:
        # Named as executable, it is not bound to the life of the thread that starts it: killers end before the audit.
        super().spawn(list(command), executable=command[0])
