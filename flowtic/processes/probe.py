"""Asks whether a part of Flowtic lives: `python flowtic/processes/probe.py web|scheduler`, exit code 0 or 1.

Standard library only and run by path, so that a container's health check costs next to nothing.
"""

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on
# The scheduler touches this file in the data folder every few seconds.
HEARTBEAT_FILE, HEARTBEAT_AGE = "scheduler.alive", 60.0


def answers(host: str, port: int, path: str, timeout: float = 0.5) -> bool:
    """Whether this path answers 200 in time, asked for under the name that the installation goes by."""
    name = urlsplit(os.environ.get("FLOWTIC_BASE_URL", "")).netloc or "127.0.0.1"
    connection = http.client.HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def beats(folder: Path) -> bool:
    try:
        return time.time() - (folder / HEARTBEAT_FILE).stat().st_mtime < HEARTBEAT_AGE
    except OSError:
        return False


def main(part: str) -> bool:
    if part == "web":
        return answers("127.0.0.1", int(os.environ.get("FLOWTIC_PORT") or 8000), "/health/live", timeout=5)
    return beats(Path(os.environ.get("FLOWTIC_DATA_DIR") or "var"))


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1]))
