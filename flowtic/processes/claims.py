"""What only one running system may hold: its data folder and its port."""

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another `up` works on this data folder."""


class PortTaken(Exception):
    """The address can not be listened on."""


def claim_folder(folder: Path, url: str) -> IO[str]:
    """Lock the data folder for as long as the returned file is open (a killed process loses its lock)."""
    file = open(folder / "up.lock", "a+", encoding="utf-8")  # noqa: SIM115 - held open by the caller
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise AlreadyRunning(
            f"Flowtic already runs on {folder} ({holder}).\n"
            "Stop that one first, or give this one a folder of its own: FLOWTIC_DATA_DIR=/another/folder"
        ) from None
    file.truncate(0)
    file.write(f"process {os.getpid()}, {url}\n")
    file.flush()
    return file


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket. It outlives a web process: requests wait in its queue while that one is started again."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        raise PortTaken(_in_words(error, host, port)) from error
    return listener


def _in_words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program. Choose another one: up --port {port % 65535 + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023: up --port 8000"
    return f"{host}:{port} can not be listened on: {error.strerror or error}"
