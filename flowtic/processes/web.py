"""The web processes.

`python -m flowtic.processes.web FD` is one of them: it serves a socket that a supervisor opened.
`python -m flowtic.processes.web HOST PORT` is such a supervisor, for installations that do not use `up`.
"""

import gc
import os
import socket
import sys

from flowtic.processes import lifeline, warm
from flowtic.processes.child import Child
from flowtic.processes.claims import PortTaken, open_port
from flowtic.processes.supervisor import Supervisor

# Server-sent events hold their connections open: waiting longer for them only delays a restart.
GRACE = 3
# Idle connections stay open longer than proxies and browsers keep them: who closes last never cuts off a request.
KEEP_ALIVE = 75


def children(fd: int) -> list[Child]:
    """As many web processes as FLOWTIC_WEB_PROCESSES says, on one open port."""
    count = int(os.environ.get("FLOWTIC_WEB_PROCESSES") or 1)
    return [Child("web", "flowtic.processes.web", [str(fd)], inherited=[fd], warm=True) for _ in range(count)]


def serve(fd: int) -> None:
    """Answer requests until a signal asks to stop."""
    lifeline.hold()
    import uvicorn

    config = uvicorn.Config(
        "flowtic.asgi:application",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # client addresses are Django's matter: FLOWTIC_TRUSTED_PROXIES
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
    )
    config.load()
    # What was loaded stays for good: take it out of every later collection.
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


def supervise(host: str, port: int) -> None:
    try:
        listener = open_port(host, port)
    except PortTaken as error:
        sys.exit(str(error))
    supervisor = Supervisor()
    warm.load()
    supervisor.start(children(listener.fileno()))
    supervisor.run()
    supervisor.stop()


def main(where: str, port: str = "") -> None:
    if port:
        supervise(where, int(port))
    else:
        serve(int(where))


if __name__ == "__main__":
    main(*sys.argv[1:])
